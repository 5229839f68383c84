/** The order of the elements of a merged list. */

/** What identifies an element: the value of its merge key, or the element itself. */
export type KeyOf = (item: unknown) => unknown;

/** The position of the first element of each key. */
export function keysOf(items: readonly unknown[], keyOf: KeyOf): Map<unknown, number> {
  const positions = new Map<unknown, number>();
  items.forEach((item, i) => {
    const key = keyOf(item);
    if (!positions.has(key)) positions.set(key, i);
  });
  return positions;
}

/** The elements, each once. */
export const dedupe = (items: readonly unknown[]): unknown[] => [...new Set(items)];

/**
 * Puts the elements that `wanted` names in its order, the others in the order they had, and weaves the two: one of the
 * others comes before the first wanted element that it stood before.
 */
export function orderElements(
  items: readonly unknown[],
  wanted: readonly unknown[],
  before: readonly unknown[],
  keyOf: KeyOf,
): unknown[] {
  const wantedAt = keysOf(wanted, keyOf);
  const beforeAt = keysOf(before, keyOf);
  const placeIn = (positions: Map<unknown, number>) => (item: unknown) => positions.get(keyOf(item)) ?? Infinity;
  const sorted = (list: unknown[], place: (item: unknown) => number) =>
    list.map((item) => ({ item, at: place(item) })).sort((a, b) => (a.at === b.at ? 0 : a.at - b.at));
  const named = sorted(
    items.filter((item) => wantedAt.has(keyOf(item))),
    placeIn(wantedAt),
  );
  const others = sorted(
    items.filter((item) => !wantedAt.has(keyOf(item))),
    placeIn(beforeAt),
  );

  const result: unknown[] = [];
  let next = 0;
  for (const other of others) {
    // Elements that were not there before have no place to compare, and come first.
    const stoodBefore = (item: unknown) =>
      beforeAt.has(keyOf(item)) && other.at !== Infinity && other.at < beforeAt.get(keyOf(item))!;
    while (next < named.length && !stoodBefore(named[next]!.item)) result.push(named[next++]!.item);
    result.push(other.item);
  }
  while (next < named.length) result.push(named[next++]!.item);
  return result;
}
