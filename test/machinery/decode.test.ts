import { describe, expect, test } from 'vitest';
import { decodeBody, decodePatch, decodePatched, decodeValue, type DecodeOptions } from '../../src/machinery/decode.ts';
import { kindSchema } from '../../src/machinery/meta.ts';
import { StatusError } from '../../src/machinery/status.ts';
import {
  any,
  boolean,
  bytes,
  int32,
  int64,
  intOrString,
  list,
  map,
  microTime,
  object,
  quantity,
  ref,
  required,
  string,
  time,
  type Schema,
} from '../../src/machinery/schema.ts';

const Inner: Schema = object('io.k8s.api.core.v1.Inner', { name: string, port: intOrString, children: list(ref(() => Inner)) });
const schema = kindSchema('io.k8s.api.apps.v1.Thing', {
  spec: object('io.k8s.api.apps.v1.ThingSpec', {
    replicas: int32,
    big: int64,
    on: boolean,
    names: list(string),
    must: required(list(string)),
    labels: map(string),
    amounts: map(quantity),
    items: list(Inner),
    inner: Inner,
    at: time,
    exactly: microTime,
    data: bytes,
    raw: any,
  }),
});
const kind = { apiVersion: 'apps/v1', kind: 'Thing', schema };
const spec = (value: unknown, options?: DecodeOptions) =>
  (decodeBody(kind, JSON.stringify({ spec: value }), options) as unknown as { spec: unknown }).spec;
const failure = (call: () => unknown): StatusError => {
  try {
    call();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};
const head = 'Thing in version "v1" cannot be handled as a Thing: ';

describe('what is accepted', () => {
  test('a good object is passed through as it is', () => {
    const value = { apiVersion: 'apps/v1', kind: 'Thing', metadata: { name: 'a' }, spec: { replicas: 1, inner: { name: 'x' } } };
    expect(decodeValue(kind, value)).toBe(value);
  });

  test('type meta and metadata are filled in, first', () =>
    expect(JSON.stringify(decodeBody(kind, '{"spec":{}}'))).toBe(
      '{"apiVersion":"apps/v1","kind":"Thing","metadata":{},"spec":{}}',
    ));

  test.each<[string, unknown, unknown]>([
    ['nulls go', { replicas: null, names: null, inner: null, on: true }, { on: true }],
    ['null in a list is a zero', { names: ['a', null], items: [null] }, { names: ['a', ''], items: [{}] }],
    ['null in a map is a zero', { labels: { a: null }, amounts: { cpu: null } }, { labels: { a: '' }, amounts: { cpu: '0' } }],
    ['nulls in raw values stay', { raw: { a: null, b: [null] } }, { raw: { a: null, b: [null] } }],
    ['empty optional lists and maps go', { names: [], labels: {}, items: [], must: [] }, { must: [] }],
    ['empty objects stay', { inner: {}, raw: {} }, { inner: {}, raw: {} }],
    ['a map that only had nulls stays', { inner: { children: [] } }, { inner: {} }],
    [
      'quantities become canonical',
      { amounts: { cpu: 0.5, memory: '1024Mi', pods: ' 3 ' } },
      { amounts: { cpu: '500m', memory: '1Gi', pods: '3' } },
    ],
    ['numbers or strings', { items: [{ port: 80 }, { port: 'http' }] }, { items: [{ port: 80 }, { port: 'http' }] }],
    ['times become UTC', { at: '2026-01-01T02:00:00.5+02:00' }, { at: '2026-01-01T00:00:00Z' }],
    ['leap days', { at: '2028-02-29T00:00:00Z' }, { at: '2028-02-29T00:00:00Z' }],
    [
      'exact times keep their digits',
      { exactly: '2026-01-01T02:00:00.123456+02:00' },
      { exactly: '2026-01-01T00:00:00.123456Z' },
    ],
    ['bytes', { data: 'aGVs\nbG8=' }, { data: 'aGVsbG8=' }],
    ['limits of integers', { replicas: -2147483648, big: 2 ** 53 }, { replicas: -2147483648, big: 2 ** 53 }],
  ])('%s', (_, value, expected) => expect(spec(value)).toEqual(expected));

  test('a field that is undefined is none', () =>
    expect(decodeValue(kind, { spec: { replicas: undefined, inner: undefined } })).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Thing',
      metadata: {},
      spec: {},
    }));

  test('the input is not changed', () => {
    const value = { spec: { replicas: null, names: ['a'], amounts: { cpu: 1 }, items: [{ name: null }], foo: 1 } };
    const before = structuredClone(value);
    const decoded = decodeValue(kind, value, { fieldValidation: 'Ignore' }) as unknown as typeof value;
    expect(value).toEqual(before);
    expect(decoded.spec).toEqual({ names: ['a'], amounts: { cpu: '1' }, items: [{}] });
    expect(decoded.spec.names).toBe(value.spec.names);
  });

  test('__proto__ is a key like any other', () => {
    const decoded = decodeBody(kind, '{"spec":{"replicas":null,"labels":{"__proto__":"x","a":null}}}') as never as {
      spec: { labels: object };
    };
    expect(Object.entries(decoded.spec.labels)).toEqual([
      ['__proto__', 'x'],
      ['a', ''],
    ]);
    expect(Object.getPrototypeOf(decoded.spec.labels)).toBe(Object.prototype);
    expect(JSON.stringify(decodeBody(kind, '{"spec":{"__proto__":{"replicas":7}}}', {}))).not.toContain('7');
  });
});

describe('type errors', () => {
  const field = (path: string) => `json: cannot unmarshal ${path}`;
  test.each<[unknown, string]>([
    [{ replicas: 'a' }, field('string into Go struct field ThingSpec.spec.replicas of type int32')],
    [{ replicas: 1.5 }, field('number 1.5 into Go struct field ThingSpec.spec.replicas of type int32')],
    [{ replicas: 2147483648 }, field('number 2147483648 into Go struct field ThingSpec.spec.replicas of type int32')],
    [{ big: 1e19 }, field('number 10000000000000000000 into Go struct field ThingSpec.spec.big of type int64')],
    [{ replicas: true }, field('bool into Go struct field ThingSpec.spec.replicas of type int32')],
    [{ on: 'true' }, field('string into Go struct field ThingSpec.spec.on of type bool')],
    [{ names: 'a' }, field('string into Go struct field ThingSpec.spec.names of type []string')],
    [{ names: [1] }, field('number into Go struct field ThingSpec.spec.names of type string')],
    [{ labels: { a: 1 } }, field('number into Go struct field ThingSpec.spec.labels of type string')],
    [{ labels: [] }, field('array into Go struct field ThingSpec.spec.labels of type map[string]string')],
    [{ items: {} }, field('object into Go struct field ThingSpec.spec.items of type []v1.Inner')],
    [{ items: [{ name: {} }] }, field('object into Go struct field Inner.spec.items.name of type string')],
    [{ inner: 1 }, field('number into Go struct field ThingSpec.spec.inner of type v1.Inner')],
    [
      { items: [{ children: [{ children: [{ name: 1 }] }] }] },
      field('number into Go struct field Inner.spec.items.children.children.name of type string'),
    ],
    [{ inner: { port: 1.5 } }, field('number 1.5 into Go value of type int32')],
    [{ inner: { port: true } }, field('bool into Go value of type int32')],
    [{ at: 1 }, field('number into Go value of type string')],
    [{ at: 'noon' }, 'parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006-01-02T15:04:05Z07:00"'],
    [
      { at: '2026-02-29T00:00:00Z' },
      'parsing time "2026-02-29T00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse "2026-02-29T00:00:00Z" as "2006-01-02T15:04:05Z07:00"',
    ],
    [
      { exactly: '2026-01-01T00:00:00Z' },
      'parsing time "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00"',
    ],
    [{ data: 'ab=c' }, 'illegal base64 data at input byte 2'],
    [{ data: 'abcde' }, 'illegal base64 data at input byte 4'],
    [{ data: 1 }, field('number into Go struct field ThingSpec.spec.data of type []uint8')],
    [{ amounts: { cpu: 'much' } }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ])('%j', (value, message) => {
    const error = failure(() => spec(value));
    expect(error.message).toBe(head + message);
    expect(error.code).toBe(400);
  });

  test('deep nesting is refused', () => {
    const deep = (n: number) => `{"spec":{"raw":${'['.repeat(n)}${']'.repeat(n)}}}`;
    expect(() => decodeBody(kind, deep(400))).not.toThrow();
    expect(failure(() => decodeBody(kind, deep(100_000))).message).toBe(`${head}exceeded max depth`);
    const unknown = `{"spec":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    expect(failure(() => decodeBody(kind, unknown)).message).toBe(`${head}exceeded max depth`);
    const nested = `{"spec":{"inner":${'{"children":['.repeat(1000)}${']}'.repeat(1000)}}}`;
    expect(failure(() => decodeBody(kind, nested)).message).toBe(`${head}exceeded max depth`);
    expect(failure(() => decodePatch(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).message).toBe(
      'error decoding patch: exceeded max depth',
    );
  });
});

describe('syntax errors', () => {
  test.each([
    ['{', 'unexpected end of JSON input'],
    ['{"a" ', 'unexpected end of JSON input'],
    ['[1, ', 'unexpected end of JSON input'],
    ['{"a":"b', 'unexpected end of JSON input'],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['{"a":nope}', "invalid character 'o' looking for beginning of value"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['["\\x"]', "invalid character 'x' in string escape code"],
  ])('%j: %s', (text, message) => expect(failure(() => decodePatch(text)).message).toBe(`error decoding patch: ${message}`));
});

describe('type meta', () => {
  test.each([
    [
      '',
      "the object provided is unrecognized (must be of type Thing): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      '{"a":',
      'the object provided is unrecognized (must be of type Thing): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"a":)',
    ],
    [
      'hello, this is not JSON, not at all',
      "the object provided is unrecognized (must be of type Thing): couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value (hello, this is not JSON, not a ...)",
    ],
    [
      '[]',
      "the object provided is unrecognized (must be of type Thing): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct ([])",
    ],
    [
      '{"kind":1}',
      `the object provided is unrecognized (must be of type Thing): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})`,
    ],
    [
      '{"apiVersion":"a/b/c"}',
      'the object provided is unrecognized (must be of type Thing): unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})',
    ],
    [
      '{"apiVersion":"v1","kind":"Pod"}',
      'Pod in version "v1" cannot be handled as a Thing: converting (v1.Pod) to (apps.Thing): unknown conversion',
    ],
    [
      '{"apiVersion":"apps/v2","kind":"Thing"}',
      'the API version in the data (apps/v2) does not match the expected API version (apps/v1)',
    ],
  ])('%j', (text, message) => {
    const error = failure(() => decodeBody(kind, text));
    expect(error.message).toBe(message);
    expect(error.code).toBe(400);
  });
});

describe('field validation', () => {
  const text =
    '{"spec":{"replicas":1,"foo":{"a":1},"items":[{},{"nmae":"x","Name":"y"}],"labels":{"a":"1","a":"2"}},"spec":{"replicas":2},"x":1}';
  // JSON keeps the last of two, so only its problems show besides the duplicates.
  const plain =
    '{"spec":{"foo":{"a":1},"items":[{},{"nmae":"x","Name":"y"}],"labels":{"a":"1","a":"2"},"replicas":1,"replicas":1},"x":1}';
  const problems = [
    'unknown field "spec.foo"',
    'unknown field "spec.items[1].nmae"',
    'unknown field "spec.items[1].Name"',
    'unknown field "x"',
    'duplicate field "spec.labels.a"',
    'duplicate field "spec.replicas"',
  ];

  test('warns by default', () => {
    const warnings: string[] = [];
    const decoded = decodeBody(kind, plain, { warnings });
    expect(warnings).toEqual(problems);
    expect(decoded).toMatchObject({ spec: { items: [{}, {}], labels: { a: '2' }, replicas: 1 } });
    expect('x' in decoded).toBe(false);
  });

  test('refuses when strict', () => {
    expect(failure(() => decodeBody(kind, plain, { fieldValidation: 'Strict' })).message).toBe(
      `${head}strict decoding error: ${problems.join(', ')}`,
    );
    expect(failure(() => decodeBody(kind, text, { fieldValidation: 'Strict' })).message).toBe(
      `${head}strict decoding error: unknown field "x", duplicate field "spec.labels.a", duplicate field "spec"`,
    );
    expect(() => decodeBody(kind, '{"spec":{"replicas":1}}', { fieldValidation: 'Strict' })).not.toThrow();
  });

  test('ignores', () => {
    const warnings: string[] = [];
    decodeBody(kind, plain, { fieldValidation: 'Ignore', warnings });
    expect(warnings).toEqual([]);
  });

  test('a list of a hundred is enough', () => {
    const warnings: string[] = [];
    spec(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x${i}`, 1])), { warnings });
    expect(warnings).toHaveLength(100);
  });

  test('keys that look like doubles are none', () => {
    const warnings: string[] = [];
    const raw = { 'a"b': '"c":', '\\': 'a\\"', x: '\\', 'a:': ' : ', 'ü\u2028': { x: [{ x: 1 }, { x: 2 }] } };
    decodeBody(kind, JSON.stringify({ spec: { raw, labels: { a: 'x\\": "y' } } }, null, 2), { warnings });
    expect(warnings).toEqual([]);
    decodeBody(kind, '{"spec":{"raw":{"a\\u0062":1,"ab" : 2}}}', { warnings });
    expect(warnings).toEqual(['duplicate field "spec.raw.ab"']);
  });
});

describe('patches', () => {
  test('are parsed with their duplicates', () => {
    expect(decodePatch('{"a":1}')).toEqual({ patch: { a: 1 }, problems: [] });
    expect(decodePatch('[{"a":1,"a":2}]').problems).toEqual(['json patch duplicate field "[0].a"']);
    expect(decodePatch('{"a":1,"a":2}').problems).toEqual(['duplicate field "a"']);
    expect(decodePatch('[{"a":1,"a":2}]', { fieldValidation: 'Ignore' }).problems).toEqual([]);
    expect(failure(() => decodePatch('{')).message).toBe('error decoding patch: unexpected end of JSON input');
  });

  test('what comes out of one is checked as a whole', () => {
    const value = { apiVersion: 'apps/v1', kind: 'Thing', metadata: {}, spec: { replicas: 'x' } };
    const error = failure(() => decodePatched(kind, value));
    expect(error.code).toBe(422);
    expect(error.message).toBe(
      ' "" is invalid: patch: Invalid value: "<value omitted>": json: cannot unmarshal string into Go struct field ThingSpec.spec.replicas of type int32',
    );
    const unknown = { ...value, spec: { foo: 1, bar: 2 } };
    expect(failure(() => decodePatched(kind, unknown, { fieldValidation: 'Strict' }, ['duplicate field "y"'])).message).toBe(
      ' "" is invalid: patch: Invalid value: "<value omitted>": strict decoding error: duplicate field "y", unknown field "spec.bar", unknown field "spec.foo"',
    );
    expect(decodePatched(kind, unknown)).toEqual({ ...value, spec: {} });
  });
});
