/** Values that may not be there, as cel-go's OptionalTypes. `or`, `orValue` and `?.` are the interpreter's. */
import { global, member, type Functions, type Implementation } from '../functions.ts';
import { stepsPerItem } from '../meter.ts';
import { boolType, listOf, optionalOf, parameter } from '../types/type.ts';
import { ArrayList } from '../values/collections.ts';
import {
  Duration,
  Fault,
  isFault,
  ListValue,
  MapValue,
  none,
  noSuchOverload,
  Optional,
  Timestamp,
  Uint,
  type Outcome,
  type Value,
} from '../values/value.ts';

const v = parameter('V');
const optionalV = optionalOf(v);
const listV = listOf(v);

/** Zero, empty, false, null, nothing. */
function isZero(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return !value;
    case 'bigint':
      return value === 0n;
    case 'number':
      return value === 0;
    case 'string':
      return value === '';
    default:
  }
  if (value === null) return true;
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Timestamp) return false;
  return value instanceof Optional && value.value === undefined;
}

const absent = new Fault('optional.none() dereference');

const unwrap: Implementation = ([list], meter) => {
  const items: Value[] = [];
  for (const item of list as ListValue) {
    meter.work(stepsPerItem);
    if (isFault(item)) return item;
    if (!(item instanceof Optional)) return new Fault('value is not optional');
    if (item.value !== undefined) items.push(item.value);
  }
  return new ArrayList(items);
};

const itemAt =
  (index: (size: number) => number): Implementation =>
  ([list]) => {
    const { size } = list as ListValue;
    const item: Outcome | undefined = size === 0 ? undefined : (list as ListValue).at(index(size));
    if (item === undefined) return none;
    return isFault(item) ? item : new Optional(item);
  };

export const optionals: Functions = {
  'optional.of': [global('optional_of', [v], optionalV, ([value]) => new Optional(value))],
  'optional.ofNonZeroValue': [
    global('optional_ofNonZeroValue', [v], optionalV, ([value]) => (isZero(value!) ? none : new Optional(value))),
  ],
  'optional.none': [global('optional_none', [], optionalV, () => none)],
  value: [member('optional_value', [optionalV], v, ([optional]) => valueOf(optional as Optional))],
  hasValue: [member('optional_hasValue', [optionalV], boolType, ([optional]) => (optional as Optional).value !== undefined)],
  or: [member('optional_or_optional', [optionalV, optionalV], optionalV, () => noSuchOverload)],
  orValue: [member('optional_orValue_value', [optionalV, v], v, () => noSuchOverload)],
  first: [
    member(
      'list_first',
      [listV],
      optionalV,
      itemAt(() => 0),
    ),
  ],
  last: [
    member(
      'list_last',
      [listV],
      optionalV,
      itemAt((size) => size - 1),
    ),
  ],
  'optional.unwrap': [global('optional_unwrap', [listOf(optionalV)], listV, unwrap)],
  unwrapOpt: [member('optional_unwrapOpt', [listOf(optionalV)], listV, unwrap)],
};

const valueOf = ({ value }: Optional): Outcome => (value === undefined ? absent : value);
