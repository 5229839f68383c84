/** How the values of the API that are not messages of their own stand on the wire, and what they are in JSON. */
import { rfc3339 } from '../../lib/clock.ts';
import type { Schema } from '../schema.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { MalformedProtobuf, wireTypes, type WireReader } from './reader.ts';
import type { ReverseWriter } from './writer.ts';

/** How the values of one type are written and read. */
export interface Wire {
  readonly type: (typeof wireTypes)[keyof typeof wireTypes];
  /** What stands for a value that nobody said, where one is always written. */
  readonly zero: unknown;
  /** Writes a value, with its length if it has one. */
  write(writer: ReverseWriter, value: unknown): void;
  /** Reads a value. A message goes into `before`, the one that came earlier for the same field, if there was one. */
  read(reader: WireReader, before: unknown): unknown;
}

const text: Wire = {
  type: wireTypes.bytes,
  zero: '',
  write: (writer, value) => writer.string(value as string),
  read: (reader) => reader.string(),
};

const bytes: Wire = {
  type: wireTypes.bytes,
  zero: '',
  write: (writer, value) => {
    const before = writer.size;
    writer.raw(fromBase64(value as string));
    writer.lengthSince(before);
  },
  read: (reader) => toBase64(reader.bytes()),
};

const int32: Wire = {
  type: wireTypes.varint,
  zero: 0,
  write: (writer, value) => writer.varint(value as number),
  read: (reader) => reader.int32(),
};

const int64: Wire = { ...int32, read: (reader) => reader.int64() };

const double: Wire = {
  type: wireTypes.fixed64,
  zero: 0,
  write: (writer, value) => writer.double(value as number),
  read: (reader) => reader.double(),
};

const boolean: Wire = {
  type: wireTypes.varint,
  zero: false,
  write: (writer, value) => writer.byte(value === true ? 1 : 0),
  read: (reader) => reader.boolean(),
};

/** A message that is one value in JSON: `write` writes its fields, `fields` takes them in as they come. */
function wrapper<T>(options: {
  zero: unknown;
  write(writer: ReverseWriter, value: unknown): void;
  start(): T;
  field(state: T, number: number, reader: WireReader, wireType: number): void;
  end(state: T): unknown;
}): Wire {
  return {
    type: wireTypes.bytes,
    zero: options.zero,
    write: (writer, value) => {
      const before = writer.size;
      options.write(writer, value);
      writer.lengthSince(before);
    },
    read: (reader) => {
      const outer = reader.enter();
      const state = options.start();
      while (reader.position < reader.end) {
        const tag = reader.uint32();
        options.field(state, tag >>> 3, reader, tag & 7);
      }
      reader.leave(outer);
      return options.end(state);
    },
  };
}

const quantity = wrapper({
  zero: '0',
  write: (writer, value) => {
    writer.string(value as string);
    writer.tag(1, wireTypes.bytes);
  },
  start: () => ({ text: '0' }),
  field: (state, number, reader, wireType) => {
    if (number === 1 && wireType === wireTypes.bytes) state.text = reader.string();
    else reader.skip(wireType);
  },
  end: ({ text }) => text,
});

/** The type of an IntOrString on the wire. */
const intType = 0;
const stringType = 1;

const intOrString = wrapper({
  zero: 0,
  write: (writer, value) => {
    const isNumber = typeof value === 'number';
    writer.string(isNumber ? '' : (value as string));
    writer.tag(3, wireTypes.bytes);
    writer.varint(isNumber ? value : 0);
    writer.tag(2, wireTypes.varint);
    writer.varint(isNumber ? intType : stringType);
    writer.tag(1, wireTypes.varint);
  },
  start: () => ({ type: intType, int: 0, string: '' }),
  field: (state, number, reader, wireType) => {
    if (number === 1 && wireType === wireTypes.varint) state.type = reader.int64();
    else if (number === 2 && wireType === wireTypes.varint) state.int = reader.int32();
    else if (number === 3 && wireType === wireTypes.bytes) state.string = reader.string();
    else reader.skip(wireType);
  },
  end: ({ type, int, string }) => {
    if (type !== intType && type !== stringType) throw new MalformedProtobuf('impossible IntOrString.Type');
    return type === intType ? int : string;
  },
});

/** Seconds since 1970 of the first and last moments that RFC 3339 can name, and of Go's zero time, which is none. */
const timeMin = -62_167_219_200;
const timeMax = 253_402_300_799;
const noTime = -62_135_596_800;

const fraction = /\.(\d{1,6})/;
/** Microseconds of the second that a time in RFC 3339 names. */
const microsecondsOf = (time: string) => Number((fraction.exec(time)?.[1] ?? '').padEnd(6, '0'));

/** Time and MicroTime. A message without fields is no time at all. */
const timeWire = (micro: boolean): Wire =>
  wrapper({
    zero: undefined,
    write: (writer, value) => {
      if (value === undefined) return;
      writer.varint(micro ? microsecondsOf(value as string) * 1000 : 0);
      writer.tag(2, wireTypes.varint);
      writer.varint(Math.floor(Date.parse(value as string) / 1000));
      writer.tag(1, wireTypes.varint);
    },
    start: () => ({ seconds: undefined as number | undefined, nanos: 0 }),
    field: (state, number, reader, wireType) => {
      if (number === 1 && wireType === wireTypes.varint) state.seconds = reader.int64();
      else if (number === 2 && wireType === wireTypes.varint) {
        state.nanos = reader.int32();
        state.seconds ??= 0;
      } else reader.skip(wireType);
    },
    end: ({ seconds, nanos }) => {
      if (seconds === undefined || seconds === noTime) return undefined;
      if (seconds < timeMin || seconds > timeMax || nanos < 0 || nanos > 999_999_999)
        throw new MalformedProtobuf('a time is out of range');
      const time = rfc3339(new Date(seconds * 1000));
      return micro ? time.replace('Z', `.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`) : time;
    },
  });

const time = timeWire(false);
const microTime = timeWire(true);

const utf8 = new TextDecoder();

/** RawExtension and FieldsV1: JSON in a field of bytes. */
const json = wrapper({
  zero: undefined,
  write: (writer, value) => {
    if (value === undefined) return;
    writer.string(JSON.stringify(value));
    writer.tag(1, wireTypes.bytes);
  },
  start: () => ({ value: undefined as unknown }),
  field: (state, number, reader, wireType) => {
    if (number === 1 && wireType === wireTypes.bytes) state.value = parseJson(reader.bytes());
    else reader.skip(wireType);
  },
  end: ({ value }) => value,
});

function parseJson(text: Uint8Array): unknown {
  if (text.length === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(text)) as unknown;
  } catch {
    throw new MalformedProtobuf('a raw extension is not valid JSON');
  }
}

/** The wire form of a schema that is not an object, a list or a map. */
export function valueWire(schema: Schema): Wire {
  switch (schema.kind) {
    case 'string':
      if (schema.format === 'byte') return bytes;
      if (schema.format === 'date-time') return time;
      return schema.format === 'micro-time' ? microTime : text;
    case 'integer':
      return schema.format === 'int32' ? int32 : int64;
    case 'number':
      return double;
    case 'boolean':
      return boolean;
    case 'quantity':
      return quantity;
    case 'int-or-string':
      return intOrString;
    case 'any':
      return json;
    default:
      throw new TypeError(`a ${schema.kind} has no form in protobuf`);
  }
}
