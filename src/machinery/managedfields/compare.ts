/**
 * What a write changed: the paths that came or became different, and those that went. It runs on every write of the system,
 * so nothing is allocated for what stayed the same.
 */
import { isPlain, samePlain, type Plain } from '../plain.ts';
import { fieldElement } from './element.ts';
import { itemElement, sameItem } from './items.ts';
import { leaf, self, withSelf, type FieldSet } from './set.ts';
import { anyList, anyMap, type ListType, type MapType, type StructType, type Type } from './type.ts';

export interface Comparison {
  /** Added or with another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** Of one node. */
interface Difference {
  changed?: FieldSet;
  removed?: FieldSet;
}
type Building = Record<string, FieldSet>;

const changedLeaf: Difference = { changed: leaf };

/** Compares two objects of a type. Only fields that the type knows are looked at. */
export function compare(type: StructType, before: Plain, after: Plain): Comparison {
  const found = compareStruct(type, before, after);
  return { changed: found?.changed ?? leaf, removed: found?.removed ?? leaf };
}

/** Both are there. */
function compareNodes(type: Type, before: unknown, after: unknown): Difference | undefined {
  if (before === after) return undefined;
  switch (type.kind) {
    case 'scalar':
      return changedLeaf;
    case 'struct':
      if (!isPlain(before) || !isPlain(after)) return changedLeaf;
      return type.atomic ? compareWhole(before, after) : compareStruct(type, before, after);
    case 'map':
      if (!isPlain(before) || !isPlain(after)) return changedLeaf;
      return type.atomic ? compareWhole(before, after) : compareMap(type, before, after);
    case 'list':
      if (!Array.isArray(before) || !Array.isArray(after)) return changedLeaf;
      return type.listType === 'atomic' ? compareWhole(before, after) : compareList(type, before, after);
    case 'any':
      if (isPlain(before) && isPlain(after)) return compareMap(anyMap, before, after);
      return compareWhole(before, after);
  }
}

const compareWhole = (before: unknown, after: unknown) => (samePlain(before, after) ? undefined : changedLeaf);

const own = (object: Plain, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

function compareStruct(type: StructType, before: Plain, after: Plain): Difference | undefined {
  let changed: Building | undefined;
  let removed: Building | undefined;
  const { fields } = type;
  for (const name in after) {
    const value = after[name];
    const old = before[name];
    if (old === value || value === undefined) continue;
    const field = fields.get(name);
    if (!field) continue;
    const { element, always } = field;
    if (old === undefined && !always) {
      (changed ??= {})[element] = allPaths(field.type, value);
      continue;
    }
    const found = compareNodes(field.type, old ?? emptyOf(value), value);
    if (found?.changed) (changed ??= {})[element] = found.changed;
    if (found?.removed) (removed ??= {})[element] = found.removed;
  }
  for (const name in before) {
    const old = before[name];
    if (old === undefined || after[name] !== undefined) continue;
    const field = fields.get(name);
    if (!field) continue;
    const gone = field.always ? compareNodes(field.type, old, emptyOf(old))?.removed : allPaths(field.type, old);
    if (gone) (removed ??= {})[field.element] = gone;
  }
  return difference(changed, removed);
}

const emptyOf = (value: unknown): unknown => (Array.isArray(value) ? [] : {});

const difference = (changed: FieldSet | undefined, removed: FieldSet | undefined): Difference | undefined =>
  changed || removed ? { ...(changed && { changed }), ...(removed && { removed }) } : undefined;

function compareMap(type: MapType, before: Plain, after: Plain): Difference | undefined {
  let changed: Building | undefined;
  let removed: Building | undefined;
  for (const name in after) {
    const value = after[name];
    const old = own(before, name);
    if (old === value) continue;
    const found = old === undefined ? { changed: allPaths(type.values, value) } : compareNodes(type.values, old, value);
    if (found?.changed) (changed ??= {})[fieldElement(name)] = found.changed;
    if (found?.removed) (removed ??= {})[fieldElement(name)] = found.removed;
  }
  for (const name in before)
    if (own(after, name) === undefined) (removed ??= {})[fieldElement(name)] = allPaths(type.values, before[name]);
  return difference(changed, removed);
}

function compareList(type: ListType, before: readonly unknown[], after: readonly unknown[]): Difference | undefined {
  // Nearly always the items are the same ones in the same order. Their elements are only made where they differ.
  if (before.length === after.length && before.every((item, i) => sameItem(type, item, after[i]))) {
    if (before.every((item, i) => !compareNodes(type.items, item, after[i]))) return undefined;
  }
  const old = byElement(type, before);
  const now = byElement(type, after);
  let changed: Building | undefined;
  let removed: Building | undefined;
  for (const [element, items] of now) {
    const found = compareItems(type, old.get(element) ?? [], items);
    if (found?.changed) (changed ??= {})[element] = found.changed;
    if (found?.removed) (removed ??= {})[element] = found.removed;
  }
  for (const [element, items] of old) {
    if (now.has(element)) continue;
    (removed ??= {})[element] = items.length > 1 ? leaf : allPaths(type.items, items[0]);
  }
  return difference(changed, removed);
}

/** Items with one element. Where there are several, they count as one value: nobody could tell who manages which. */
function compareItems(type: ListType, old: readonly unknown[], now: readonly unknown[]): Difference | undefined {
  if (old.length === 0) return now.length > 1 ? changedLeaf : { changed: allPaths(type.items, now[0]) };
  if (old.length === 1 && now.length === 1) return compareNodes(type.items, old[0], now[0]);
  if (old.length > 1 && now.length > 1) return samePlain(old, now) ? undefined : changedLeaf;
  return old.length > 1
    ? { changed: allPaths(type.items, now[0]), removed: leaf }
    : { changed: leaf, removed: allPaths(type.items, old[0]) };
}

function byElement(type: ListType, items: readonly unknown[]): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const item of items) {
    const element = itemElement(type, item);
    const others = found.get(element);
    if (others) others.push(item);
    else found.set(element, [item]);
  }
  return found;
}

/** A value that came or went as a whole: its own path and every one below. */
function allPaths(type: Type, value: unknown): FieldSet {
  if (typeof value !== 'object' || value === null) return leaf;
  switch (type.kind) {
    case 'scalar':
      return leaf;
    case 'any':
      return Array.isArray(value) ? allPaths(anyList, value) : allPaths(anyMap, value);
    case 'list': {
      if (type.listType === 'atomic' || !Array.isArray(value)) return leaf;
      const children: Building = {};
      for (const item of value) {
        const element = itemElement(type, item);
        children[element] = element in children ? leaf : allPaths(type.items, item);
      }
      return withSelf(children);
    }
    case 'struct':
    case 'map': {
      if (type.atomic || Array.isArray(value)) return leaf;
      const node: Building = { [self]: leaf };
      let size = 0;
      for (const name in value) {
        const child = (value as Plain)[name];
        if (child === undefined) continue;
        const field = type.kind === 'map' ? undefined : type.fields.get(name);
        if (type.kind === 'struct' && !field) continue;
        node[field?.element ?? fieldElement(name)] = allPaths(field?.type ?? (type as MapType).values, child);
        size++;
      }
      return size === 0 ? leaf : node;
    }
  }
}
