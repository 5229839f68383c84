import { describe, expect, test } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import type { JSONSchemaProps } from '../../src/machinery/structural/schema.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from './support/definitions.ts';
import { testCluster } from './support/cluster.ts';

// Requests that are made to be slow or large are refused, or cut off. What each of them costs is bounded by a limit in
// lib/limits.ts, which is what is looked at here; the time it took is printed.

const configMaps = '/api/v1/namespaces/default/configmaps';
const yaml = { headers: { 'content-type': 'application/yaml' } };
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
const json = { headers: { 'content-type': 'application/json-patch+json' } };
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const aliases = many(20, (i) => `a${i}: &a${i} [${i ? `*a${i - 1},`.repeat(9) : 'x'}]`).join('\n');
const zeros = '0,'.repeat(limits.bodyValues);
const tests = JSON.stringify(many(limits.jsonPatchOperations + 1, () => ({ op: 'test', path: '' })));
const doubling = many(60, () => ({ op: 'copy', from: '/z', path: '/z/-' }));
const copies = JSON.stringify([{ op: 'add', path: '/z', value: ['x'.repeat(1000)] }, ...doubling]);
const copiesOfAll = JSON.stringify(many(9_000, (i) => ({ op: 'copy', from: '', path: `/y${i}` })));

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const answer = await work();
  console.log(`${what}: ${Math.round(performance.now() - start)} ms`);
  return answer;
}

describe('bodies', () => {
  test.each<[string, string, string, string, object | undefined, number, RegExp]>([
    ['deep objects', 'POST', configMaps, `{"metadata":{"name":"x"},"data":${nested(90_000)}}`, undefined, 400, /./],
    ['deep lists', 'POST', configMaps, '['.repeat(190_000) + ']'.repeat(190_000), undefined, 400, /./],
    ['a deep patch', 'PATCH', `${configMaps}/x`, nested(90_000), merge, 400, /exceeded max depth/],
    ['too many values', 'POST', configMaps, `{"x":[${zeros}0]}`, undefined, 413, /limit is \d+ values/],
    ['too many values in a patch', 'PATCH', `${configMaps}/x`, `{"x":[${zeros}0]}`, merge, 413, /values/],
    ['too many values in YAML', 'POST', configMaps, `x:\n${'- 0\n'.repeat(limits.bodyValues)}`, yaml, 413, /values/],
    ['aliases of aliases', 'POST', configMaps, aliases, yaml, 400, /aliasing/],
    ['too many operations', 'PATCH', `${configMaps}/x`, tests, json, 413, /operations/],
    ['copies of copies', 'PATCH', `${configMaps}/x`, copies, json, 422, /./],
    ['copies of everything', 'PATCH', `${configMaps}/x`, copiesOfAll, json, 422, /./],
    ['a body beyond the limit', 'POST', configMaps, 'x'.repeat(limits.requestBodyBytes + 1), undefined, 413, /limit is/],
  ])('with %s are refused', async (what, method, path, body, options, status, message) => {
    const { request, ok } = await testCluster();
    await ok('POST', configMaps, { metadata: { name: 'x' } });
    const answer = await timed(what, () => request(method, path, body, options));
    expect(answer.body.message).toMatch(message);
    expect(answer.status).toBe(status);
  });

  test.each<[string, object]>([
    ['finalizers', { finalizers: many(150_000, () => '') }],
    ['labels', { labels: Object.fromEntries(many(90_000, (i) => [`-${i}`, '-'])) }],
    ['annotations', { annotations: Object.fromEntries(many(90_000, (i) => [`-${i}`, ''])) }],
    ['owners', { ownerReferences: many(150_000, () => ({})) }],
  ])('with more wrong %s than can be told of are refused with the first of them', async (what, metadata) => {
    const { request } = await testCluster();
    const answer = await timed(what, () => request('POST', configMaps, { metadata: { name: 'x', ...metadata } }));
    expect(answer.status).toBe(422);
    expect(answer.body.details.causes.length).toBeLessThanOrEqual(limits.problemsTold);
  });

  test('with very many owners of one uid are looked through once', async () => {
    const { request } = await testCluster();
    const owner = (i: number) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: `o-${i >> 1}`, uid: 'u' });
    const object = { metadata: { name: 'x', ownerReferences: many(20_000, owner) } };
    const { status, body, headers } = await timed('owners of one uid', () => request('POST', configMaps, object));
    expect([status, body.metadata.ownerReferences.length]).toEqual([201, 10_000]);
    expect(headers.get('warning')!.length).toBeLessThan(5_000);
  });
});

describe('custom resources', () => {
  const define = async (spec: JSONSchemaProps) => {
    const cluster = await testCluster();
    await cluster.ok('POST', definitionsPath, cronTabs(withSpec({ a: spec })));
    return (a: unknown) => timed('validation', () => cluster.request('POST', cronTabsPath, cronTab('a', { spec: { a } })));
  };
  const listOf = (items: JSONSchemaProps): JSONSchemaProps => ({ type: 'array', items });

  test.each<[string, JSONSchemaProps, unknown]>([
    ['a large pattern and a long text', { type: 'string', pattern: '(a?){900}b' }, 'a'.repeat(400_000)],
    ['a pattern and many texts', listOf({ type: 'string', pattern: '(x+x+){200}y' }), many(100_000, () => 'x'.repeat(10))],
    [
      'many choices and many items',
      listOf({ type: 'integer', anyOf: many(2_000, (i) => ({ minimum: 1000 + i })) }),
      many(50_000, () => 1),
    ],
    ['a long enum and many items', listOf({ type: 'string', enum: many(20_000, (i) => `e${i}`) }), many(100_000, () => 'e19999')],
  ])('with %s are cut off', async (_, schema, value) => {
    const answer = await (await define(schema))(value);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(`Too long: to be validated against its schema within ${limits.validationSteps} steps`);
  });

  test('that are wrong in very many places are refused with the first of them', async () => {
    const answer = await (await define(listOf({ type: 'string' })))(many(150_000, () => 1));
    expect(answer.status).toBe(422);
    expect(answer.body.details.causes).toHaveLength(limits.problemsTold);
  });

  test('with defaults that multiply are refused', async () => {
    const items: JSONSchemaProps = { type: 'object', properties: { x: { type: 'string', default: 'x'.repeat(1000) } } };
    const answer = await (await define(listOf(items)))(many(190_000, () => ({})));
    expect([answer.status, answer.body.message]).toEqual([413, expect.stringContaining('with its defaults')]);
  });

  test('rules share one budget', async () => {
    const rule = 'self.all(a, self.all(b, a + b >= 0))';
    const rules = { 'x-kubernetes-validations': many(100, () => ({ rule })) };
    const list: JSONSchemaProps = { ...listOf({ type: 'integer' }), maxItems: 200, ...rules };
    const answer = await (await define(list))(many(200, () => 1));
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain('running out of cost budget');
  });
});

describe('definitions', () => {
  const deep = (depth: number): JSONSchemaProps =>
    many(depth, () => 0).reduce<JSONSchemaProps>((inner) => ({ type: 'object', properties: { a: inner } }), { type: 'object' });

  const ruled = (schema: JSONSchemaProps, rule: string) => withSpec({ a: { ...schema, 'x-kubernetes-validations': [{ rule }] } });
  const manyPatterns = Object.fromEntries(many(300, (i): [string, JSONSchemaProps] => [`a${i}`, { type: 'string', pattern: 'x{900}' }]));
  const list: JSONSchemaProps = { type: 'array', items: { type: 'integer' } };
  const parentheses = `${'('.repeat(5000)}true${')'.repeat(5000)}`;

  test.each<[string, JSONSchemaProps, RegExp]>([
    ['a pattern that is too large', withSpec({ a: { type: 'string', pattern: '(a{1000}){9}' } }), /expression too large/],
    ['too many patterns', withSpec(manyPatterns), /instructions together/],
    ['a rule with a pattern that is too large', ruled({ type: 'string' }, "self.matches('(a{1000}){9}')"), /matches/],
    ['a rule that loops too often', ruled(list, 'self.all(a, self.all(b, a + b > 0))'), /exceeds budget/],
    ['a rule that is nested too deeply', ruled({ type: 'string' }, parentheses), /recursion/],
    ['a schema that is nested too deeply', deep(2_000), /exceeded max depth/],
  ])('with %s are refused', async (what, schema, message) => {
    const { request } = await testCluster();
    const answer = await timed(what, () => request('POST', definitionsPath, cronTabs(schema)));
    expect(answer.body.message).toMatch(message);
    expect([400, 422]).toContain(answer.status);
  });
});
