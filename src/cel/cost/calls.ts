/**
 * What a call costs when it is made: the rules of cel-go (interpreter/runtimecost.go, ext) and of Kubernetes
 * (apiserver/pkg/cel/library/cost.go). It is charged before the call, so that what is too much is not begun.
 */
import { stepsPerItem, type Meter } from '../meter.ts';
import { codePointCount } from '../values/text.ts';
import { isFault, ListValue, MapValue, Opaque, Optional, type Outcome, type Value } from '../values/value.ts';

/** A unit for so many characters. */
export const textFactor = 0.1;
/** A unit for so many characters of a regular expression. */
export const regexFactor = 0.25;
/** An authorization check: two fit into one expression. */
export const checkCost = 350_000;
export const listCreation = 10;
export const structCreation = 40;

type Cost = (args: readonly Value[], meter: Meter) => number;

/** Elements, characters or bytes; 1 for what has no size. */
function sizeOf(value: Value | undefined, meter: Meter): number {
  if (typeof value === 'string') return codePointCount(value, meter);
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof ListValue || value instanceof MapValue || value instanceof Opaque) return value.size;
  if (value instanceof Uint8Array) return value.length;
  return value instanceof Optional && value.value !== undefined ? sizeOf(value.value, meter) : 1;
}

const one: Cost = () => 1;
const text =
  (index: number, factor = 1): Cost =>
  (args, meter) =>
    Math.ceil(sizeOf(args[index], meter) * factor * textFactor);

/** Every part of a value that is looked at. */
function traversal(outcome: Outcome, meter: Meter): number {
  if (isFault(outcome)) return 1;
  if (typeof outcome === 'string') return Math.trunc(outcome.length * textFactor);
  if (outcome instanceof Uint8Array) return Math.trunc(outcome.length * textFactor);
  let cost = 0;
  if (outcome instanceof ListValue) {
    for (const item of outcome) {
      meter.work(stepsPerItem);
      cost += traversal(item, meter);
    }
    return cost;
  }
  if (outcome instanceof MapValue) {
    for (const key of outcome.keys()) cost += traversal(key, meter) + traversal(outcome.find(key) ?? null, meter);
    return cost;
  }
  return 1;
}

const wholeList: Cost = (args, meter) => traversal(args[0]!, meter);

const regex: Cost = (args, meter) =>
  Math.ceil((1 + sizeOf(args[0], meter)) * textFactor) * Math.ceil(sizeOf(args[1], meter) * regexFactor);

/** A parse of the text, and a struct and a list of values for each requirement, of which two characters are the least. */
const selector: Cost = (args, meter) => {
  const length = sizeOf(args[1], meter);
  return listCreation + Math.ceil(length * textFactor) + Math.ceil(length * 0.5) * (listCreation + structCreation);
};

const smaller: Cost = (args, meter) => Math.ceil(Math.min(sizeOf(args[0], meter), sizeOf(args[1], meter)) * textFactor);
const both: Cost = (args, meter) => Math.ceil((sizeOf(args[0], meter) + sizeOf(args[1], meter)) * textFactor);

const network =
  (isText: boolean, isCidr: boolean): Cost =>
  (args, meter) => {
    const size = sizeOf(args[0], meter);
    let cost = Math.ceil(size * 2 * textFactor);
    if (isCidr) cost += Math.ceil(size * textFactor) + 1;
    return isText ? cost + Math.ceil(sizeOf(args[1], meter) * textFactor) : cost;
  };

const joined: Cost = ([list, separator], meter) => {
  let size = Math.max(0, (list as ListValue).size - 1) * (separator === undefined ? 0 : sizeOf(separator, meter));
  for (const item of list as ListValue) {
    meter.work(stepsPerItem);
    if (typeof item === 'string') size += codePointCount(item, meter);
  }
  return Math.ceil(size * 2 * textFactor);
};

const sets =
  (factor: number): Cost =>
  (args, meter) =>
    1 + Math.trunc(sizeOf(args[0], meter) * sizeOf(args[1], meter) * factor);

const allocated = (factor: number, size: number) => Math.trunc(size * factor) + 1 + listCreation;

const selfCompared =
  (index: number): Cost =>
  (args) => {
    const list = args[index] as ListValue;
    const first = list.size === 0 ? undefined : list.at(0);
    const isText = typeof first === 'string' || first instanceof Uint8Array;
    return allocated(isText ? 2 + textFactor : 2, list.size * list.size);
  };

const flattened: Cost = ([list, depth]) =>
  allocated(depth === undefined ? 1 : Math.max(0, Number(depth)), (list as ListValue).size);
const sliced: Cost = ([, start, end]) => allocated(1, Math.max(0, Number(end) - Number(start)));

/** The size of the longest pattern behind a format. */
const format: Cost = (args, meter) =>
  Math.ceil((1 + sizeOf(args[1], meter)) * textFactor) * Math.ceil(sizeOf(args[0], meter) * regexFactor);

const orders = ['less', 'greater', 'less_equals', 'greater_equals'].flatMap((order) => [`${order}_string`, `${order}_bytes`]);

/** By overload. */
const byOverload: Readonly<Record<string, Cost>> = {
  ...Object.fromEntries(orders.map((overload) => [overload, smaller])),
  list_sets_contains_list: sets(1),
  list_sets_intersects_list: sets(1),
  list_sets_equivalent_list: sets(2),
  list_slice: sliced,
  list_flatten: flattened,
  list_flatten_int: flattened,
  lists_range: ([count]) => allocated(1, Math.max(0, Number(count))),
  list_reverse: ([list]) => allocated(1, (list as ListValue).size),
  list_distinct: selfCompared(0),
  list_sort: selfCompared(0),
  list_sortByAssociatedKeys: selfCompared(1),
  cidr_ip: one,
  cidr_contains_ip_string: network(true, false),
  cidr_contains_ip_ip: network(false, false),
  cidr_contains_cidr_string: network(true, true),
  cidr_contains_cidr: network(false, true),
  starts_with_string: text(0),
  ends_with_string: text(0),
  string_to_bytes: text(0),
  bytes_to_string: text(0),
  strings_quote: text(0),
  string_format: text(0),
  in_list: (args, meter) => sizeOf(args[1], meter),
  add_string: both,
  add_bytes: both,
  matches_string: regex,
  contains_string: (args, meter) => text(0)(args, meter) * text(1)(args, meter),
};

/** By function. */
const byFunction: Readonly<Record<string, Cost>> = {
  check: () => checkCost,
  fieldSelector: selector,
  labelSelector: selector,
  isSorted: wholeList,
  sum: wholeList,
  max: wholeList,
  min: wholeList,
  indexOf: wholeList,
  lastIndexOf: wholeList,
  url: text(0),
  lowerAscii: text(0),
  upperAscii: text(0),
  substring: text(0),
  trim: text(0),
  'jsonpatch.escapeKey': text(0),
  replace: text(0, 2),
  split: text(0, 2),
  join: joined,
  find: regex,
  findAll: regex,
  cidr: text(0),
  ip: text(0),
  isIP: text(0),
  isCIDR: text(0),
  'ip.isCanonical': text(0, 2),
  quantity: text(0),
  isQuantity: text(0),
  semver: text(0),
  isSemver: text(0),
  validate: format,
  '_==_': (args, meter) => (args[0] instanceof Opaque ? 1 : smaller(args, meter)),
  '_!=_': smaller,
};

/** The units for a call of an overload of the function. Everything without a rule costs one. */
export function callCost(name: string, overload: string, args: readonly Value[], meter: Meter): number {
  const cost = byOverload[overload] ?? (Object.hasOwn(byFunction, name) ? byFunction[name] : undefined) ?? one;
  return cost(args, meter);
}
