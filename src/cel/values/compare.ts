/** Equality and order of values, across the types of numbers. */
import { stepsPerItem, type Meter } from '../meter.ts';
import { formatType, type Type } from '../types/type.ts';
import { keyText } from './collections.ts';
import { sameJson } from './json.ts';
import { compareBytes, compareText } from './text.ts';
import {
  Duration,
  Fault,
  isFault,
  ListValue,
  MapValue,
  noSuchOverload,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
  type Outcome,
  type Value,
} from './value.ts';

/** Whether two values are equal. Values of different types are not, except that numbers are compared as numbers. */
export function equal(a: Value, b: Value, meter: Meter): boolean | Fault {
  meter.work(stepsPerItem);
  if (a === b) return true;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof ListValue) return b instanceof ListValue && equalLists(a, b, meter);
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b, meter);
  if (a instanceof Uint8Array) {
    if (b instanceof Uint8Array) meter.work(a.length / 8);
    return b instanceof Uint8Array && compareBytes(a, b) === 0;
  }
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equal(a.value, b.value, meter);
  }
  if (a instanceof TypeValue) return b instanceof TypeValue && sameRuntimeType(a.type, b.type);
  return a instanceof Opaque && a.equals(b);
}

/** Types at run time are told apart by name; what a list contains is not part of it. */
const sameRuntimeType = (a: Type, b: Type) => a.kind === b.kind && a.name === b.name;

function equalLists(a: ListValue, b: ListValue, meter: Meter): boolean | Fault {
  if (a.size !== b.size) return false;
  const { listType, mapKeys } = a.declared ?? {};
  if (listType === 'set') return equalSets(a, b, meter);
  if (listType === 'map' && mapKeys) return equalMapLists(a, b, mapKeys, meter);
  const others = b[Symbol.iterator]();
  for (const item of a) {
    const same = equalOutcomes(item, others.next().value as Outcome, meter);
    if (same !== true) return same;
  }
  return true;
}

function equalOutcomes(a: Outcome, b: Outcome, meter: Meter): boolean | Fault {
  if (isFault(a)) return a;
  return isFault(b) ? b : equal(a, b, meter);
}

function equalSets(a: ListValue, b: ListValue, meter: Meter): boolean {
  meter.work(a.size * 2 * stepsPerItem);
  const items = new Set([...a].map(itemKey));
  for (const item of b) if (!items.has(itemKey(item))) return false;
  return true;
}

function equalMapLists(a: ListValue, b: ListValue, keys: readonly string[], meter: Meter): boolean | Fault {
  meter.work(a.size * 2 * stepsPerItem);
  const items = new Map([...a].map((item) => [mapItemKey(item, keys), item]));
  for (const item of b) {
    const own = items.get(mapItemKey(item, keys));
    if (own === undefined) return false;
    const same = equalOutcomes(own, item, meter);
    if (same !== true) return same;
  }
  return true;
}

/** What tells an item of a set from the others. */
export const itemKey = (item: Outcome): string | Outcome => (isFault(item) ? item : (keyText(item) ?? item));

/** What tells an item of a list of type map from the others: the values of its keys. */
export function mapItemKey(item: Outcome, keys: readonly string[]): string {
  if (!(item instanceof MapValue)) return '';
  return JSON.stringify(keys.map((key) => itemKey(item.find(key) ?? null)));
}

function equalMaps(a: MapValue, b: MapValue, meter: Meter): boolean | Fault {
  if (a.objectType?.name !== b.objectType?.name || a.size !== b.size) return false;
  for (const key of a.keys()) {
    meter.work(1);
    const own = a.find(key);
    const other = b.find(key);
    if (own === undefined && other === undefined) continue;
    if (own === undefined || other === undefined) return false;
    const same = equalOutcomes(own, other, meter);
    if (same !== true) return same;
  }
  return sameJson(a, b);
}

const isNumber = (value: Value): value is bigint | number | Uint =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint;

/** `undefined` if one is not a number at all (NaN). With a double both are compared as doubles, as cel-go does. */
function compareNumbers(a: bigint | number | Uint, b: bigint | number | Uint): number | undefined {
  const left = a instanceof Uint ? a.value : a;
  const right = b instanceof Uint ? b.value : b;
  if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0;
  const x = Number(left);
  const y = Number(right);
  return Number.isNaN(x) || Number.isNaN(y) ? undefined : x - y < 0 ? -1 : x > y ? 1 : 0;
}

/** Negative if `a` comes first, 0 if they are equal. Only values of the same type, or two numbers, have an order. */
export function compare(a: Value, b: Value, meter: Meter): number | Fault {
  meter.work(stepsPerItem);
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) ?? new Fault('NaN values cannot be ordered');
  if (typeof a === 'string' && typeof b === 'string') {
    meter.work(Math.min(a.length, b.length) / 16);
    return compareText(a, b);
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration))
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return noSuchOverload;
}

/** A value in an error: `no such key: x`. */
export function show(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Uint) return String(value.value);
  if (value instanceof TypeValue) return formatType(value.type);
  return typeof value === 'object' ? 'value' : String(value);
}
