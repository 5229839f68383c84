/**
 * Walks a parsed value against a schema. Every schema node is compiled once into a function, because this is on the path
 * of every write: where nothing is wrong, nothing is copied or allocated.
 */
import { isPlain, setOwn } from '../plain.ts';
import { resolve, type AnySchema, type ObjectSchema, type Schema } from '../schema.ts';
import { countKeysInValue, depthMax, formatPath } from './json.ts';
import {
  decodeBytes,
  decodeIntOrString,
  decodeMicroTime,
  decodeQuantity,
  decodeTime,
  int32Fits,
  int64Fits,
  kindOf,
  MalformedValue,
} from './scalars.ts';

/** Like upstream, more unknown fields than this are not listed. */
const unknownMax = 100;

/** A value does not have the type that the schema says. The message is Go's. */
export class TypeMismatch extends Error {}

export interface Walk {
  /** Where the walk is: keys and indices. Only the first `depth` steps count. */
  readonly path: (string | number)[];
  depth: number;
  /** Keys seen, in objects at any depth: the count that a text without doubles has. */
  keys: number;
  /** Paths of fields that the schema does not know. */
  readonly unknown: string[];
}

type Decoder = (value: unknown, walk: Walk) => unknown;

export interface Walked {
  value: unknown;
  keys: number;
  unknown: string[];
}

/**
 * The value without nulls and unknown fields, its quantities and times normalised, its empty optional lists and maps
 * left out (as Go's omitempty does, so that an empty list and none are the same). The input is not changed; what needed
 * no change is shared. Throws `TypeMismatch` or `MalformedValue`.
 */
export function walkObject(schema: ObjectSchema, value: unknown): Walked {
  if (schema.structural) return schema.structural.decode(value);
  const walk: Walk = { path: [], depth: 0, keys: 0, unknown: [] };
  try {
    return { value: decoderOf(schema)(value, walk), keys: walk.keys, unknown: walk.unknown };
  } catch (error) {
    if (error instanceof Mismatch) throw new TypeMismatch(error.describe(schema, walk));
    throw error;
  }
}

/** Thrown where the mismatch is; its words need the path, which only the caller knows. */
class Mismatch {
  readonly #value: unknown;
  readonly #schema: Schema;
  constructor(value: unknown, schema: Schema) {
    this.#value = value;
    this.#schema = schema;
  }
  describe(root: ObjectSchema, walk: Walk): string {
    const what = kindOf(this.#value, resolve(this.#schema).kind === 'integer');
    const wanted = `of type ${goType(this.#schema)}`;
    // Go names the innermost struct, then the fields on the way without keys and indices.
    let node: Schema = root;
    let struct = '';
    const fields: string[] = [];
    for (const step of walk.path.slice(0, walk.depth)) {
      const at = resolve(node);
      if (at.kind === 'list') node = at.items;
      else if (at.kind === 'map') node = at.values;
      else if (at.kind === 'object') {
        struct = lastPart(at.name);
        fields.push(String(step));
        node = at.fields[String(step)]!.schema;
      }
    }
    return struct === ''
      ? `json: cannot unmarshal ${what} into Go value ${wanted}`
      : `json: cannot unmarshal ${what} into Go struct field ${struct}.${fields.join('.')} ${wanted}`;
  }
}

const lastPart = (name: string) => name.slice(name.lastIndexOf('.') + 1);

function goType(schema: Schema): string {
  const node = resolve(schema);
  switch (node.kind) {
    case 'string':
      return node.format === 'byte' ? '[]uint8' : 'string';
    case 'integer':
      return node.format;
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'list':
      return `[]${goType(node.items)}`;
    case 'map':
      return `map[string]${goType(node.values)}`;
    case 'object':
      return node.name.split('.').slice(-2).join('.');
    case 'quantity':
      return 'resource.Quantity';
    case 'int-or-string':
      return 'intstr.IntOrString';
    case 'any':
      return 'runtime.RawExtension';
  }
}

const compiled = new WeakMap<Schema, Decoder>();

function decoderOf(schema: Schema): Decoder {
  let decoder = compiled.get(schema);
  if (!decoder) compiled.set(schema, (decoder = compile(schema)));
  return decoder;
}

function compile(schema: Schema): Decoder {
  const mismatch = (value: unknown): never => {
    throw new Mismatch(value, schema);
  };
  switch (schema.kind) {
    case 'string':
      if (schema.format === 'date-time') return decodeTime;
      if (schema.format === 'micro-time') return decodeMicroTime;
      if (schema.format === 'byte') return (value) => decodeBytes(value) ?? mismatch(value);
      return (value) => (typeof value === 'string' ? value : mismatch(value));
    case 'integer': {
      const fits = schema.format === 'int32' ? int32Fits : int64Fits;
      return (value) => (fits(value) ? value : mismatch(value));
    }
    case 'number':
      return (value) => (typeof value === 'number' ? value : mismatch(value));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : mismatch(value));
    case 'int-or-string':
      return decodeIntOrString;
    case 'quantity':
      return decodeQuantity;
    case 'any':
      return (value, walk) => {
        if (schema.either) return readEither(schema.either, value, walk);
        if (typeof value === 'object') walk.keys += countKeysInValue(value, walk.depth);
        return value;
      };
    case 'ref': {
      let target: Decoder | undefined;
      return (value, walk) => (target ??= decoderOf(schema.target()))(value, walk);
    }
    case 'list':
      return compileList(decoderOf(schema.items), schema.items, mismatch);
    case 'map':
      return compileMap(decoderOf(schema.values), schema.values, mismatch);
    case 'object':
      return compileObject(schema as ObjectSchema, mismatch);
  }
}

/** As Go's own decoders of such types do: what is of neither form is nothing, and unknown fields are not spoken of. */
function readEither({ object, or }: NonNullable<AnySchema['either']>, value: unknown, walk: Walk): unknown {
  const as = isPlain(value) ? object : Array.isArray(value) && or.kind === 'list' ? or : undefined;
  if (!as) {
    if (or.kind === 'list') return undefined;
    if (typeof value === 'boolean') return value;
    throw new MalformedValue('boolean or JSON schema expected');
  }
  const { length } = walk.unknown;
  const read = decoderOf(as)(value, walk);
  walk.unknown.length = length;
  return read;
}

function enter(walk: Walk, step: string | number): void {
  if (walk.depth >= depthMax) throw new MalformedValue('exceeded max depth');
  walk.path[walk.depth++] = step;
}

function compileList(item: Decoder, items: Schema, mismatch: (value: unknown) => never): Decoder {
  return (value, walk) => {
    if (!Array.isArray(value)) return mismatch(value);
    let out: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const before: unknown = value[i];
      enter(walk, i);
      const after = before === null ? zeroOf(items) : item(before, walk);
      walk.depth--;
      if (after !== before) (out ??= value.slice())[i] = after;
    }
    return out ?? value;
  };
}

function compileMap(each: Decoder, values: Schema, mismatch: (value: unknown) => never): Decoder {
  return (value, walk) => {
    if (!isPlain(value)) return mismatch(value);
    let out: Record<string, unknown> | undefined;
    for (const key in value) {
      walk.keys++;
      const before = value[key];
      enter(walk, key);
      const after = before === null ? zeroOf(values) : each(before, walk);
      walk.depth--;
      if (after !== before) setOwn((out ??= { ...value }), key, after);
    }
    return out ?? value;
  };
}

function compileObject(schema: ObjectSchema, mismatch: (value: unknown) => never): Decoder {
  let fields: Map<string, { decode: Decoder; omitEmpty: boolean }> | undefined;
  const compileFields = () =>
    new Map(
      Object.entries(schema.fields).map(([name, field]) => {
        const { kind } = resolve(field.schema);
        return [name, { decode: decoderOf(field.schema), omitEmpty: !field.required && !field.keepsEmpty && (kind === 'list' || kind === 'map') }];
      }),
    );
  return (value, walk) => {
    if (!isPlain(value)) return mismatch(value);
    fields ??= compileFields();
    let out: Record<string, unknown> | undefined;
    for (const key in value) {
      walk.keys++;
      const before = value[key];
      const field = fields.get(key);
      let after: unknown;
      if (field === undefined) {
        if (walk.unknown.length < unknownMax) walk.unknown.push(formatPath([...walk.path.slice(0, walk.depth), key]));
        walk.keys += countKeysInValue(before, walk.depth);
      } else if (before !== null && before !== undefined) {
        enter(walk, key);
        after = field.decode(before, walk);
        walk.depth--;
        if (field.omitEmpty && isEmpty(after as object)) after = undefined;
      }
      // Copies from the first difference on, so that nothing is ever deleted from an object (which makes it slow).
      if (after !== before && out === undefined) out = copyUpTo(value, key);
      if (out !== undefined && after !== undefined) setOwn(out, key, after);
    }
    return out ?? value;
  };
}

function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

function copyUpTo(value: Record<string, unknown>, end: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    if (key === end) break;
    setOwn(copy, key, value[key]);
  }
  return copy;
}

/** What Go makes of null where a value must be: the zero of the type. */
function zeroOf(schema: Schema): unknown {
  const node = resolve(schema);
  switch (node.kind) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    case 'list':
      return [];
    case 'map':
    case 'object':
      return {};
    case 'any':
      return null;
  }
}
