/** How the items of lists that are made of parts are told apart. */
import { isPlain } from '../plain.ts';
import { keyElement, valueElement } from './element.ts';
import type { ListType } from './type.ts';

/** The item can have no element; the words are upstream's. */
export class UnusableItem extends Error {}

/** The path element of an item of a set or a keyed list. Throws `UnusableItem`. */
export function itemElement(type: ListType, item: unknown): string {
  if (type.listType === 'set') {
    if (typeof item === 'object')
      throw new UnusableItem(
        item === null
          ? "associative list without keys has an element that's an explicit null"
          : Array.isArray(item)
            ? 'not supported: associative list with lists as elements'
            : "associative list without keys has an element that's a map type",
      );
    return valueElement(item);
  }
  if (item === null) throw new UnusableItem('associative list with keys may not have a null element');
  if (!isPlain(item)) throw new UnusableItem('associative list with keys may not have non-map elements');
  const { keys, keyDefaults } = type;
  const values = keys.map((key, i) => (Object.hasOwn(item, key) ? item[key] : undefined) ?? keyDefaults[i]);
  if (values.every((value) => value === undefined)) {
    const names = keys.map((key) => JSON.stringify(key)).join(' ');
    throw new UnusableItem(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(keys, values);
}

/** Whether two items have the same element, found out without making it. */
export function sameItem(type: ListType, a: unknown, b: unknown): boolean {
  if (type.listType === 'set') return a === b;
  if (!isPlain(a) || !isPlain(b)) return false;
  return type.keys.every((key, i) => (a[key] ?? type.keyDefaults[i]) === (b[key] ?? type.keyDefaults[i]));
}
