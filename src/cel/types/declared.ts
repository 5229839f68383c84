/**
 * A type together with what a schema says beyond it: how large values can be, for estimates of cost, and how they look as
 * JSON. As `DeclType` of apiserver/pkg/cel.
 */
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  objectType,
  stringType,
  timestampType,
  type FieldsOf,
  type Type,
} from './type.ts';

/** How a value is written in JSON where that differs from its type. */
export type JsonFormat = 'duration' | 'date' | 'date-time' | 'byte' | 'int-or-string';

export interface Declared {
  readonly type: Type;
  /** The fewest bytes that a value has as JSON. Of an object this may be costly to know, so it is a function. */
  readonly minSize: () => number;
  /** The most elements of a list or map, or characters of a string; 0 for what has no size; undefined if no schema says. */
  readonly maxElements?: number;
  /** Of a list its items, of a map its values. */
  readonly element?: Declared;
  readonly key?: Declared;
  readonly fields?: FieldsOf;
  readonly format?: JsonFormat;
  readonly nullable?: boolean;
  /** `set` and `map` lists are equal in any order. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly mapKeys?: readonly string[];
}

/** The largest request, by which everything without a bound of its own is bounded (3 MiB). */
export const requestBytesMax = 3 * 1024 * 1024;

const constant = (size: number) => () => size;

export const dynDeclared: Declared = { type: dynType, minSize: constant(1) };
export const boolDeclared: Declared = { type: boolType, minSize: constant(4), maxElements: 0 };
export const intDeclared: Declared = { type: intType, minSize: constant(1), maxElements: 0 };
export const doubleDeclared: Declared = { type: doubleType, minSize: constant(1), maxElements: 0 };

export const stringDeclared = (maxElements = requestBytesMax - 2): Declared => ({
  type: stringType,
  minSize: constant(2),
  maxElements,
});
export const bytesDeclared = (maxElements = requestBytesMax - 2): Declared => ({
  type: bytesType,
  minSize: constant(2),
  maxElements,
  format: 'byte',
});
export const durationDeclared: Declared = { type: durationType, minSize: constant(3), maxElements: 32, format: 'duration' };
export const dateDeclared: Declared = { type: timestampType, minSize: constant(12), maxElements: 12, format: 'date' };
export const dateTimeDeclared: Declared = {
  type: timestampType,
  minSize: constant(21),
  maxElements: 32,
  format: 'date-time',
};
/** An int or a string: a dyn value whose type an expression asks for. */
export const intOrStringDeclared = (maxElements = requestBytesMax - 2): Declared => ({
  type: dynType,
  minSize: constant(1),
  maxElements,
  format: 'int-or-string',
});

export const listDeclared = (
  element: Declared,
  maxItems?: number,
  options: Pick<Declared, 'listType' | 'mapKeys'> = {},
): Declared => ({
  type: listOf(element.type),
  minSize: constant(2),
  // The brackets, and a comma an item.
  maxElements: maxItems ?? Math.floor((requestBytesMax - 2) / (element.minSize() + 1)),
  element,
  ...options,
});

export const mapDeclared = (element: Declared, maxProperties?: number): Declared => ({
  type: mapOf(stringType, element.type),
  minSize: constant(2),
  // The braces, and for each property quotes, colon, comma and a key.
  maxElements: maxProperties ?? Math.floor((requestBytesMax - 2) / (element.minSize() + 6)),
  element,
  key: stringKey,
});
const stringKey: Declared = { type: stringType, minSize: constant(2), maxElements: 0 };

/** An object type; `fields` is asked for fields by the names that expressions use. */
export const objectDeclared = (name: string, fields: FieldsOf, minSize: () => number = constant(2)): Declared => ({
  type: objectType(name, fields),
  minSize,
  maxElements: 0,
  fields,
});

/** A type of which no schema says more. */
export function declaredOf(type: Type): Declared {
  const [first, second] = type.parameters;
  return {
    type,
    minSize: constant(1),
    ...(type.kind === 'list' && { element: declaredOf(first!) }),
    ...(type.kind === 'map' && { key: declaredOf(first!), element: declaredOf(second!) }),
    ...(type.fields && { fields: type.fields }),
  };
}
