/** What tells ReplicaSets apart and what is recorded on them, as tables. */
import { describe, expect, it } from 'vitest';
import {
  copiedAnnotations,
  currentAnnotations,
  desiredReplicasOf,
  nextRevision,
  revisionOf,
} from '../../../src/controllers/deployment/annotations.ts';
import { surplusSets } from '../../../src/controllers/deployment/history.ts';
import { replicaSetName } from '../../../src/controllers/deployment/new-replica-set.ts';
import {
  byRevision,
  bySizeNewer,
  bySizeOlder,
  splitSets,
} from '../../../src/controllers/deployment/replica-sets.ts';
import { fnv1a, safeEncode, templateHash } from '../../../src/controllers/support/template-hash.ts';
import { deployment, replicaSet, sized, template } from '../support/objects.ts';

const desired = (count: number | string) => ({ 'deployment.kubernetes.io/desired-replicas': String(count) });
const created = (hour: number) => `2026-01-01T0${hour}:00:00Z`;

describe('template hash', () => {
  it('is FNV-1a in safe characters', () => {
    expect(fnv1a(0x811c9dc5, new TextEncoder().encode('a'))).toBe(0xe40c292c);
    expect(fnv1a(0x811c9dc5, new TextEncoder().encode('foobar'))).toBe(0xbf9cf968);
    expect(safeEncode('0123456789')).toBe('456789bcdf');
  });

  it('depends on the content, not on how it is written, and on the collisions so far', () => {
    const { metadata, spec } = template();
    expect(templateHash({ spec, metadata }, undefined)).toBe(templateHash({ metadata, spec }, undefined));
    const hashes = [
      templateHash(template(), undefined),
      templateHash(template(), 0),
      templateHash(template(), 1),
      templateHash(template('web:2'), undefined),
    ];
    expect(new Set(hashes).size).toBe(4);
  });

  it('leaves room for itself in the name', () => {
    expect(replicaSetName('web', 'abc')).toBe('web-abc');
    expect(replicaSetName('a'.repeat(253), 'abc')).toBe(`${'a'.repeat(249)}-abc`);
  });
});

describe('the current ReplicaSet', () => {
  const spec = template().spec;
  const inPod = (more: object) => ({ ...template(), spec: { ...spec, ...more } });
  const affinity = (namespaceSelector?: object) =>
    inPod({
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', namespaceSelector }] } },
    });
  const memory = (limit: string) => ({
    ...template(),
    spec: { containers: [{ name: 'web', resources: { limits: { memory: limit } } }] },
  });
  it.each([
    ['the hash label', template('a', { app: 'web', 'pod-template-hash': 'x' }), template('a'), true],
    ['another label', template('a', { app: 'web', tier: 'x' }), template('a'), false],
    ['empty lists and maps', inPod({ nodeSelector: {}, tolerations: [] }), template(), true],
    ['no metadata', { spec }, { spec, metadata: {} }, true],
    [
      'empty resources',
      { spec: { containers: [{ name: 'a', resources: {} }] } },
      { spec: { containers: [{ name: 'a' }] } },
      true,
    ],
    ['an empty selector of namespaces', affinity({}), affinity(), false],
    ['the same amount', memory('1Gi'), memory('1024Mi'), true],
    ['another amount', memory('1Gi'), memory('1G'), false],
  ])('with %s', (_, a, b, same) => {
    for (const [here, there] of [[a, b], [b, a]] as const) {
      const { newSet } = splitSets(deployment({ spec: { template: here } }), [replicaSet('a', { spec: { template: there } })]);
      expect(newSet !== undefined).toBe(same);
    }
  });

  it('picks the oldest of several ReplicaSets', () => {
    const sets = [
      replicaSet('b', { metadata: { creationTimestamp: created(2) } }),
      replicaSet('a', { metadata: { creationTimestamp: created(1) } }),
      replicaSet('c', { metadata: { creationTimestamp: created(0) }, spec: { template: template('other') } }),
    ];
    const { newSet, oldSets } = splitSets(deployment(), sets);
    expect(newSet!.metadata.name).toBe('a');
    expect(oldSets.map((set) => set.metadata.name)).toEqual(['c', 'b']);
  });

  it('holds for objects stored before a default was introduced', () => {
    const defaulted = { ...template(), spec: { ...spec, restartPolicy: 'Always' } };
    expect(splitSets(deployment(), [replicaSet('a', { spec: { template: defaulted } })]).newSet).toBeDefined();
  });
});

describe('orders', () => {
  const small = sized('small', 1);
  const older = sized('older', 5, 5, { creationTimestamp: created(1) });
  const newer = sized('newer', 5, 5, { creationTimestamp: created(2) });
  it('by size and age', () => {
    expect([small, newer, older].sort(bySizeOlder)).toEqual([older, newer, small]);
    expect([small, older, newer].sort(bySizeNewer)).toEqual([newer, older, small]);
  });
  it('by revision, as a number', () => {
    const revised = (revision: string) =>
      replicaSet(revision, { metadata: { annotations: { 'deployment.kubernetes.io/revision': revision } } });
    const [ten, nine] = [revised('10'), revised('9')];
    expect([ten, nine].sort(byRevision)).toEqual([nine, ten]);
    expect(revisionOf(revised('x'))).toBeUndefined();
    const [huge, huger] = [revised('3546343826724305832'), revised('3546343826724305833')];
    expect([huger, huge].sort(byRevision)).toEqual([huge, huger]);
    expect(nextRevision([huge, nine])).toBe(3546343826724305833n);
    expect(revisionOf(revised('9223372036854775808'))).toBeUndefined();
    expect(nextRevision([revised('9223372036854775808'), revised('-4')])).toBe(1n);
    expect(revisionOf(replicaSet('none'))).toBe(0n);
  });
});

describe('annotations', () => {
  const revision = 'deployment.kubernetes.io/revision';
  const history = 'deployment.kubernetes.io/revision-history';
  it('are copied but for those with a meaning of their own', () => {
    const annotations = { a: '1', [revision]: '4', 'kubectl.kubernetes.io/last-applied-configuration': '{}', ...desired(3) };
    expect(copiedAnnotations(deployment({ metadata: { annotations } }))).toEqual({ a: '1' });
  });
  it.each([
    ['a first revision', undefined, 3n, { [revision]: '3' }],
    ['a higher revision', { [revision]: '1' }, 3n, { [revision]: '3', [history]: '1' }],
    ['a longer history', { [revision]: '4', [history]: '1,2' }, 5n, { [revision]: '5', [history]: '1,2,4' }],
    ['the revision it has', { [revision]: '3', x: 'kept' }, 3n, { [revision]: '3', x: 'kept' }],
    ['no lower revision', { [revision]: '7' }, 3n, { [revision]: '7' }],
    ['nothing for a revision that is none', { [revision]: 'x' }, 3n, { [revision]: 'x' }],
  ])('of the current ReplicaSet get %s', (_, existing, next, expected) => {
    expect(currentAnnotations(deployment(), existing, next)).toEqual(expected);
  });
  it('forget the oldest revisions when the history grows long', () => {
    const revisions = Array.from({ length: 400 }, (_, i) => String(1000 + i));
    const next = currentAnnotations(deployment(), { [revision]: '1400', [history]: revisions.join(',') }, 1401n)[history]!;
    expect(next.length).toBeLessThanOrEqual(2000);
    expect(next.startsWith('1001,')).toBe(true);
    expect(next.endsWith(',1399,1400')).toBe(true);
  });
  it.each([
    ['3', 3],
    ['-1', undefined],
    ['x', undefined],
    ['99999999999', undefined],
    ['2147483648', undefined],
  ])('of size %s count as %s', (text, count) => {
    expect(desiredReplicasOf(replicaSet('a', { metadata: { annotations: desired(text) } }))).toBe(count);
  });
});

describe('history', () => {
  const idle = (name: string, revision: number, more = {}) =>
    sized(name, 0, 0, { annotations: { 'deployment.kubernetes.io/revision': String(revision) }, ...more });
  const names = (limit: number | undefined, sets: ReturnType<typeof sized>[]) =>
    surplusSets(deployment({ spec: { revisionHistoryLimit: limit } }), sets).map((set) => set.metadata.name);
  it('is cut to its limit, lowest revisions first', () => {
    const sets = [idle('ten', 10), idle('two', 2), idle('three', 3)];
    expect(names(1, sets)).toEqual(['two', 'three']);
    expect(names(0, sets)).toEqual(['two', 'three', 'ten']);
    expect(names(3, sets)).toEqual([]);
    expect(names(undefined, sets)).toEqual([]);
    expect(names(2 ** 31 - 1, sets)).toEqual([]);
  });
  it('spares what has pods, was not seen yet, or is being deleted already', () => {
    const busy = { ...idle('busy', 1), status: { replicas: 1, observedGeneration: 1 } };
    expect(names(0, [busy, sized('active', 2)])).toEqual([]);
    expect(names(0, [idle('unseen', 1, { generation: 2 })])).toEqual([]);
    expect(names(1, [idle('going', 1, { deletionTimestamp: created(1) }), idle('kept', 2)])).toEqual([]);
  });
});
