/** Taking out of an object what its manager no longer applies. */
import { isPlain, setOwn, type Plain } from '../plain.ts';
import { fieldElement } from './element.ts';
import { fieldSetOf } from './field-set.ts';
import { itemElement } from './items.ts';
import { difference, intersection, isEmptySet, isMember, isSubset, leaf, union, withSelf, type FieldSet } from './set.ts';
import { anyMap, type ListType, type StructType, type Type } from './type.ts';

/** What an object is without is not an object. */
const indispensable: FieldSet = { 'f:apiVersion': leaf, 'f:kind': leaf, 'f:metadata': { '.': leaf, 'f:name': leaf } };

/**
 * The merged object without what the manager applied the last time (`last`), does not apply any more, and nobody else
 * manages. `managed` is what anybody manages now, the manager's new configuration included. What stands in a list item or
 * an object that goes, goes with it; an item that somebody else manages a part of stays.
 */
export function prune(type: StructType, merged: Plain, last: FieldSet, managed: FieldSet): Plain {
  if (isSubset(last, managed)) return merged;
  const named = (set: FieldSet) => withNamedFields(type, set);
  const before = named(fieldSetOf(type, merged));
  // Everything that goes if the last configuration is taken out as a whole, but for what is managed …
  const without = removePaths(type, merged, named(last));
  const kept = union(named(fieldSetOf(type, without)), union(named(managed), indispensable));
  const remaining = removePaths(type, merged, difference(before, kept));
  // … and of that, only what the last configuration named: what stood beside it is nobody's, and stays.
  const gone = difference(before, named(fieldSetOf(type, remaining)));
  return removePaths(type, merged, intersection(gone, named(last)));
}

/** The set with the objects in it that hold its paths, but not the maps and lists. */
function withNamedFields(type: Type, set: FieldSet): FieldSet {
  const node: Record<string, FieldSet> = {};
  for (const element in set) {
    const child = set[element]!;
    const childType = typeBelow(type, element);
    const named = childType && !isEmptySet(child) ? withNamedFields(childType, child) : child;
    node[element] = type.kind === 'struct' && childType && !isEmptySet(named) ? withSelf(named) : named;
  }
  return node;
}

function typeBelow(type: Type, element: string): Type | undefined {
  switch (type.kind) {
    case 'struct':
      return type.fields.get(element.slice(2))?.type;
    case 'map':
      return type.values;
    case 'list':
      return type.items;
    case 'any':
      return type;
    case 'scalar':
      return undefined;
  }
}

/** The object without the given paths and what is below them. What loses its last part stays, empty. */
const removePaths = (type: StructType, value: Plain, paths: FieldSet): Plain =>
  isEmptySet(paths) ? value : (removeBelow(type, value, paths) as Plain);

function removeBelow(type: Type, value: unknown, paths: FieldSet): unknown {
  if (isPlain(value)) {
    const of = type.kind === 'any' ? anyMap : type;
    return of.kind === 'struct' || of.kind === 'map' ? removeFields(of, value, paths) : value;
  }
  return Array.isArray(value) && type.kind === 'list' ? removeItems(type, value, paths) : value;
}

function removeFields(type: Extract<Type, { kind: 'struct' | 'map' }>, value: Plain, paths: FieldSet): Plain {
  if (type.atomic) return {};
  const rest: Plain = {};
  for (const name in value) {
    const node = paths[fieldElement(name)];
    if (node !== undefined && isMember(node)) continue;
    const child = type.kind === 'map' ? type.values : type.fields.get(name)?.type;
    setOwn(rest, name, node && child ? removeBelow(child, value[name], node) : value[name]);
  }
  return rest;
}

function removeItems(type: ListType, items: readonly unknown[], paths: FieldSet): unknown[] {
  if (type.listType === 'atomic') return [];
  return items.flatMap((item) => {
    const node = paths[itemElement(type, item)];
    if (node === undefined) return [item];
    return isMember(node) ? [] : [removeBelow(type.items, item, node)];
  });
}
