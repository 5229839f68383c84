/** Filling in defaults from a schema. Nothing is changed in place, and what needs no change is shared. */
import { copyPlain, isPlain, setOwn, type Plain } from '../plain.ts';
import { isStrayNull } from './prune.ts';
import { itemsOf, schemaOfKey, type JSONSchemaProps } from './schema.ts';

/** The value with the defaults of its schema, also those inside of defaults. A null that may not be one counts as nothing. */
export function withDefaults(value: unknown, schema: JSONSchemaProps | undefined): unknown {
  if (schema === undefined) return value;
  if (isPlain(value)) return objectWithDefaults(value, schema);
  return Array.isArray(value) ? listWithDefaults(value, itemsOf(schema)) : value;
}

function objectWithDefaults(object: Plain, schema: JSONSchemaProps): Plain {
  let out: Plain | undefined;
  const put = (key: string, value: unknown) => setOwn((out ??= { ...object }), key, value);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined) continue;
    if (Object.hasOwn(object, key) && !isStrayNull(object[key], property)) continue;
    put(key, withDefaults(copyPlain(property.default), property));
  }
  for (const key in object) {
    const below = schemaOfKey(schema, key);
    const before = object[key];
    // Without a schema, or filled in above.
    if (!below || (out && out[key] !== before)) continue;
    const after = withDefaults(isStrayNull(before, below) ? (copyPlain(below.default) ?? null) : before, below);
    if (after !== before) put(key, after);
  }
  return out ?? object;
}

function listWithDefaults(list: readonly unknown[], items: JSONSchemaProps | undefined): readonly unknown[] {
  if (!items) return list;
  let out: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = withDefaults(isStrayNull(before, items) ? (copyPlain(items.default) ?? null) : before, items);
    if (after !== before) (out ??= list.slice())[i] = after;
  }
  return out ?? list;
}
