/** The types that the checker works with, as cel-go's `types.Type`. */
import type { Declared } from './declared.ts';

export type Kind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'type'
  | 'object'
  | 'opaque'
  | 'parameter';

/** The field of an object type, or nothing if it has none of that name. */
export type FieldsOf = (name: string) => Declared | undefined;

export interface Type {
  readonly kind: Kind;
  /** What `type(x)` shows. Objects and opaque types are the same if their names are. */
  readonly name: string;
  /** Of a list its items, of a map keys and values, of an opaque type what it is made of. */
  readonly parameters: readonly Type[];
  /** Of an object. */
  readonly fields?: FieldsOf;
}

const simple = (kind: Kind, name: string = kind): Type => ({ kind, name, parameters: [] });

export const dynType = simple('dyn');
export const errorType = simple('error', '!error!');
export const nullType = simple('null', 'null_type');
export const boolType = simple('bool');
export const intType = simple('int');
export const uintType = simple('uint');
export const doubleType = simple('double');
export const stringType = simple('string');
export const bytesType = simple('bytes');
export const timestampType = simple('timestamp', 'google.protobuf.Timestamp');
export const durationType = simple('duration', 'google.protobuf.Duration');
/** The type of a type of which nothing more is known. */
export const anyTypeType = simple('type');

export const listOf = (element: Type): Type => ({ kind: 'list', name: 'list', parameters: [element] });
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', name: 'map', parameters: [key, value] });
export const typeOfType = (of: Type): Type => ({ kind: 'type', name: 'type', parameters: [of] });
export const opaqueType = (name: string, ...parameters: Type[]): Type => ({ kind: 'opaque', name, parameters });
export const optionalOf = (value: Type): Type => opaqueType('optional_type', value);
export const parameter = (name: string): Type => simple('parameter', name);
/** A type with fields; without `fields` it has functions only. */
export const objectType = (name: string, fields?: FieldsOf): Type => ({ kind: 'object', name, parameters: [], fields });

export const isOptional = (type: Type): boolean => type.kind === 'opaque' && type.name === 'optional_type';
export const isDyn = (type: Type): boolean => type.kind === 'dyn';
export const isDynOrError = (type: Type): boolean => type.kind === 'dyn' || type.kind === 'error';

/** What objects of schemas that have no name are called. */
export const anonymous = 'object';

/** Whether two types are called the same; those without a name are told apart by their fields. */
export const sameName = (a: Type, b: Type): boolean =>
  a.kind === b.kind && a.name === b.name && (a.kind !== 'object' || a.name !== anonymous || a.fields === b.fields);

/** The same type, parameters too. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (!sameName(a, b) || a.parameters.length !== b.parameters.length) return false;
  return a.parameters.every((inner, i) => sameType(inner, b.parameters[i]!));
}

/** As errors show it: `map(string, list(int))`. */
export function formatType(type: Type): string {
  switch (type.kind) {
    case 'null':
    case 'timestamp':
    case 'duration':
      return type.kind;
    default:
      return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(formatType).join(', ')})`;
  }
}
