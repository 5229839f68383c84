import { stepsPerItem, type Meter } from '../meter.ts';
import { ArrayList, GrowingList, JoinedList } from './collections.ts';
import { itemKey, mapItemKey } from './compare.ts';
import { Fault, type ListValue, type Outcome } from './value.ts';

/** Longer lists cannot be looked through within any budget. */
const itemsMax = 2 ** 32;

/**
 * `a + b`. Sets become their union, lists of type map are merged by key; what `a` has keeps its place.
 */
export function addLists(a: ListValue, b: ListValue, meter: Meter): Outcome {
  if (a instanceof GrowingList) {
    meter.work(b.size * stepsPerItem);
    return a.append(b);
  }
  const { listType, mapKeys } = a.declared ?? {};
  if (listType === 'set') return merged(a, b, itemKey, false, meter);
  if (listType === 'map' && mapKeys) return merged(a, b, (item) => mapItemKey(item, mapKeys), true, meter);
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  return a.size + b.size > itemsMax ? new Fault('list is too large') : new JoinedList(a, b);
}

function merged(a: ListValue, b: ListValue, keyOf: (item: Outcome) => unknown, replace: boolean, meter: Meter): ListValue {
  meter.work((a.size + b.size) * stepsPerItem);
  const items = [...a];
  const places = new Map(items.map((item, i) => [keyOf(item), i]));
  for (const item of b) {
    const place = places.get(keyOf(item));
    if (place === undefined) places.set(keyOf(item), items.push(item) - 1);
    else if (replace) items[place] = item;
  }
  return new ArrayList(items, a.declared);
}
