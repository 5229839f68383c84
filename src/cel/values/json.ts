/** Plain JSON as values, wrapped when it is looked at; and values as plain JSON. */
import { samePlain, setOwn, type Plain } from '../../machinery/plain.ts';
import { fromBase64, toBase64 } from '../../machinery/protobuf/base64.ts';
import { dynDeclared, type Declared } from '../types/declared.ts';
import { escapeName, unescapeName } from '../types/names.ts';
import { kindOfJson, parseLongDuration } from './json-scalars.ts';
import { formatDuration, formatTimestamp, parseDate, parseTimestamp } from './time.ts';
import {
  Duration,
  Fault,
  isFault,
  ListValue,
  MapValue,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Outcome,
  type Value,
} from './value.ts';

const int64Bound = 2 ** 63;

/**
 * A JSON value as a value of the declared type. Lists and objects are wrapped, not copied. What is a value already stays
 * as it is. What does not fit its type is a fault.
 */
export function wrap(json: unknown, declared: Declared): Outcome {
  if (json === null) return nullOf(declared);
  if (isValue(json)) return json;
  switch (typeof json) {
    case 'string':
      return wrapString(json, declared);
    case 'boolean':
      return declared.type.kind === 'bool' || isOpen(declared) ? json : misfit(json, declared);
    case 'number':
      return wrapNumber(json, declared);
    case 'bigint':
      return json;
    case 'object':
      return wrapObject(json, declared);
    default:
      return new Fault(`unsupported conversion to ref.Val: (${typeof json})`);
  }
}

const isOpen = (declared: Declared) => declared.type.kind === 'dyn' && declared.format === undefined;

function nullOf(declared: Declared): Outcome {
  if (declared.nullable || declared.type.kind === 'dyn' || declared.type.kind === 'null') return null;
  return new Fault('invalid data, got null for schema with nullable=false');
}

const isValue = (json: unknown): json is Value =>
  typeof json === 'object' &&
  (json instanceof ListValue ||
    json instanceof MapValue ||
    json instanceof Opaque ||
    json instanceof Optional ||
    json instanceof Timestamp ||
    json instanceof Duration ||
    json instanceof Uint ||
    json instanceof TypeValue ||
    json instanceof Uint8Array);

function misfit(json: unknown, declared: Declared): Fault {
  if (declared.format === 'int-or-string')
    return new Fault('invalid data, expected XIntOrString value to be either a string or integer');
  switch (declared.type.kind) {
    case 'object':
    case 'map':
      return new Fault('invalid data, expected a map for the provided schema with type=object');
    case 'list':
      return new Fault('invalid data, expected an array for the provided schema with type=array');
    case 'double':
      return new Fault(`invalid data, expected float, got ${kindOfJson(json)}`);
    case 'timestamp':
    case 'duration':
    case 'bytes':
      return new Fault(`invalid data, expected string, got ${kindOfJson(json)}`);
    default:
      return new Fault(`invalid data, expected ${declared.type.name}, got ${kindOfJson(json)}`);
  }
}

function wrapNumber(json: number, declared: Declared): Outcome {
  if (declared.type.kind === 'double') return json;
  const isInt = Number.isInteger(json) && json >= -int64Bound && json < int64Bound;
  if (declared.type.kind === 'int' || declared.type.kind === 'dyn') {
    if (isInt) return BigInt(json);
    return isOpen(declared) ? json : misfit(json, declared);
  }
  if (declared.type.kind === 'uint' && isInt && json >= 0) return new Uint(BigInt(json));
  return misfit(json, declared);
}

function wrapString(json: string, declared: Declared): Outcome {
  switch (declared.format) {
    case 'duration':
      return parseLongDuration(json) ?? new Fault(`Invalid duration ${json}: unable to parse ${json} as duration`);
    case 'date':
      return parseDate(json) ?? new Fault(`Invalid date formatted string ${json}`);
    case 'date-time':
      return parseTimestamp(json) ?? new Fault(`Invalid date-time formatted string ${json}`);
    case 'byte':
      try {
        return fromBase64(json);
      } catch {
        return new Fault(`Invalid byte formatted string ${json}`);
      }
    default:
      return declared.type.kind === 'string' || declared.type.kind === 'dyn' ? json : misfit(json, declared);
  }
}

function wrapObject(json: object, declared: Declared): Outcome {
  const { kind } = declared.type;
  if (Array.isArray(json)) return kind === 'list' || isOpen(declared) ? new JsonList(json, declared) : misfit(json, declared);
  return kind === 'map' || kind === 'object' || isOpen(declared) ? new JsonMap(json as Plain, declared) : misfit(json, declared);
}

/** What was wrapped or decoded once: an expression may ask for the same part many times. */
class Wrapped<K> {
  private parts?: Map<K, Outcome>;

  get(key: K, json: unknown, declared: Declared): Outcome {
    const known = this.parts?.get(key);
    if (known !== undefined) return known;
    const outcome = wrap(json, declared);
    if (typeof outcome !== 'object' || outcome === null) return outcome;
    this.parts ??= new Map();
    this.parts.set(key, outcome);
    return outcome;
  }
}

/** A JSON array; its items are wrapped when they are asked for. */
class JsonList extends ListValue {
  readonly raw: readonly unknown[];
  override readonly declared: Declared;
  private readonly wrapped = new Wrapped<number>();

  constructor(raw: readonly unknown[], declared: Declared) {
    super();
    this.raw = raw;
    this.declared = declared;
  }

  get size(): number {
    return this.raw.length;
  }

  at(index: number): Outcome {
    return this.wrapped.get(index, this.raw[index], this.declared.element ?? dynDeclared);
  }
}

/** A JSON object: a map, or an object of which the schema knows the fields. */
class JsonMap extends MapValue {
  readonly raw: Plain;
  readonly declared: Declared;
  private names?: readonly string[];
  private readonly wrapped = new Wrapped<string>();

  constructor(raw: Plain, declared: Declared) {
    super();
    this.raw = raw;
    this.declared = declared;
  }

  private get present(): readonly string[] {
    this.names ??= Object.keys(this.raw).filter((name) => this.raw[name] !== undefined);
    return this.names;
  }

  get size(): number {
    return this.present.length;
  }

  find(key: Value): Outcome | undefined {
    if (typeof key !== 'string') return undefined;
    const { fields } = this.declared;
    const name = fields ? unescapeName(key) : key;
    if (name === undefined || !Object.hasOwn(this.raw, name)) return undefined;
    const json = this.raw[name];
    // A null in a field is the same as no field; in a map it is a value.
    if (json === undefined || (json === null && fields)) return undefined;
    const declared = fields ? fields(key) : (this.declared.element ?? dynDeclared);
    return declared && this.wrapped.get(name, json, declared);
  }

  *keys(): Iterable<Value> {
    const { fields } = this.declared;
    for (const name of this.present) {
      const key = fields ? escapeName(name) : name;
      if (key !== undefined && (!fields || fields(key))) yield key;
    }
  }

  /** What the schema does not know. */
  unknown(): Plain {
    const { fields } = this.declared;
    const unknown: Plain = {};
    if (!fields) return unknown;
    for (const name of this.present) {
      const key = escapeName(name);
      if (key === undefined || !fields(key)) setOwn(unknown, name, this.raw[name]);
    }
    return unknown;
  }
}

/** Whether two objects agree in what their schema does not know, too. */
export const sameJson = (a: MapValue, b: MapValue): boolean =>
  !(a instanceof JsonMap) || !(b instanceof JsonMap) || samePlain(a.unknown(), b.unknown());

/** A value as plain JSON: times and durations as text, bytes in base64, what came from JSON as it was. */
export function toJson(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof JsonList || value instanceof JsonMap) return value.raw;
  if (value instanceof ListValue) return [...value].map(jsonOf);
  if (value instanceof MapValue) {
    const json: Plain = {};
    for (const key of value.keys()) setOwn(json, String(toJson(key)), jsonOf(value.find(key) ?? null));
    return json;
  }
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof Uint8Array) return toBase64(value);
  if (value instanceof Optional) return value.value === undefined ? null : toJson(value.value);
  if (value instanceof TypeValue) return value.type.name;
  return String(value);
}

const jsonOf = (outcome: Outcome): unknown => (isFault(outcome) ? null : toJson(outcome));
