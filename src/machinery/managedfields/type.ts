/**
 * A schema as server-side apply sees it: what is one value, what is made of parts that can have different managers, and
 * how the items of a list are told apart. Made once from a kind's schema.
 */
import { resolve, type Field, type ListSchema, type ObjectSchema, type Schema } from '../schema.ts';
import { fieldElement } from './element.ts';

export interface ScalarType {
  readonly kind: 'scalar';
  /** `untyped` takes any scalar: quantities, times, numbers or strings. */
  readonly accepts: 'string' | 'numeric' | 'boolean' | 'untyped';
}
export interface StructType {
  readonly kind: 'struct';
  readonly atomic: boolean;
  readonly fields: Fields;
}
/** The fields of a struct by name. One that is open has every field; what is iterated over are those that have a name. */
export interface Fields extends Iterable<[string, FieldType]> {
  get(name: string): FieldType | undefined;
}
export interface FieldType {
  readonly element: string;
  readonly type: Type;
  /**
   * Part of the zero value of upstream's Go type: it is there, empty, as soon as what holds it is, so that nobody comes to
   * manage it by filling it in.
   */
  readonly always: boolean;
  /** Of an open struct, beyond the fields that have a name. */
  readonly unnamed?: true;
}
export interface MapType {
  readonly kind: 'map';
  readonly atomic: boolean;
  readonly values: Type;
}
export interface ListType {
  readonly kind: 'list';
  readonly listType: 'atomic' | 'set' | 'map';
  /** The names of the keys, in order, and what a key is if an item leaves it out. */
  readonly keys: readonly string[];
  readonly keyDefaults: readonly unknown[];
  readonly items: Type;
}
/** Any JSON: objects are made of parts, lists are one value. */
export interface AnyType {
  readonly kind: 'any';
}
export type Type = ScalarType | StructType | MapType | ListType | AnyType;

const scalar = (accepts: ScalarType['accepts']): ScalarType => ({ kind: 'scalar', accepts });
const untyped = scalar('untyped');
const any: AnyType = { kind: 'any' };

/** The objects and lists among any JSON. */
export const anyMap: MapType = { kind: 'map', atomic: false, values: any };
export const anyList: ListType = { kind: 'list', listType: 'atomic', keys: [], keyDefaults: [], items: any };

const types = new WeakMap<Schema, Type>();

export function typeOf(schema: Schema): Type {
  const node = resolve(schema);
  let type = types.get(node);
  if (!type) types.set(node, (type = makeType(node)));
  return type;
}

/** The type of a kind. */
export const kindType = (schema: ObjectSchema): StructType => typeOf(schema) as StructType;

function makeType(node: ReturnType<typeof resolve>): Type {
  switch (node.kind) {
    case 'string':
      return node.format === 'date-time' || node.format === 'micro-time' ? untyped : scalar('string');
    case 'integer':
    case 'number':
      return scalar('numeric');
    case 'boolean':
      return scalar('boolean');
    case 'int-or-string':
    case 'quantity':
      return untyped;
    case 'any':
      return any;
    case 'map': {
      const values = once(() => typeOf(node.values));
      return {
        kind: 'map',
        atomic: node.atomic ?? false,
        get values() {
          return values();
        },
      };
    }
    case 'list': {
      const items = once(() => typeOf(node.items));
      return {
        kind: 'list',
        listType: node.listType,
        ...keysOf(node),
        get items() {
          return items();
        },
      };
    }
    case 'object': {
      const fields = once(() => fieldsOf(node as ObjectSchema));
      return {
        kind: 'struct',
        atomic: node.atomic ?? false,
        get fields() {
          return fields();
        },
      };
    }
  }
}

/** Types may hold themselves: what they hold is made when it is first looked at. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function fieldsOf({ fields, open }: ObjectSchema): Fields {
  const named = new Map<string, FieldType>(
    Object.entries(fields).map(([name, field]) => [
      name,
      { element: fieldElement(name), type: typeOf(field.schema), always: isAlwaysThere(field) },
    ]),
  );
  return open ? openFields(named) : named;
}

/** Fields among which those that are not named are any JSON. */
const openFields = (named: ReadonlyMap<string, FieldType>): Fields => ({
  get: (name) => named.get(name) ?? { element: fieldElement(name), type: any, always: false, unnamed: true },
  [Symbol.iterator]: () => named[Symbol.iterator](),
});

/** The fields whose names `keeps`, and those of the given types instead of their own. */
export function narrowFields(fields: Fields, keeps: (name: string) => boolean, instead: ReadonlyMap<string, FieldType>): Fields {
  const named = new Map([...fields].filter(([name]) => keeps(name)).map(([name, field]) => [name, instead.get(name) ?? field]));
  return {
    get: (name) => named.get(name) ?? (keeps(name) ? fields.get(name) : undefined),
    [Symbol.iterator]: () => named[Symbol.iterator](),
  };
}

/** Go types that hold others by value and not by reference, where the schema does not tell because they are optional. */
const byValue =
  /\.(?:ObjectMeta|\w+Spec|\w+Status|DeploymentStrategy|\w+UpdateStrategy|EventSource|\w*DaemonEndpoints?|NodeSystemInfo|VolumeResourceRequirements)$/;

function isAlwaysThere({ schema, required }: Field): boolean {
  const node = resolve(schema);
  if (node.kind === 'list' || node.kind === 'map') return required;
  if (node.kind !== 'object') return false;
  return required || byValue.test(node.name);
}

function keysOf({ items, mapKeys = [] }: ListSchema): Pick<ListType, 'keys' | 'keyDefaults'> {
  const keys = [...mapKeys].sort();
  const node = resolve(items);
  const fields = node.kind === 'object' ? node.fields : {};
  return { keys, keyDefaults: keys.map((key) => keyDefault(fields[key])) };
}

/** Upstream's OpenAPI gives required scalars their zero as a default. */
function keyDefault(field: Field | undefined): unknown {
  if (field?.default !== undefined || !field?.required) return field?.default;
  switch (resolve(field.schema).kind) {
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'string':
      return '';
    default:
      return undefined;
  }
}
