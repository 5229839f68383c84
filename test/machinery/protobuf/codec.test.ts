import { describe, expect, it } from 'vitest';
import { list, string } from '../../../src/machinery/schema.ts';
import { bytesOf, hex, typeWith } from './support.ts';

const { codec, schema } = typeWith({ f: string }, { Thing: 'f=1' });
const thing = (f: string) => ({ apiVersion: 'x/v1', kind: 'Thing', f });

describe('an envelope', () => {
  const data = '"k8s" 00 0a 0d 0a 04 "x/v1" 12 05 "Thing" 12 03 0a 01 "a" 1a 00 22 00';

  it('goes around a message', () => {
    expect(hex(codec.encode(schema, thing('a')))).toBe(hex(bytesOf(data)));
    const { typeMeta, message } = codec.open(bytesOf(data));
    expect(typeMeta).toEqual({ apiVersion: 'x/v1', kind: 'Thing' });
    expect(codec.decode(schema, message)).toEqual({ f: 'a' });
  });

  it('may say less, or more', () => {
    expect(codec.open(bytesOf('"k8s" 00 12 03 0a 01 "a"')).typeMeta).toEqual({ apiVersion: '', kind: '' });
    expect(codec.open(bytesOf('"k8s" 00 0a 04 18 01 12 00 2a 01 "x" 12 01 00')).message).toEqual(bytesOf('00'));
  });

  it.each([
    ['', 'empty data'],
    ['"k8s" 00', 'empty body'],
    ['"{}"', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['"k8s" 01 12 00', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['"k8s" 00 12 05', 'unexpected EOF'],
    ['"k8s" 00 0a 02 0a 05', 'unexpected EOF'],
  ])('is refused: %s', (text, error) => {
    expect(() => codec.open(bytesOf(text))).toThrow(error);
  });
});

describe('an event', () => {
  it('has its length before it and its object in an envelope', () => {
    const envelope = '"k8s" 00 0a 0d 0a 04 "x/v1" 12 05 "Thing" 12 03 0a 01 "a" 1a 00 22 00';
    expect(hex(codec.encodeEvent(schema, 'ADDED', thing('a')))).toBe(
      hex(bytesOf(`00 00 00 27 0a 05 "ADDED" 12 1e 0a 1c ${envelope}`)),
    );
  });

  it('may be long', () => {
    const event = codec.encodeEvent(schema, 'ADDED', thing('x'.repeat(70_000)));
    expect(new DataView(event.buffer).getUint32(0)).toBe(event.length - 4);
  });
});

describe('the buffer', () => {
  it('serves one object after the other, large or small', () => {
    const many = typeWith({ f: list(string) }, { Thing: 'f=1' });
    const objects = [['a'], Array.from({ length: 50_000 }, (_, i) => `${i}`.repeat(20)), [], ['b'.repeat(3_000_000)], ['c', 'ü']];
    for (const f of objects) {
      const data = many.codec.encode(many.schema, { apiVersion: 'x/v1', kind: 'Thing', f } as never);
      expect(many.codec.decode(many.schema, many.codec.open(data).message)).toEqual(f.length > 0 ? { f } : {});
    }
  });

  it('forgets an object that could not be written', () => {
    expect(() => codec.encode(schema, { ...thing('a'), f: Symbol('no text') } as never)).toThrow('string');
    expect(hex(codec.encode(schema, thing('a')))).toContain(hex(bytesOf('"Thing" 12 03 0a 01 "a"')));
  });
});
