/** Functions on lists: those of Kubernetes, and cel-go's extension version 3. */
import { global, member, type Functions, type Implementation, type Overload } from '../functions.ts';
import { stepsPerItem, type Meter } from '../meter.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  parameter,
  stringType,
  timestampType,
  uintType,
  type Type,
} from '../types/type.ts';
import { ArrayList } from '../values/collections.ts';
import { compare, equal } from '../values/compare.ts';
import { durationOf } from '../values/time.ts';
import { Duration, Fault, isFault, ListValue, typeOf, Uint, type Outcome, type Value } from '../values/value.ts';

const t = parameter('T');
const listT = listOf(t);
const listDyn = listOf(dynType);

const comparable: readonly (readonly [string, Type])[] = [
  ['int', intType],
  ['uint', uintType],
  ['double', doubleType],
  ['bool', boolType],
  ['duration', durationType],
  ['timestamp', timestampType],
  ['string', stringType],
  ['bytes', bytesType],
];

const isSorted: Implementation = ([list], meter) => {
  let previous: Value | undefined;
  for (const item of list as ListValue) {
    if (isFault(item)) return item;
    const order = previous === undefined ? 0 : compare(previous, item, meter);
    if (isFault(order)) return order;
    if (order > 0) return false;
    previous = item;
  }
  return true;
};

/** The item that comes first (`sign` 1) or last (`sign` -1). */
const extreme =
  (name: string, sign: 1 | -1): Implementation =>
  ([list], meter) => {
    let best: Value | undefined;
    for (const item of list as ListValue) {
      if (isFault(item)) return item;
      const order = best === undefined ? 1 : compare(best, item, meter);
      if (isFault(order)) return order;
      if (best === undefined || order * sign > 0) best = item;
    }
    return best === undefined ? new Fault(`${name} called on empty list`) : best;
  };

const total =
  (zero: Value, add: (sum: Value, item: Value) => Outcome): Implementation =>
  ([list]) => {
    let sum = zero;
    for (const item of list as ListValue) {
      if (isFault(item)) return item;
      const next = add(sum, item);
      if (isFault(next)) return next;
      sum = next;
    }
    return sum;
  };

const sums: readonly (readonly [string, Type, Implementation])[] = [
  [
    'int',
    intType,
    total(0n, (sum, item) => {
      const next = (sum as bigint) + (item as bigint);
      return BigInt.asIntN(64, next) === next ? next : new Fault('integer overflow');
    }),
  ],
  [
    'uint',
    uintType,
    total(new Uint(0n), (sum, item) => {
      const next = (sum as Uint).value + (item as Uint).value;
      return BigInt.asUintN(64, next) === next ? new Uint(next) : new Fault('unsigned integer overflow');
    }),
  ],
  ['double', doubleType, total(0, (sum, item) => (sum as number) + (item as number))],
  [
    'duration',
    durationType,
    total(new Duration(0n), (sum, item) => durationOf((sum as Duration).nanos + (item as Duration).nanos)),
  ],
];

const position =
  (last: boolean): Implementation =>
  ([list, wanted], meter) => {
    const { size } = list as ListValue;
    for (let i = 0; i < size; i++) {
      const index = last ? size - 1 - i : i;
      const item = (list as ListValue).at(index);
      if (!isFault(item) && equal(item, wanted!, meter) === true) return BigInt(index);
    }
    return -1n;
  };

const slice: Implementation = ([list, start, end]) => {
  const { size } = list as ListValue;
  const refused = (why: string) => new Fault(`cannot slice(${start}, ${end}), ${why}`);
  if ((start as bigint) < 0n || (end as bigint) < 0n) return refused('negative indexes not supported');
  if ((start as bigint) > (end as bigint)) return refused('start index must be less than or equal to end index');
  if (BigInt(size) < (end as bigint)) return refused(`list is length ${size}`);
  const items: Outcome[] = [];
  for (let i = Number(start); i < Number(end); i++) items.push((list as ListValue).at(i));
  return new ArrayList(items);
};

function flattenInto(list: ListValue, depth: number, items: Outcome[], meter: Meter): void {
  for (const item of list) {
    meter.work(stepsPerItem);
    if (item instanceof ListValue && depth > 0) flattenInto(item, depth - 1, items, meter);
    else items.push(item);
  }
}

const flatten: Implementation = ([list, depth = 1n], meter) => {
  if ((depth as bigint) < 0n) return new Fault('level must be non-negative');
  const items: Outcome[] = [];
  flattenInto(list as ListValue, Number(depth), items, meter);
  return new ArrayList(items);
};

const distinct: Implementation = ([list], meter) => {
  const items: Value[] = [];
  for (const item of list as ListValue) {
    if (isFault(item)) return item;
    if (!items.some((other) => equal(item, other, meter) === true)) items.push(item);
  }
  return new ArrayList(items);
};

/** The items in the order of their keys. */
const sortBy: Implementation = ([list, keys], meter) => {
  const items = [...(list as ListValue)];
  const ranks = [...(keys as ListValue)];
  if (items.length !== ranks.length)
    return new Fault(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${items.length} and ${ranks.length} elements respectively`,
    );
  const first = ranks[0];
  let fault: Fault | undefined;
  const order = items.map((_, i) => i);
  order.sort((i, j) => {
    const [a, b] = [ranks[i]!, ranks[j]!];
    if (isFault(a) || isFault(b) || isFault(first)) fault ??= isFault(a) ? a : (b as Fault);
    else if (typeOf(a).name !== typeOf(first!).name || typeOf(b).name !== typeOf(first!).name)
      fault ??= new Fault('list elements must have the same type');
    if (fault) return 0;
    const compared = compare(a as Value, b as Value, meter);
    if (isFault(compared)) fault = compared;
    return isFault(compared) ? 0 : compared;
  });
  return fault ?? new ArrayList(order.map((i) => items[i]!));
};

const range: Implementation = ([count]) => new ArrayList(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)));

const each = (overload: (name: string, type: Type) => Overload) => comparable.map(([name, type]) => overload(name, type));

/** `kubernetes.lists`. */
export const kubernetesLists: Functions = {
  isSorted: each((name, type) => member(`list_${name}_is_sorted_bool`, [listOf(type)], boolType, isSorted)),
  sum: sums.map(([name, type, call]) => member(`list_${name}_sum_${name}`, [listOf(type)], type, call)),
  max: each((name, type) => member(`list_${name}_max_${name}`, [listOf(type)], type, extreme('max', -1))),
  min: each((name, type) => member(`list_${name}_min_${name}`, [listOf(type)], type, extreme('min', 1))),
  indexOf: [member('list_a_index_of_int', [listT, t], intType, position(false))],
  lastIndexOf: [member('list_a_last_index_of_int', [listT, t], intType, position(true))],
};

/** cel-go's `ext.Lists`. */
export const extendedLists: Functions = {
  slice: [member('list_slice', [listT, intType, intType], listT, slice)],
  flatten: [
    member('list_flatten', [listOf(listT)], listT, flatten),
    member('list_flatten_int', [listDyn, intType], listDyn, flatten),
  ],
  sort: each((_, type) => member('list_sort', [listOf(type)], listOf(type), ([list], meter) => sortBy([list!, list!], meter))),
  '@sortByAssociatedKeys': each((_, type) => member('list_sortByAssociatedKeys', [listT, listOf(type)], listT, sortBy)),
  'lists.range': [global('lists_range', [intType], listOf(intType), range)],
  reverse: [member('list_reverse', [listT], listT, ([list]) => new ArrayList([...(list as ListValue)].reverse()))],
  distinct: [member('list_distinct', [listT], listT, distinct)],
};
