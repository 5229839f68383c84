/** Makes of a schema and the facts about it a pair of functions that write and read its messages. */
import { copyPlain, setOwn, type Plain } from '../plain.ts';
import { resolve, type AnySchema, type Field, type ListSchema, type MapSchema, type ObjectSchema, type Schema } from '../schema.ts';
import { besideOf, parseFacts, type FieldFact, type ProtobufFacts } from './facts.ts';
import { MalformedProtobuf, wireTypes, type WireReader } from './reader.ts';
import { valueWire, type Wire } from './values.ts';
import type { ReverseWriter } from './writer.ts';

/** The fields of a message. */
export interface Message {
  write(writer: ReverseWriter, object: Plain): void;
  read(reader: WireReader, target: Plain): void;
}

type Numbered = Pick<FieldFact, 'name' | 'number'>;

interface MessageField {
  readonly number: number;
  /** Writes what `object` has for the field, tags included. */
  write(writer: ReverseWriter, object: Plain): void;
  read(reader: WireReader, wireType: number, target: Plain): void;
}

/** Messages by schema, each made when first needed. */
export class Messages {
  readonly #facts: ProtobufFacts;
  readonly #made = new WeakMap<ObjectSchema, Message>();

  constructor(facts: ProtobufFacts) {
    this.#facts = facts;
  }

  of(schema: ObjectSchema): Message {
    let message = this.#made.get(schema);
    if (!message) this.#made.set(schema, (message = this.#make(schema.name, schema.fields)));
    return message;
  }

  /** A message of which JSON shows the given fields. Numbers of fields that the schema does not have are passed over. */
  #make(definition: string, schema: ObjectSchema['fields']): Message {
    const line = this.#facts(definition);
    if (line === undefined) throw new TypeError(`no field numbers are known of ${definition}`);
    const fields = parseFacts(line).flatMap((fact): MessageField[] => {
      if (fact.inlined) return [inlinedField(fact, this.#make(besideOf(definition, fact.name), schema))];
      const field = schema[fact.name];
      return field ? [this.#field(fact, field)] : [];
    });
    return messageOf(definition, fields);
  }

  #field(fact: FieldFact, { schema, required }: Field): MessageField {
    const node = resolve(schema);
    if (node.kind === 'list') return listField(fact, this.#wire((node as ListSchema).items));
    if (node.kind === 'map') return mapField(fact, this.#wire((node as MapSchema).values));
    const isScalar = node.kind === 'string' || node.kind === 'integer' || node.kind === 'number' || node.kind === 'boolean';
    const isBytes = node.kind === 'string' && node.format === 'byte';
    return singleField(fact, this.#wire(node), {
      mayLack: fact.pointer || isBytes,
      keepsZero: fact.pointer || required || !isScalar,
    });
  }

  /** An object in one field of a message, or something else in the other. A flag is also set for the object. */
  #eitherWire(definition: string, { object, or }: NonNullable<AnySchema['either']>): Wire {
    const inner: Field = { schema: or, required: false };
    const fields = { [eitherObject]: { schema: object, required: false }, [eitherOther]: inner };
    const isFlag = or.kind === 'boolean';
    const wire = messageWire(() => this.#make(definition, fields));
    return {
      ...wire,
      zero: undefined,
      write: (writer, value) => {
        const isObject = typeof value === 'object' && !Array.isArray(value);
        wire.write(writer, isObject ? { [eitherObject]: value, ...(isFlag && { [eitherOther]: true }) } : { [eitherOther]: value });
      },
      read: (reader, before) => {
        const { [eitherObject]: read, [eitherOther]: other } = wire.read(reader, before === undefined ? undefined : {}) as Plain;
        return read ?? other ?? (isFlag ? false : []);
      },
    };
  }

  #wire(schema: Schema): Wire {
    const node = resolve(schema);
    if (node.kind === 'object') return messageWire(() => this.of(node as ObjectSchema));
    if (node.kind === 'list') return wrappedList(this.#wire((node as ListSchema).items));
    if (node.kind === 'any' && node.either) return this.#eitherWire(node.name!, node.either);
    return valueWire(node);
  }
}

/** The fields of a message for a type that is an object or something else. */
const [eitherObject, eitherOther] = ['object', 'other'];

function messageOf(definition: string, fields: readonly MessageField[]): Message {
  const backwards = [...fields].sort((a, b) => b.number - a.number);
  const byNumber: (MessageField | undefined)[] = [];
  for (const field of fields) byNumber[field.number] = field;
  const name = definition.slice(definition.lastIndexOf('.') + 1);
  return {
    write: (writer, object) => {
      for (const field of backwards) field.write(writer, object);
    },
    read: (reader, target) => {
      while (reader.position < reader.end) {
        const tag = reader.uint32();
        const number = tag >>> 3;
        const wireType = tag & 7;
        if (number === 0) throw new MalformedProtobuf(`proto: ${name}: illegal tag 0 (wire type ${tag})`);
        if (wireType === wireTypes.endGroup) throw new MalformedProtobuf(`proto: ${name}: wiretype end group for non-group`);
        const field = byNumber[number];
        if (field) field.read(reader, wireType, target);
        else reader.skip(wireType);
      }
    },
  };
}

/** A message as the value of a field. `made` is called when first needed, because a type may contain itself. */
function messageWire(made: () => Message): Wire {
  let message: Message | undefined;
  return {
    type: wireTypes.bytes,
    zero: {},
    write: (writer, value) => {
      const before = writer.size;
      (message ??= made()).write(writer, value as Plain);
      writer.lengthSince(before);
    },
    read: (reader, before) => {
      const target = (before ?? {}) as Plain;
      const outer = reader.enter();
      (message ??= made()).read(reader, target);
      reader.leave(outer);
      return target;
    },
  };
}

/** A list that is the value of a map, which protobuf does not have: upstream wraps it in a message with one field. */
function wrappedList(item: Wire): Wire {
  const message = messageOf('Items', [listField({ name: 'items', number: 1 }, item)]);
  return {
    type: wireTypes.bytes,
    zero: [],
    write: (writer, value) => {
      const before = writer.size;
      message.write(writer, { items: value });
      writer.lengthSince(before);
    },
    read: (reader) => {
      const target = { items: [] };
      const outer = reader.enter();
      message.read(reader, target);
      reader.leave(outer);
      return target.items;
    },
  };
}

const inlinedField = ({ name, number }: Numbered, message: Message): MessageField => ({
  number,
  write: (writer, object) => {
    const before = writer.size;
    message.write(writer, object);
    writer.lengthSince(before);
    writer.tag(number, wireTypes.bytes);
  },
  read: (reader, wireType, target) => {
    expectType(wireType, wireTypes.bytes, name);
    const outer = reader.enter();
    message.read(reader, target);
    reader.leave(outer);
  },
});

/**
 * A field with one value.
 *
 * @param mayLack it is written only if there is something; else its zero is
 * @param keepsZero its zero is a value like any other, and not what stands for none
 */
function singleField(
  { name, number }: Numbered,
  wire: Wire,
  { mayLack, keepsZero }: { mayLack: boolean; keepsZero: boolean },
): MessageField {
  return {
    number,
    write: (writer, object) => {
      const value = object[name];
      const isMissing = value === undefined || value === null;
      if (isMissing && mayLack) return;
      wire.write(writer, isMissing ? wire.zero : value);
      writer.tag(number, wire.type);
    },
    read: (reader, wireType, target) => {
      expectType(wireType, wire.type, name);
      const value = wire.read(reader, target[name]);
      if (value !== undefined && (keepsZero || value !== wire.zero)) target[name] = value;
    },
  };
}

function listField({ name, number }: Numbered, wire: Wire): MessageField {
  return {
    number,
    write: (writer, object) => {
      const values = object[name] as readonly unknown[] | undefined | null;
      if (!values) return;
      for (let i = values.length - 1; i >= 0; i--) {
        wire.write(writer, values[i] ?? wire.zero);
        writer.tag(number, wire.type);
      }
    },
    read: (reader, wireType, target) => {
      const values = (target[name] ??= []) as unknown[];
      // Numbers may also come packed: many in one field.
      if (wire.type === wireTypes.varint && wireType === wireTypes.bytes) {
        const outer = reader.enter();
        while (reader.position < reader.end) values.push(wire.read(reader, undefined));
        reader.leave(outer);
        return;
      }
      expectType(wireType, wire.type, name);
      values.push(wire.read(reader, undefined));
    },
  };
}

/** A map is a list of messages with a key (1) and a value (2). Upstream writes them in the order of the keys. */
function mapField({ name, number }: Numbered, wire: Wire): MessageField {
  return {
    number,
    write: (writer, object) => {
      const map = object[name] as Plain | undefined | null;
      if (!map) return;
      const keys = Object.keys(map).sort();
      for (let i = keys.length - 1; i >= 0; i--) {
        const key = keys[i]!;
        const before = writer.size;
        wire.write(writer, map[key] ?? wire.zero);
        writer.tag(2, wire.type);
        writer.string(key);
        writer.tag(1, wireTypes.bytes);
        writer.lengthSince(before);
        writer.tag(number, wireTypes.bytes);
      }
    },
    read: (reader, wireType, target) => {
      expectType(wireType, wireTypes.bytes, name);
      const outer = reader.enter();
      let key = '';
      let value: unknown;
      while (reader.position < reader.end) {
        const tag = reader.uint32();
        if (tag === mapKeyTag) key = reader.string();
        else if (tag === ((2 << 3) | wire.type)) value = wire.read(reader, undefined);
        else reader.skip(tag & 7);
      }
      reader.leave(outer);
      setOwn((target[name] ??= {}) as Plain, key, value ?? copyPlain(wire.zero));
    },
  };
}

const mapKeyTag = (1 << 3) | wireTypes.bytes;

function expectType(given: number, wanted: number, name: string): void {
  if (given !== wanted)
    throw new MalformedProtobuf(`proto: wrong wireType = ${given} for field ${name[0]!.toUpperCase()}${name.slice(1)}`);
}
