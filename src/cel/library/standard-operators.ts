/** The operators: equality, order, arithmetic, membership. */
import { global, type Functions, type Implementation, type Overload } from '../functions.ts';
import type { Meter } from '../meter.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  optionalOf,
  parameter,
  stringType,
  timestampType,
  uintType,
  type Type,
} from '../types/type.ts';
import { addLists } from '../values/add-lists.ts';
import { compare, equal } from '../values/compare.ts';
import { durationOf, timestampOf } from '../values/time.ts';
import {
  Fault,
  isFault,
  noSuchOverload,
  Uint,
  type Duration,
  type ListValue,
  type MapValue,
  type Outcome,
  type Timestamp,
  type Value,
} from '../values/value.ts';

const a = parameter('A');
const b = parameter('B');
const listOfA = listOf(a);
const mapOfAB = mapOf(a, b);

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;
const uintMax = 2n ** 64n - 1n;

const int = (value: bigint): Outcome => (value < intMin || value > intMax ? new Fault('integer overflow') : value);
const uint = (value: bigint): Outcome =>
  value < 0n || value > uintMax ? new Fault('unsigned integer overflow') : new Uint(value);

type OnInts = (x: bigint, y: bigint) => bigint;
const ints =
  (operation: OnInts): Implementation =>
  ([x, y]) =>
    int(operation(x as bigint, y as bigint));
const uints =
  (operation: OnInts): Implementation =>
  ([x, y]) =>
    uint(operation((x as Uint).value, (y as Uint).value));
const doubles =
  (operation: (x: number, y: number) => number): Implementation =>
  ([x, y]) =>
    operation(x as number, y as number);

const byZero = (message: string, of: Implementation): Implementation => {
  const fault = new Fault(message);
  return (args, meter) => {
    const divisor = args[1];
    return divisor === 0n || (divisor instanceof Uint && divisor.value === 0n) ? fault : of(args, meter);
  };
};

const binary = (id: string, x: Type, y: Type, result: Type, call: Implementation): Overload => global(id, [x, y], result, call);
const nanos = (value: Value | undefined) => (value as Timestamp | Duration).nanos;

function concatenate([x, y]: readonly Value[]): Outcome {
  const joined = new Uint8Array((x as Uint8Array).length + (y as Uint8Array).length);
  joined.set(x as Uint8Array);
  joined.set(y as Uint8Array, (x as Uint8Array).length);
  return joined;
}

const arithmetic: Functions = {
  '_+_': [
    binary('add_bytes', bytesType, bytesType, bytesType, concatenate),
    binary(
      'add_double',
      doubleType,
      doubleType,
      doubleType,
      doubles((x, y) => x + y),
    ),
    binary('add_duration_duration', durationType, durationType, durationType, ([x, y]) => durationOf(nanos(x) + nanos(y))),
    binary('add_duration_timestamp', durationType, timestampType, timestampType, ([x, y]) => timestampOf(nanos(x) + nanos(y))),
    binary('add_timestamp_duration', timestampType, durationType, timestampType, ([x, y]) => timestampOf(nanos(x) + nanos(y))),
    binary(
      'add_int64',
      intType,
      intType,
      intType,
      ints((x, y) => x + y),
    ),
    binary('add_list', listOfA, listOfA, listOfA, ([x, y], meter) => addLists(x as ListValue, y as ListValue, meter)),
    binary('add_string', stringType, stringType, stringType, ([x, y]) => (x as string) + (y as string)),
    binary(
      'add_uint64',
      uintType,
      uintType,
      uintType,
      uints((x, y) => x + y),
    ),
  ],
  '_-_': [
    binary(
      'subtract_double',
      doubleType,
      doubleType,
      doubleType,
      doubles((x, y) => x - y),
    ),
    binary('subtract_duration_duration', durationType, durationType, durationType, ([x, y]) => durationOf(nanos(x) - nanos(y))),
    binary(
      'subtract_int64',
      intType,
      intType,
      intType,
      ints((x, y) => x - y),
    ),
    binary('subtract_timestamp_duration', timestampType, durationType, timestampType, ([x, y]) =>
      timestampOf(nanos(x) - nanos(y)),
    ),
    binary('subtract_timestamp_timestamp', timestampType, timestampType, durationType, ([x, y]) =>
      durationOf(nanos(x) - nanos(y)),
    ),
    binary(
      'subtract_uint64',
      uintType,
      uintType,
      uintType,
      uints((x, y) => x - y),
    ),
  ],
  '_*_': [
    binary(
      'multiply_double',
      doubleType,
      doubleType,
      doubleType,
      doubles((x, y) => x * y),
    ),
    binary(
      'multiply_int64',
      intType,
      intType,
      intType,
      ints((x, y) => x * y),
    ),
    binary(
      'multiply_uint64',
      uintType,
      uintType,
      uintType,
      uints((x, y) => x * y),
    ),
  ],
  '_/_': [
    binary(
      'divide_double',
      doubleType,
      doubleType,
      doubleType,
      doubles((x, y) => x / y),
    ),
    binary(
      'divide_int64',
      intType,
      intType,
      intType,
      byZero(
        'division by zero',
        ints((x, y) => x / y),
      ),
    ),
    binary(
      'divide_uint64',
      uintType,
      uintType,
      uintType,
      byZero(
        'division by zero',
        uints((x, y) => x / y),
      ),
    ),
  ],
  '_%_': [
    // The smallest int modulo -1 is 0, but its division overflows and Go's check goes by that.
    binary(
      'modulo_int64',
      intType,
      intType,
      intType,
      byZero('modulus by zero', ([x, y]) =>
        y === -1n && x === intMin ? new Fault('integer overflow') : (x as bigint) % (y as bigint),
      ),
    ),
    binary(
      'modulo_uint64',
      uintType,
      uintType,
      uintType,
      byZero(
        'modulus by zero',
        uints((x, y) => x % y),
      ),
    ),
  ],
  '-_': [
    global('negate_double', [doubleType], doubleType, ([x]) => -(x as number)),
    global('negate_int64', [intType], intType, ([x]) => int(-(x as bigint))),
  ],
};

/** Types that have an order, by the names they have in upstream's overloads. */
const ordered: readonly (readonly [string, Type, Type])[] = [
  ['bool', boolType, boolType],
  ['int64', intType, intType],
  ['int64_double', intType, doubleType],
  ['int64_uint64', intType, uintType],
  ['uint64', uintType, uintType],
  ['uint64_double', uintType, doubleType],
  ['uint64_int64', uintType, intType],
  ['double', doubleType, doubleType],
  ['double_int64', doubleType, intType],
  ['double_uint64', doubleType, uintType],
  ['string', stringType, stringType],
  ['bytes', bytesType, bytesType],
  ['timestamp', timestampType, timestampType],
  ['duration', durationType, durationType],
];

const order = (prefix: string, holds: (order: number) => boolean): readonly Overload[] =>
  ordered.map(([suffix, x, y]) =>
    binary(`${prefix}_${suffix}`, x, y, boolType, ([left, right], meter) => {
      const order = compare(left!, right!, meter);
      return isFault(order) ? order : holds(order);
    }),
  );

const isEqual: Implementation = ([x, y], meter) => equal(x!, y!, meter);
const isDifferent: Implementation = ([x, y], meter) => {
  const same = equal(x!, y!, meter);
  return isFault(same) ? same : !same;
};

/** Whether a list has an item that is equal. A fault counts only if there is none. */
export function contains(list: ListValue, wanted: Value, meter: Meter): Outcome {
  let fault: Fault | undefined;
  for (const item of list) {
    const same = isFault(item) ? item : equal(item, wanted, meter);
    if (same === true) return true;
    if (isFault(same)) fault ??= same;
  }
  return fault ?? false;
}

function hasKey(map: MapValue, key: Value): Outcome {
  const found = map.find(key);
  return isFault(found) ? found : found !== undefined;
}

const unevaluated: Implementation = () => noSuchOverload;

export const operators: Functions = {
  ...arithmetic,
  '_?_:_': [global('conditional', [boolType, a, a], a, unevaluated)],
  '_&&_': [global('logical_and', [boolType, boolType], boolType, unevaluated)],
  '_||_': [global('logical_or', [boolType, boolType], boolType, unevaluated)],
  '!_': [global('logical_not', [boolType], boolType, ([x]) => !(x as boolean))],
  '@not_strictly_false': [global('not_strictly_false', [boolType], boolType, unevaluated)],
  '_==_': [binary('equals', a, a, boolType, isEqual)],
  '_!=_': [binary('not_equals', a, a, boolType, isDifferent)],
  '_<_': order('less', (order) => order < 0),
  '_<=_': order('less_equals', (order) => order <= 0),
  '_>_': order('greater', (order) => order > 0),
  '_>=_': order('greater_equals', (order) => order >= 0),
  '_[_]': [
    global('index_list', [listOfA, intType], a, unevaluated),
    global('index_map', [mapOfAB, a], b, unevaluated),
    global('optional_list_index_int', [optionalOf(listOfA), intType], optionalOf(a), unevaluated),
    global('optional_map_index_value', [optionalOf(mapOfAB), a], optionalOf(b), unevaluated),
  ],
  '_[?_]': [
    global('list_optindex_optional_int', [listOfA, intType], optionalOf(a), unevaluated),
    global('optional_list_optindex_optional_int', [optionalOf(listOfA), intType], optionalOf(a), unevaluated),
    global('map_optindex_optional_value', [mapOfAB, a], optionalOf(b), unevaluated),
    global('optional_map_optindex_optional_value', [optionalOf(mapOfAB), a], optionalOf(b), unevaluated),
  ],
  '_?._': [global('select_optional_field', [dynType, stringType], optionalOf(a), unevaluated)],
  '@in': [
    binary('in_list', a, listOfA, boolType, ([item, list], meter) => contains(list as ListValue, item!, meter)),
    binary('in_map', a, mapOfAB, boolType, ([key, map]) => hasKey(map as MapValue, key!)),
  ],
};
