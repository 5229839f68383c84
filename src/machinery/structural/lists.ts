/** That the items of sets and of keyed lists are there once (`x-kubernetes-list-type`), with upstream's messages. */
import { isPlain, type Plain } from '../plain.ts';
import { fieldDuplicate, fieldInvalid, type FieldError } from '../status.ts';
import { itemsOf, schemaOfKey, type JSONSchemaProps } from './schema.ts';
import { at, keyed } from './paths.ts';

/** Everything that is there twice in the lists of an object. */
export function validateLists(object: Plain, schema: JSONSchemaProps, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in object) {
    const below = schemaOfKey(schema, key);
    if (!below) continue;
    const isProperty = schema.properties !== undefined && Object.hasOwn(schema.properties, key);
    errors.push(...validateValue(object[key], below, isProperty ? at(path, key) : keyed(path, key)));
  }
  return errors;
}

function validateValue(value: unknown, schema: JSONSchemaProps, path: string): FieldError[] {
  if (isPlain(value)) return validateLists(value, schema, path);
  return Array.isArray(value) ? validateList(value, schema, path) : [];
}

function validateList(list: readonly unknown[], schema: JSONSchemaProps, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  const errors: FieldError[] = [];
  if (type === 'set') for (const i of repeated(list)) errors.push(fieldDuplicate(`${path}[${i}]`, list[i]));
  else if (type === 'map') errors.push(...validateKeyed(list, schema['x-kubernetes-list-map-keys'] ?? [], path));
  const items = itemsOf(schema);
  if (items) for (const [i, item] of list.entries()) errors.push(...validateValue(item, items, `${path}[${i}]`));
  return errors;
}

function validateKeyed(list: readonly unknown[], names: readonly string[], path: string): FieldError[] {
  const wrong = list.findIndex((item) => item !== null && !isPlain(item));
  if (wrong >= 0) return [fieldInvalid(`${path}[${wrong}]`, list[wrong], 'must be an object for an array of list-type map')];
  const keys = list.map((item) => {
    const key: Plain = {};
    for (const name of names) if (isPlain(item) && Object.hasOwn(item, name)) key[name] = item[name];
    return key;
  });
  return repeated(keys).map((i) => fieldDuplicate(`${path}[${i}]`, keys[i]));
}

/** The positions where something is for the second time. */
function repeated(items: readonly unknown[]): number[] {
  const seen = new Map<string, number>();
  const found: number[] = [];
  for (const [i, item] of items.entries()) {
    const text = canonical(item);
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    if (times === 2) found.push(i);
  }
  return found;
}

/** JSON in which the order of keys does not matter. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    isPlain(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
