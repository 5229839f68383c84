/**
 * Bringing an object into the form that its schema knows: without unknown fields, without nulls that mean nothing, with the
 * metadata of embedded objects as every metadata is. Nothing is changed in place, and what needs no change is shared.
 */
import { formatPath } from '../decode/json.ts';
import { MalformedValue } from '../decode/scalars.ts';
import { TypeMismatch, walkObject } from '../decode/walk.ts';
import { ObjectMetaSchema } from '../meta.ts';
import { isPlain, setOwn, type Plain } from '../plain.ts';
import type { ObjectSchema } from '../schema.ts';
import { itemsOf, metaFields, propertyOf, valuesOf, type JSONSchemaProps } from './schema.ts';

/** Where the walk is, and what it has found. */
interface Walk {
  readonly path: (string | number)[];
  readonly unknown: string[];
}

/** An object is not what its schema cannot do without: `apiVersion`, `kind` or `metadata` of the wrong type. */
export class MalformedObject extends Error {}

/** What is left of a value, and the paths of the fields that are unknown, in order. */
export interface Pruned {
  readonly value: unknown;
  readonly unknown: string[];
}

/** Prunes a value. Throws `MalformedObject` for an embedded object that is none. */
export function prune(value: unknown, schema: JSONSchemaProps | undefined): Pruned {
  const walk: Walk = { path: [], unknown: [] };
  const pruned = pruneValue(value, schema, walk);
  return { value: pruned, unknown: walk.unknown.sort() };
}

function pruneValue(value: unknown, schema: JSONSchemaProps | undefined, walk: Walk): unknown {
  if (isPlain(value)) return pruneObject(value, schema, walk);
  return Array.isArray(value) ? pruneList(value, schema, walk) : value;
}

function pruneList(list: readonly unknown[], schema: JSONSchemaProps | undefined, walk: Walk): readonly unknown[] {
  const items = schema && itemsOf(schema);
  // Of a list that may hold anything.
  if (!items && schema?.['x-kubernetes-preserve-unknown-fields']) return list;
  let out: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    walk.path.push(i);
    const pruned = pruneValue(list[i], items, walk);
    walk.path.pop();
    if (pruned !== list[i]) (out ??= list.slice())[i] = pruned;
  }
  return out ?? list;
}

function pruneObject(object: Plain, schema: JSONSchemaProps | undefined, walk: Walk): Plain {
  const keeps = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  const embedded = schema?.['x-kubernetes-embedded-resource'] === true;
  const out: Plain = {};
  let changed = false;
  for (const key in object) {
    const before = object[key];
    walk.path.push(key);
    const after = embedded && metaFields.has(key) ? embeddedField(key, before, walk) : known(before, key, schema, keeps, walk);
    walk.path.pop();
    if (after !== before) changed = true;
    if (after !== undefined) setOwn(out, key, after);
  }
  return changed ? out : object;
}

/** What is left of a field; undefined if it goes. */
function known(value: unknown, key: string, schema: JSONSchemaProps | undefined, keeps: boolean, walk: Walk): unknown {
  const own = schema && propertyOf(schema, key);
  if (own || schema?.additionalProperties !== undefined) {
    const below = own ?? valuesOf(schema!);
    if (value === null && below && !below.nullable && below.default === undefined) return undefined;
    return pruneValue(value, below, walk);
  }
  if (keeps) return value;
  if (walk.path.length > 1 || !metaFields.has(key)) walk.unknown.push(formatPath(walk.path));
  return undefined;
}

function embeddedField(key: string, value: unknown, walk: Walk): unknown {
  if (key !== 'metadata') {
    if (typeof value !== 'string') throw new MalformedObject(`${invalidAt(walk, value)}: must be a string`);
    return value;
  }
  try {
    const { value: metadata, unknown } = pruneMetadata(value);
    const at = formatPath(walk.path);
    walk.unknown.push(...unknown.map((path) => `${at}.${path}`));
    return metadata;
  } catch (error) {
    if (error instanceof TypeMismatch || error instanceof MalformedValue)
      throw new MalformedObject(`${invalidAt(walk, value)}: ${error.message}`);
    throw error;
  }
}

const invalidAt = ({ path }: Walk, value: unknown) => `${formatPath(path)}: Invalid value: ${JSON.stringify(value)}`;

/** Metadata without what metadata cannot have. Throws `TypeMismatch`, `MalformedValue`. */
export function pruneMetadata(value: unknown): Pruned {
  const { value: metadata, unknown } = walkObject(ObjectMetaSchema as ObjectSchema, value);
  return { value: metadata, unknown };
}

/** Whether a null stands where the schema has no place for one. */
export const isStrayNull = (value: unknown, schema: JSONSchemaProps | undefined): boolean =>
  value === null && schema !== undefined && !schema.nullable;

