import { describe, expect, it } from 'vitest';
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
  type Field,
  type ObjectSchema,
  type Schema,
} from '../../../src/machinery/schema.ts';
import { bytesOf, hex, typeWith } from './support.ts';

const inner = object('x.v1.Inner', { text: string, must: required(string) });
const facts = { Inner: 'text=1 must=2' };

/** One field `f` with the number 1, a pointer or not: what it is on the wire, both ways. */
const both: [name: string, schema: Schema, pointer: boolean, value: unknown, message: string][] = [
  ['a string', string, false, 'abc', '0a 03 "abc"'],
  ['a string with more than ASCII', string, false, 'aü€😀', '0a 0a "aü€😀"'],
  ['a long string', string, false, 'x'.repeat(200), `0a c8 01 "${'x'.repeat(200)}"`],
  ['a long string with more than ASCII', string, false, 'ü'.repeat(100), `0a c8 01 "${'ü'.repeat(100)}"`],
  ['a byte order mark', string, false, '\ufeffa'.repeat(20), `0a 50 "${'\ufeffa'.repeat(20)}"`],
  ['an empty string that is one', string, true, '', '0a 00'],
  ['bytes', bytes, false, 'AP8=', '0a 02 00 ff'],
  ['a small number', int32, false, 1, '08 01'],
  ['a number of two bytes', int32, false, 300, '08 ac 02'],
  ['the largest int32', int32, false, 2 ** 31 - 1, '08 ff ff ff ff 07'],
  ['a negative int32', int32, false, -1, '08 ff ff ff ff ff ff ff ff ff 01'],
  ['the smallest int32', int32, false, -(2 ** 31), '08 80 80 80 80 f8 ff ff ff ff 01'],
  ['a zero that is one', int32, true, 0, '08 00'],
  ['an int64', int64, false, 2 ** 32, '08 80 80 80 80 10'],
  ['the largest exact int64', int64, false, 2 ** 53 - 1, '08 ff ff ff ff ff ff ff 0f'],
  ['the smallest exact int64', int64, false, -(2 ** 53 - 1), '08 81 80 80 80 80 80 80 f0 ff 01'],
  ['true', boolean, false, true, '08 01'],
  ['a false that is one', boolean, true, false, '08 00'],
  ['a quantity', quantity, false, '100m', '0a 06 0a 04 "100m"'],
  ['a port', intOrString, false, 80, '0a 06 08 00 10 50 1a 00'],
  ['a named port', intOrString, false, 'http', '0a 0a 08 01 10 00 1a 04 "http"'],
  ['a time', time, false, '2026-05-01T12:00:00Z', '0a 08 08 c0 ab d2 cf 06 10 00'],
  ['a time before 1970', time, false, '1969-12-31T23:59:59Z', '0a 0d 08 ff ff ff ff ff ff ff ff ff 01 10 00'],
  ['a micro time', microTime, false, '2026-05-01T12:00:00.000001Z', '0a 09 08 c0 ab d2 cf 06 10 e8 07'],
  ['raw JSON', any, false, { a: [1, null] }, '0a 10 0a 0e "{" 22 "a" 22 ":[1,null]}"'],
  ['a message', inner, false, { text: 'a', must: 'b' }, '0a 06 0a 01 "a" 12 01 "b"'],
  ['a list of strings', list(string), false, ['a', '', 'b'], '0a 01 "a" 0a 00 0a 01 "b"'],
  ['a list of numbers', list(int64), false, [1, 0, 2], '08 01 08 00 08 02'],
  ['a list of messages', list(inner), false, [{ must: 'a' }, { must: 'b' }], '0a 05 0a 00 12 01 "a" 0a 05 0a 00 12 01 "b"'],
  ['a map of strings', map(string), false, { a: 'b', c: '' }, '0a 06 0a 01 "a" 12 01 "b" 0a 05 0a 01 "c" 12 00'],
  ['a map of bytes', map(bytes), false, { a: 'AA==', b: '' }, '0a 06 0a 01 "a" 12 01 00 0a 05 0a 01 "b" 12 00'],
  ['a map of quantities', map(quantity), false, { cpu: '1' }, '0a 0a 0a 03 "cpu" 12 03 0a 01 "1"'],
  [
    'a map of lists',
    map(list(string)),
    false,
    { a: ['b', 'c'], d: [] },
    '0a 0b 0a 01 "a" 12 06 0a 01 "b" 0a 01 "c" 0a 05 0a 01 "d" 12 00',
  ],
];

describe('on the wire and back', () => {
  it.each(both)('%s', (_, schema, pointer, value, message) => {
    const type = typeWith({ f: schema }, { ...facts, Thing: pointer ? 'f?=1' : 'f=1' });
    expect(type.encode({ f: value })).toBe(hex(bytesOf(message)));
    expect(type.decode(message)).toEqual({ f: value });
  });

  it.each<[string, Schema | Field, string, object]>([
    ['string', string, '0a 00', {}],
    ['required string', required(string), '0a 00', { f: '' }],
    ['number', int32, '08 00', {}],
    ['required number', required(int32), '08 00', { f: 0 }],
    ['boolean', boolean, '08 00', {}],
    ['bytes', bytes, '', {}],
    ['time', time, '0a 00', {}],
    ['raw JSON', any, '0a 00', {}],
    ['quantity', quantity, '0a 03 0a 01 "0"', { f: '0' }],
    ['port', intOrString, '0a 06 08 00 10 00 1a 00', { f: 0 }],
    ['message', inner, '0a 04 0a 00 12 00', { f: { must: '' } }],
    ['list', list(string), '', {}],
    ['map', map(string), '', {}],
  ])('nothing, where Go has a plain %s', (_, schema, message, decoded) => {
    const type = typeWith({ f: schema }, { ...facts, Thing: 'f=1' });
    expect(type.encode({})).toBe(hex(bytesOf(message)));
    expect(type.encode({ f: null })).toBe(hex(bytesOf(message)));
    expect(type.decode(message)).toEqual(decoded);
  });

  it.each<[string, Schema]>([
    ['string', string],
    ['number', int64],
    ['boolean', boolean],
    ['time', time],
    ['quantity', quantity],
    ['port', intOrString],
    ['message', inner],
    ['raw JSON', any],
  ])('nothing, where Go has a pointer to a %s', (_, schema) => {
    const type = typeWith({ f: schema }, { ...facts, Thing: 'f?=1' });
    expect(type.encode({})).toBe('');
    expect(type.decode('')).toEqual({});
  });

  it('fields in the order of their numbers, whatever the order of the facts', () => {
    const type = typeWith({ a: string, b: string, c: string }, { Thing: 'a=3 b=1 c=16' });
    expect(type.encode({ a: 'x', b: 'y', c: 'z' })).toBe(hex(bytesOf('0a 01 "y" 1a 01 "x" 82 01 01 "z"')));
    expect(type.decode('82 01 01 "z" 0a 01 "y" 1a 01 "x"')).toEqual({ a: 'x', b: 'y', c: 'z' });
  });

  it('a message whose fields stand beside the others in JSON', () => {
    const type = typeWith({ name: string, path: string, port: int32 }, { Thing: 'name=1 ...Source=2', Source: 'path=1 port?=2' });
    expect(type.encode({ name: 'n', path: 'p', port: 1 })).toBe(hex(bytesOf('0a 01 "n" 12 05 0a 01 "p" 10 01')));
    expect(type.decode('0a 01 "n" 12 05 0a 01 "p" 10 01')).toEqual({ name: 'n', path: 'p', port: 1 });
    expect(type.encode({ name: 'n' })).toBe(hex(bytesOf('0a 01 "n" 12 02 0a 00')));
  });

  it('a type that contains itself', () => {
    const tree: ObjectSchema = object('x.v1.Tree', { children: list(ref(() => tree)), name: string }) as ObjectSchema;
    const type = typeWith({ f: tree }, { Thing: 'f?=1', Tree: 'name=1 children=2' });
    const value = { f: { name: 'a', children: [{ name: 'b', children: [{ name: 'c' }] }] } };
    const message = '0a 0d 0a 01 "a" 12 08 0a 01 "b" 12 03 0a 01 "c"';
    expect(type.encode(value)).toBe(hex(bytesOf(message)));
    expect(type.decode(message)).toEqual(value);
  });

  it('a key that is special in JavaScript', () => {
    const type = typeWith({ f: map(string) }, { Thing: 'f=1' });
    const decoded = type.decode('0a 0e 0a 09 "__proto__" 12 01 "x"');
    expect(Object.keys(decoded.f as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(decoded.f)).toBe(Object.prototype);
    expect(type.encode(decoded)).toBe(hex(bytesOf('0a 0e 0a 09 "__proto__" 12 01 "x"')));
  });
});

describe('reading what others write', () => {
  const type = typeWith({ f: string, n: list(int32), m: inner, q: map(string) }, { ...facts, Thing: 'f=1 n=2 m?=3 q=4' });

  it.each([
    ['the last of two values', '0a 01 "a" 0a 01 "b"', { f: 'b' }],
    ['packed numbers', '12 03 01 ac 02 10 07', { n: [1, 300, 7] }],
    ['a message in two parts', '1a 03 0a 01 "a" 1a 03 12 01 "b"', { m: { text: 'a', must: 'b' } }],
    ['an entry of a map without a value', '22 03 0a 01 "a"', { q: { a: '' } }],
    ['an entry of a map without a key', '22 03 12 01 "a"', { q: { '': 'a' } }],
    ['an entry of a map the other way round', '22 06 12 01 "a" 0a 01 "b"', { q: { b: 'a' } }],
    ['unknown fields of every form', '28 96 01 29 0102030405060708 2d 01020304 32 02 "xy" 0a 01 "a"', { f: 'a' }],
    ['an unknown group', '2b 33 08 01 34 0a 01 "z" 2c 0a 01 "a"', { f: 'a' }],
    ['bytes that are no UTF-8', '0a 02 ff "a"', { f: '\ufffda' }],
  ])('%s', (_, message, expected) => {
    expect(type.decode(message)).toEqual(expected);
  });

  it.each([
    ['the middle of a number', '10 80', 'unexpected EOF'],
    ['the middle of a string', '0a 05 "abc"', 'unexpected EOF'],
    ['a string longer than its message', '1a 03 0a 05 "abcdefgh"', 'unexpected EOF'],
    ['a length that only just fits 64 bits', '0a ff ff ff ff ff ff ff ff 7f', 'unexpected EOF'],
    ['a negative length', '0a ff ff ff ff ff ff ff ff ff 01', 'proto: negative length found during unmarshaling'],
    ['a number without an end', '10 80 80 80 80 80 80 80 80 80 80 80', 'proto: integer overflow'],
    ['a tag without an end', '80 80 80 80 80 80 80 80 80 80 80', 'proto: integer overflow'],
    ['a field with the number 0', '02 01 "a"', 'proto: Thing: illegal tag 0 (wire type 2)'],
    ['the end of a group that is none', '0c', 'proto: Thing: wiretype end group for non-group'],
    ['a group without an end', '2b 28 01', 'unexpected EOF'],
    ['a wire type that there is not', '2e', 'proto: illegal wireType 6'],
    ['a number for a string', '08 01', 'proto: wrong wireType = 0 for field F'],
    ['a number for a message', '18 01', 'proto: wrong wireType = 0 for field M'],
    ['groups in groups without bound', '2b '.repeat(200), 'exceeded max depth'],
  ])('refuses %s', (_, message, error) => {
    expect(() => type.decode(message)).toThrow(error);
  });

  it('refuses messages in messages without bound', () => {
    const tree: ObjectSchema = object('x.v1.Tree', { child: ref(() => tree) }) as ObjectSchema;
    const deep = typeWith({ f: tree }, { Thing: 'f=1', Tree: 'child?=1' });
    const nested = (depth: number): object => (depth === 0 ? {} : { child: nested(depth - 1) });
    expect(deep.decode(deep.encode({ f: nested(90) }))).toEqual({ f: nested(90) });
    expect(() => deep.decode(deep.encode({ f: nested(110) }))).toThrow('exceeded max depth');
  });

  it.each<[string, Schema, string, string]>([
    ['a time past the year 9999', time, '0a 07 08 80 83 d1 ff af 07', 'a time is out of range'],
    ['more than a second of nanoseconds', microTime, '0a 06 10 80 94 eb dc 03', 'a time is out of range'],
    ['raw JSON that is none', any, '0a 03 0a 01 "{"', 'a raw extension is not valid JSON'],
    ['a number or string that is neither', intOrString, '0a 02 08 02', 'impossible IntOrString.Type'],
  ])('refuses %s', (_, schema, message, error) => {
    expect(() => typeWith({ f: schema }, { Thing: 'f=1' }).decode(message)).toThrow(error);
  });

  it('takes Go’s zero time for none', () => {
    expect(typeWith({ f: time }, { Thing: 'f=1' }).decode('0a 0b 08 80 92 b8 c3 98 fe ff ff ff 01')).toEqual({});
  });

  it('knows only types with facts', () => {
    expect(type.codec.knows(type.schema)).toBe(true);
    expect(type.codec.knows(object('x.v1.Other', {}) as ObjectSchema)).toBe(false);
    expect(() => typeWith({ f: object('x.v1.Other', {}) }, { Thing: 'f=1' }).encode({})).toThrow(
      'no field numbers are known of x.v1.Other',
    );
  });
});
