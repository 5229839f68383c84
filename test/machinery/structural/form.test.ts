import { describe, expect, test } from 'vitest';
import { withDefaults } from '../../../src/machinery/structural/defaults.ts';
import { isOfFormat } from '../../../src/machinery/structural/formats.ts';
import { validateLists } from '../../../src/machinery/structural/lists.ts';
import { prune } from '../../../src/machinery/structural/prune.ts';
import { asResource, type JSONSchemaProps } from '../../../src/machinery/structural/schema.ts';

const object = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({ type: 'object', properties, ...more });
const text: JSONSchemaProps = { type: 'string' };
const keeps = { 'x-kubernetes-preserve-unknown-fields': true };

describe('pruning', () => {
  test.each<[string, JSONSchemaProps, unknown, unknown, string[]]>([
    ['what is known stays', object({ a: text }), { a: 'x' }, { a: 'x' }, []],
    ['what is unknown goes', object({ a: object({ b: text }) }), { a: { b: 'x', c: 1 }, d: 1 }, { a: { b: 'x' } }, ['a.c', 'd']],
    ['in lists', object({ a: { type: 'array', items: object({ b: text }) } }), { a: [{ c: 1 }] }, { a: [{}] }, ['a[0].c']],
    ['unless it is to be kept', object({ a: object({}, keeps) }), { a: { b: { c: 1 } } }, { a: { b: { c: 1 } } }, []],
    ['but not inside of what is known there', object({ a: object({ b: object({}) }, keeps) }), { a: { b: { c: 1 }, d: 1 } }, { a: { b: {}, d: 1 } }, ['a.b.c']],
    ['maps', object({ a: { type: 'object', additionalProperties: object({ b: text }) } }), { a: { k: { b: 'x', c: 1 } } }, { a: { k: { b: 'x' } } }, ['a.k.c']],
    ['nulls that may not be', object({ a: text }), { a: null }, {}, []],
    ['nulls that may be', object({ a: { ...text, nullable: true } }), { a: null }, { a: null }, []],
    ['nulls that a default is for', object({ a: { ...text, default: 'x' } }), { a: null }, { a: null }, []],
    ['type and metadata of the object', object({}), { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } }, { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } }, []],
    [
      'metadata of embedded objects',
      object({ a: object({}, { ...keeps, 'x-kubernetes-embedded-resource': true }) }),
      { a: { apiVersion: 'v1', kind: 'A', metadata: { name: 'a', odd: 1, creationTimestamp: null }, x: 1 } },
      { a: { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, x: 1 } },
      ['a.metadata.odd'],
    ],
    ['keys that are nasty', object({ a: text }), JSON.parse('{"__proto__": {"a": 1}, "a": "x"}'), { a: 'x' }, ['__proto__']],
  ])('%s', (_, schema, value, pruned, unknown) => {
    const before = JSON.stringify(value);
    expect(prune(value, asResource(schema))).toEqual({ value: pruned, unknown });
    expect(JSON.stringify(value)).toBe(before);
  });

  test('an embedded object that is none is refused', () => {
    const schema = object({ a: object({}, { ...keeps, 'x-kubernetes-embedded-resource': true }) });
    expect(() => prune({ a: { kind: 1 } }, schema)).toThrow('a.kind: Invalid value: 1: must be a string');
    expect(() => prune({ a: { metadata: { name: 1 } } }, schema)).toThrow(/^a\.metadata: Invalid value: .*json: cannot unmarshal number/);
  });
});

describe('defaults', () => {
  const size: JSONSchemaProps = { type: 'integer', default: 1 };
  test.each<[string, JSONSchemaProps, unknown, unknown]>([
    ['of what is missing', object({ a: size }), {}, { a: 1 }],
    ['not of what is there', object({ a: size }), { a: 0 }, { a: 0 }],
    ['of nulls that may not be', object({ a: size }), { a: null }, { a: 1 }],
    ['not of nulls that may be', object({ a: { ...size, nullable: true } }), { a: null }, { a: null }],
    ['inside of what is there', object({ a: object({ b: size }) }), { a: {} }, { a: { b: 1 } }],
    ['not inside of what is not', object({ a: object({ b: size }) }), {}, {}],
    ['inside of defaults', object({ a: object({ b: size }, { default: {} }) }), {}, { a: { b: 1 } }],
    ['in items', object({ a: { type: 'array', items: object({ b: size }) } }), { a: [{}, { b: 2 }] }, { a: [{ b: 1 }, { b: 2 }] }],
    ['in maps', object({ a: { type: 'object', additionalProperties: object({ b: size }) } }), { a: { k: {} } }, { a: { k: { b: 1 } } }],
  ])('%s', (_, schema, value, filled) => {
    const before = JSON.stringify(value);
    expect(withDefaults(value, schema)).toEqual(filled);
    expect(withDefaults(filled, schema)).toBe(filled);
    expect(JSON.stringify(value)).toBe(before);
  });
});

describe('lists of sets and keys', () => {
  const list = (type: string, keys: string[] = []): JSONSchemaProps =>
    object({ l: { type: 'array', items: object({}, keeps), 'x-kubernetes-list-type': type, 'x-kubernetes-list-map-keys': keys } });
  test.each<[string, JSONSchemaProps, unknown[], string[]]>([
    ['sets', list('set'), ['a', 'b', 'a', 'a'], ['l[2]: Duplicate value: "a"']],
    ['sets of objects', list('set'), [{ a: 1, b: 2 }, { b: 2, a: 1 }], ['l[1]: Duplicate value: {"b":2,"a":1}']],
    ['one key', list('map', ['k']), [{ k: 1 }, { k: 2 }, { k: 1, v: 3 }], ['l[2]: Duplicate value: {"k":1}']],
    ['several keys', list('map', ['k', 'p']), [{ k: 1, p: 1 }, { k: 1, p: 2 }, { p: 2, k: 1 }], ['l[2]: Duplicate value: {"k":1,"p":2}']],
    ['no key', list('map', ['k']), [{}, {}], ['l[1]: Duplicate value: {}']],
    ['no object', list('map', ['k']), [1], ['l[0]: Invalid value: 1: must be an object for an array of list-type map']],
    ['anything else', list('atomic'), [1, 1], []],
  ])('%s', (_, schema, l, errors) =>
    expect(validateLists({ l }, schema).map(({ field, message }) => `${field}: ${message}`)).toEqual(errors),
  );
});

test.each<[string, string[], string[]]>([
  ['date-time', ['2026-01-02T03:04:05Z', '2026-01-02t03:04:05.123+01:00'], ['2026-01-02', '2026-13-02T03:04:05Z', 'x']],
  ['date', ['2024-02-29'], ['2023-02-29', '2026-1-1']],
  ['ipv4', ['1.2.3.4', '010.0.0.1'], ['1.2.3', '::1', '1.2.3.256']],
  ['ipv6', ['::1', '2001:db8::', '::ffff:1.2.3.4'], ['1.2.3.4', ':::']],
  ['cidr', ['10.0.0.0/8', '2001:db8::/32'], ['10.0.0.0', '10.0.0.0/33']],
  ['uri', ['https://example.com/a?b', '/path', 'urn:x'], ['', 'a b', 'example.com', '%zz']],
  ['email', ['a@b.c', 'A B <a@b.c>'], ['a', '@b']],
  ['hostname', ['a', 'a-b.example.com', 'localhost'], ['-a.example.com', 'a..b', 'a_b.example.com']],
  ['uuid', ['00000000-0000-4000-8000-000000000000', '00000000000040008000000000000000'], ['x']],
  ['uuid4', ['00000000-0000-4000-8000-000000000000'], ['00000000-0000-3000-8000-000000000000']],
  ['mac', ['00:11:22:33:44:55', '00-11-22-33-44-55', '0011.2233.4455'], ['00:11:22', '00:11-22:33:44:55']],
  ['byte', ['YQ=='], ['YQ', '']],
  ['duration', ['1h30m', '3 days', '-1.5s', '0'], ['x', '']],
  ['isbn', ['0321751043', '978-0321751041'], ['0321751044']],
  ['creditcard', ['4111 1111 1111 1111'], ['4111 1111 1111 1112']],
  ['ssn', ['111-22-3333'], ['11-22-3333']],
  ['hexcolor', ['#fff', '00FF00'], ['#ffff']],
  ['rgbcolor', ['rgb(1, 2,255)'], ['rgb(1,2,256)']],
  ['bsonobjectid', ['0123456789abcdef01234567'], ['0123']],
  ['password', ['anything'], []],
  ['k8s-short-name', ['a-1'], ['A', '-a', 'a.b']],
  ['k8s-long-name', ['a.b-c'], ['a..b', 'A']],
])('the format %s', (format, good, bad) => {
  for (const text of good) expect(isOfFormat(format, text), text).toBe(true);
  for (const text of bad) expect(isOfFormat(format, text), text).toBe(false);
});
