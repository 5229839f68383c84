/** Filling in defaults from a schema. Nothing is changed in place, and what needs no change is shared. */
import { limits } from '../../lib/limits.ts';
import { copyPlain, isPlain, setOwn, type Plain } from '../plain.ts';
import { isStrayNull } from './prune.ts';
import { itemsOf, schemaOfKey, type JSONSchemaProps } from './schema.ts';

/** How many characters of defaults one value may still get. A short list can ask for more than fits into any memory. */
export interface Allowance {
  left: number;
}

/** What an object may have at all. */
export const fullAllowance = (): Allowance => ({ left: limits.objectBytes });

/**
 * The value with the defaults of its schema, also those inside of defaults. A null that may not be one counts as nothing.
 * When the allowance is used up, its rest is negative, and no more defaults are filled in.
 */
export function withDefaults(value: unknown, schema: JSONSchemaProps | undefined, allowance = fullAllowance()): unknown {
  if (schema === undefined || allowance.left < 0) return value;
  if (isPlain(value)) return objectWithDefaults(value, schema, allowance);
  return Array.isArray(value) ? listWithDefaults(value, itemsOf(schema), allowance) : value;
}

const lengths = new WeakMap<JSONSchemaProps, number>();

/** A copy of the default of a schema; undefined if there is none, or no allowance for it. */
function defaultOf(schema: JSONSchemaProps, allowance: Allowance): unknown {
  if (schema.default === undefined) return undefined;
  let length = lengths.get(schema);
  if (length === undefined) lengths.set(schema, (length = JSON.stringify(schema.default).length));
  allowance.left -= length;
  return allowance.left < 0 ? undefined : copyPlain(schema.default);
}

function objectWithDefaults(object: Plain, schema: JSONSchemaProps, allowance: Allowance): Plain {
  let out: Plain | undefined;
  const put = (key: string, value: unknown) => setOwn((out ??= { ...object }), key, value);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined || allowance.left < 0) continue;
    if (Object.hasOwn(object, key) && !isStrayNull(object[key], property)) continue;
    const value = defaultOf(property, allowance);
    if (value !== undefined) put(key, withDefaults(value, property, allowance));
  }
  for (const key in object) {
    const below = schemaOfKey(schema, key);
    const before = object[key];
    // Without a schema, or filled in above.
    if (!below || (out && out[key] !== before)) continue;
    const after = withDefaults(isStrayNull(before, below) ? (defaultOf(below, allowance) ?? null) : before, below, allowance);
    if (after !== before) put(key, after);
  }
  return out ?? object;
}

function listWithDefaults(list: readonly unknown[], items: JSONSchemaProps | undefined, allowance: Allowance): readonly unknown[] {
  if (!items) return list;
  let out: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = withDefaults(isStrayNull(before, items) ? (defaultOf(items, allowance) ?? null) : before, items, allowance);
    if (after !== before) (out ??= list.slice())[i] = after;
  }
  return out ?? list;
}
