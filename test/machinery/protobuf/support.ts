import { createProtobufCodec } from '../../../src/machinery/protobuf/codec.ts';
import { object, type Field, type ObjectSchema, type Schema } from '../../../src/machinery/schema.ts';

/** Bytes from hexadecimal; spaces and what stands in quotes (as text) make it readable: `0a 03 "abc"`. */
export function bytesOf(text: string): Uint8Array {
  const parts = text.match(/"[^"]*"|[0-9a-f]{2}/g) ?? [];
  return Uint8Array.from(
    parts.flatMap((part) => (part.startsWith('"') ? [...new TextEncoder().encode(part.slice(1, -1))] : [parseInt(part, 16)])),
  );
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What is around a message of the kind `Thing` of `x/v1`: its fields begin after these bytes and their length. */
const before = hex(bytesOf('"k8s" 00 0a 0d 0a 04 "x/v1" 12 05 "Thing"'));
const after = '1a002200';

/** A type with a field or more, and the facts about it and others. */
export function typeWith(fields: Record<string, Schema | Field>, facts: Readonly<Record<string, string>>) {
  const schema = object('x.v1.Thing', fields) as ObjectSchema;
  const codec = createProtobufCodec((definition) => facts[definition.replace('x.v1.', '')]);
  return {
    codec,
    schema,
    /** The message of an object, in hexadecimal. */
    encode(value: object): string {
      const whole = hex(codec.encode(schema, { apiVersion: 'x/v1', kind: 'Thing', ...value }));
      const message = hex(codec.open(codec.encode(schema, { apiVersion: 'x/v1', kind: 'Thing', ...value })).message);
      const length = (message.length / 2).toString(16).padStart(2, '0');
      if (message.length < 256 && whole !== `${before}12${length}${message}${after}`) throw new Error(`no envelope: ${whole}`);
      return message;
    },
    decode: (message: string) => codec.decode(schema, bytesOf(message)),
  };
}
