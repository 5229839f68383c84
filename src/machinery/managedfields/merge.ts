/** Merging an applied configuration into an object. */
import { isPlain, setOwn, type Plain } from '../plain.ts';
import { itemElement } from './items.ts';
import { anyMap, type ListType, type MapType, type StructType, type Type } from './type.ts';

/**
 * The object with everything that the configuration says. Nothing is taken away; lists come in the order of the
 * configuration where it says something about them. The inputs are not changed, the result shares with both.
 */
export const mergeConfiguration = (type: StructType, object: Plain, configuration: Plain): Plain =>
  mergeFields(type, object, configuration);

function mergeValue(type: Type, old: unknown, value: unknown): unknown {
  if (old === undefined) return value;
  switch (type.kind) {
    case 'scalar':
      return value;
    case 'any':
      return isPlain(old) && isPlain(value) ? mergeFields(anyMap, old, value) : value;
    case 'list':
      if (type.listType === 'atomic' || !Array.isArray(old)) return value;
      if (value === null) return old.length > 0 ? old : value;
      return Array.isArray(value) ? mergeItems(type, old, value) : value;
    case 'struct':
    case 'map':
      if (type.atomic || !isPlain(old)) return value;
      if (value === null) return Object.keys(old).length > 0 ? old : value;
      return isPlain(value) ? mergeFields(type, old, value) : value;
  }
}

function mergeFields(type: StructType | MapType, old: Plain, value: Plain): Plain {
  const merged: Plain = { ...old };
  for (const name in value) {
    const child = type.kind === 'map' ? type.values : type.fields.get(name)?.type;
    if (!child) continue;
    const before = Object.hasOwn(old, name) ? old[name] : undefined;
    setOwn(merged, name, mergeValue(child, before, value[name]));
  }
  return merged;
}

/**
 * Merges two lists of items. What both have comes in the order of the configuration; what only one has stays beside the
 * items that it stood beside. Items of the object that cannot be told apart are replaced by the one of the configuration.
 */
function mergeItems(type: ListType, old: readonly unknown[], value: readonly unknown[]): unknown[] {
  const oldElements = old.map((item) => itemElement(type, item));
  const elements = value.map((item) => itemElement(type, item));
  const given = new Set(elements);
  const present = new Map<string, unknown>();
  for (const [i, element] of oldElements.entries()) present.set(element, present.has(element) ? undefined : old[i]);
  const shared = elements.filter((element) => present.has(element));
  const merged: unknown[] = [];
  const done = new Set<string>();
  let nextShared = 0;
  let i = 0;
  let j = 0;
  const take = () => {
    const element = elements[j]!;
    merged.push(mergeValue(type.items, present.get(element), value[j]));
    done.add(element);
    if (shared[nextShared] === element) nextShared++;
    j++;
  };
  while (i < old.length || j < value.length) {
    const element = oldElements[i];
    if (element !== undefined && j < value.length) {
      if (element === elements[j]) {
        take();
        i++;
        continue;
      }
      // Both have it, but it is another one's turn.
      if (given.has(element) && nextShared < shared.length && shared[nextShared] !== element) {
        i++;
        continue;
      }
    }
    if (element !== undefined && !given.has(element)) {
      merged.push(old[i++]);
      continue;
    }
    if (element !== undefined && done.has(element)) i++;
    if (j < value.length) take();
  }
  return merged;
}
