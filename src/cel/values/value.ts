/**
 * The values of expressions. Where JavaScript has the type, it is used: null, booleans, strings, `number` for double,
 * `bigint` for int, `Uint8Array` for bytes. What goes wrong is a value too (`Fault`), because `&&`, `||` and the macros
 * like `all` may absorb it.
 */
import {
  anyTypeType,
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  nullType,
  optionalOf,
  stringType,
  timestampType,
  uintType,
  type Type,
} from '../types/type.ts';
import type { Declared } from '../types/declared.ts';

/** An unsigned integer of 64 bits. */
export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** A moment, in nanoseconds since 1970. */
export class Timestamp {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A length of time, in nanoseconds. */
export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** An error of evaluation. */
export class Fault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Items by position. They may be made when they are asked for. */
export abstract class ListValue implements Iterable<Outcome> {
  abstract readonly size: number;
  /** The schema it follows, if it came with one. */
  readonly declared?: Declared;
  /** `index` is within the size. */
  abstract at(index: number): Outcome;

  *[Symbol.iterator](): Iterator<Outcome> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }
}

/** Values by key; objects with fields are maps from the fields' names. */
export abstract class MapValue {
  abstract readonly size: number;
  abstract find(key: Value): Outcome | undefined;
  abstract keys(): Iterable<Value>;
  /** Of an object that was constructed with `Name{...}`. */
  readonly objectType?: Type;
}

export class Optional {
  readonly value: Value | undefined;

  constructor(value?: Value) {
    this.value = value;
  }
}
export const none = new Optional();

/** A type as a value: `type(1) == int`. */
export class TypeValue {
  readonly type: Type;

  constructor(type: Type) {
    this.type = type;
  }
}

/** A value of a library's own type. */
export abstract class Opaque {
  abstract readonly type: Type;
  abstract equals(other: Value): boolean;
  /** The cost of what is linear in its size; most have none to speak of. */
  readonly size: number = 1;
}

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | ListValue
  | MapValue
  | Optional
  | TypeValue
  | Opaque;

export type Outcome = Value | Fault;

export const isFault = (outcome: unknown): outcome is Fault => outcome instanceof Fault;

export const noSuchOverload = new Fault('no such overload');

const listType = listOf(dynType);
const mapType = mapOf(dynType, dynType);
const optionalType = optionalOf(dynType);

/** The type that a value shows at run time: of lists and maps without what they contain. */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case 'boolean':
      return boolType;
    case 'bigint':
      return intType;
    case 'number':
      return doubleType;
    case 'string':
      return stringType;
    default:
  }
  if (value === null) return nullType;
  if (value instanceof ListValue) return listType;
  if (value instanceof MapValue) return value.objectType ?? mapType;
  if (value instanceof Uint) return uintType;
  if (value instanceof Timestamp) return timestampType;
  if (value instanceof Duration) return durationType;
  if (value instanceof Uint8Array) return bytesType;
  if (value instanceof Optional) return optionalType;
  if (value instanceof TypeValue) return anyTypeType;
  return (value as Opaque).type;
}
