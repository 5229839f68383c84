import { expect, test } from 'vitest';
import { fieldDiff } from '../../src/history/diff.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';

const pod = (spec: object, metadata: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', ...metadata }, spec }) as unknown as KubeObject;
const changes = (a: object, b: object) => fieldDiff(pod(a), pod(b)).changes;

test.each<[string, object, object, object[]]>([
  ['a value', { a: 1 }, { a: 2 }, [{ path: 'spec.a', old: 1, new: 2 }]],
  ['a new field', {}, { a: { b: 1 } }, [{ path: 'spec.a', new: { b: 1 } }]],
  ['a field that is gone', { a: null }, {}, [{ path: 'spec.a', old: null }]],
  ['items by their names', { c: [{ name: 'x', v: 1 }, { name: 'y' }] }, { c: [{ name: 'y' }, { name: 'x', v: 2 }] }, [
    { path: 'spec.c[name=x].v', old: 1, new: 2 },
    { path: 'spec.c[]', old: ['x', 'y'], new: ['y', 'x'] },
  ]],
  ['an item that was added', { c: [{ name: 'x' }] }, { c: [{ name: 'x' }, { name: 'y' }] }, [{ path: 'spec.c[name=y]', new: { name: 'y' } }]],
  ['lists without names, as a whole', { c: [1, 2] }, { c: [2] }, [{ path: 'spec.c', old: [1, 2], new: [2] }]],
  ['names that are not unique, as a whole', { c: [{ name: 'x' }, { name: 'x' }] }, { c: [{ name: 'x' }] }, [
    { path: 'spec.c', old: [{ name: 'x' }, { name: 'x' }], new: [{ name: 'x' }] },
  ]],
  ['keys with dots, in quotes', { 'a.b/c': 1 }, { 'a.b/c': 2 }, [{ path: 'spec["a.b/c"]', old: 1, new: 2 }]],
  ['another type', { a: [] }, { a: {} }, [{ path: 'spec.a', old: [], new: {} }]],
  ['nothing', { a: [{ name: 'x' }] }, { a: [{ name: 'x' }] }, []],
])('tells %s', (_, before, after, expected) => {
  expect(changes(before, after)).toEqual(expected);
});

test('what changes with every write is not told', () => {
  const before = pod({}, { resourceVersion: '1', generation: 1, managedFields: [] });
  expect(fieldDiff(before, pod({}, { resourceVersion: '2', generation: 2, managedFields: [{}] })).changes).toEqual([]);
  expect(fieldDiff(undefined, before).changes.map(({ path }) => path)).toEqual(['apiVersion', 'kind', 'metadata.name', 'spec']);
});

test('is bounded', () => {
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`f${i}`, i]));
  const { changes: told, omitted } = fieldDiff(pod({ a: 'x' }), pod({ ...many, a: 'y'.repeat(10_000) }));
  expect([told.length, omitted]).toEqual([200, 51]);
  expect(String(told[0]!.new).length).toBe(4_097);
});

test('of a Secret only names are told, wherever a value may hide', () => {
  const secret = (value: string) =>
    ({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 's', labels: { a: 'b' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': value } },
      data: { [`key-${value.length}`]: value },
      stringData: value,
    }) as unknown as KubeObject;
  const all = [fieldDiff(undefined, secret('hush')), fieldDiff(secret('hush'), undefined), fieldDiff(secret('hush'), secret('hush-hush'))];
  expect(JSON.stringify(all)).not.toMatch(/"hush/);
  expect(all[0]!.changes).toContainEqual({ path: 'metadata.annotations', hidden: true });
  expect(all[0]!.changes).toContainEqual({ path: 'metadata.labels', new: { a: 'b' } });
});
