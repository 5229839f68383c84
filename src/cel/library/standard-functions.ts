/** The functions of the language: conversions, size, parts of times, simple functions on texts. */
import { global, member, type Functions, type Implementation, type Overload } from '../functions.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  parameter,
  stringType,
  timestampType,
  typeOfType,
  uintType,
  type Type,
} from '../types/type.ts';
import { formatGeneral, parseBool, parseFloat64 } from '../values/numbers.ts';
import { matches } from '../values/regex.ts';
import { codePointCount } from '../values/text.ts';
import {
  durationParts,
  formatDuration,
  formatTimestamp,
  parseDuration,
  parseTimestamp,
  partOf,
  secondsOf,
  timestampOfSeconds,
  timestampParts,
} from '../values/time.ts';
import {
  Fault,
  typeOf,
  TypeValue,
  Uint,
  type Duration,
  type ListValue,
  type MapValue,
  type Outcome,
  type Timestamp,
} from '../values/value.ts';

const a = parameter('A');
const b = parameter('B');

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;
const uintMax = 2n ** 64n - 1n;

const identity: Implementation = ([value]) => value!;
const conversionFault = (from: Type, to: Type) => new Fault(`type conversion error from '${from.name}' to '${to.name}'`);

const convert = (id: string, from: Type, to: Type, call: Implementation): Overload => global(id, [from], to, call);

/** A conversion of a text, which may not be one of the type. */
const parsed = (id: string, to: Type, parse: (text: string) => Outcome | undefined): Overload => {
  const fault = conversionFault(stringType, to);
  return convert(id, stringType, to, ([text]) => parse(text as string) ?? fault);
};

const int = (value: bigint): Outcome => (value < intMin || value > intMax ? new Fault('integer overflow') : value);
const uint = (value: bigint): Outcome =>
  value < 0n || value > uintMax ? new Fault('unsigned integer overflow') : new Uint(value);

/** Toward zero. The bounds themselves are refused, as they may have been rounded. */
const doubleToInt: Implementation = ([value]) =>
  Number.isFinite(value) && (value as number) > -(2 ** 63) && (value as number) < 2 ** 63
    ? BigInt(Math.trunc(value as number))
    : new Fault('integer overflow');
const doubleToUint: Implementation = ([value]) =>
  Number.isFinite(value) && (value as number) >= 0 && (value as number) < 2 ** 64
    ? new Uint(BigInt(Math.trunc(value as number)))
    : new Fault('unsigned integer overflow');

const parseInteger = (text: string, of: (value: bigint) => Outcome): Outcome | undefined => {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = of(BigInt(text.replace(/^\+/, '')));
  return value instanceof Fault ? undefined : value;
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
function bytesToText(bytes: Uint8Array): Outcome {
  try {
    return decoder.decode(bytes);
  } catch {
    return new Fault('invalid UTF-8 in bytes, cannot convert to string');
  }
}

const conversions: Functions = {
  type: [global('type', [a], typeOfType(a), ([value]) => new TypeValue(typeOf(value!)))],
  dyn: [global('to_dyn', [a], dynType, identity)],
  bool: [convert('bool_to_bool', boolType, boolType, identity), parsed('string_to_bool', boolType, parseBool)],
  bytes: [
    convert('bytes_to_bytes', bytesType, bytesType, identity),
    convert('string_to_bytes', stringType, bytesType, ([text]) => new TextEncoder().encode(text as string)),
  ],
  double: [
    convert('double_to_double', doubleType, doubleType, identity),
    convert('int64_to_double', intType, doubleType, ([value]) => Number(value)),
    parsed('string_to_double', doubleType, parseFloat64),
    convert('uint64_to_double', uintType, doubleType, ([value]) => Number((value as Uint).value)),
  ],
  duration: [
    convert('duration_to_duration', durationType, durationType, identity),
    parsed('string_to_duration', durationType, parseDuration),
  ],
  int: [
    convert('int64_to_int64', intType, intType, identity),
    convert('double_to_int64', doubleType, intType, doubleToInt),
    convert('duration_to_int64', durationType, intType, ([value]) => (value as Duration).nanos),
    parsed('string_to_int64', intType, (text) => parseInteger(text, int)),
    convert('timestamp_to_int64', timestampType, intType, ([value]) => secondsOf(value as Timestamp)),
    convert('uint64_to_int64', uintType, intType, ([value]) => int((value as Uint).value)),
  ],
  string: [
    convert('string_to_string', stringType, stringType, identity),
    convert('bool_to_string', boolType, stringType, ([value]) => String(value)),
    convert('bytes_to_string', bytesType, stringType, ([value]) => bytesToText(value as Uint8Array)),
    convert('double_to_string', doubleType, stringType, ([value]) => formatGeneral(value as number)),
    convert('duration_to_string', durationType, stringType, ([value]) => formatDuration(value as Duration)),
    convert('int64_to_string', intType, stringType, ([value]) => String(value)),
    convert('timestamp_to_string', timestampType, stringType, ([value]) => formatTimestamp(value as Timestamp)),
    convert('uint64_to_string', uintType, stringType, ([value]) => String((value as Uint).value)),
  ],
  timestamp: [
    convert('timestamp_to_timestamp', timestampType, timestampType, identity),
    convert('int64_to_timestamp', intType, timestampType, ([value]) => timestampOfSeconds(value as bigint)),
    parsed('string_to_timestamp', timestampType, parseTimestamp),
  ],
  uint: [
    convert('uint64_to_uint64', uintType, uintType, identity),
    convert('double_to_uint64', doubleType, uintType, doubleToUint),
    convert('int64_to_uint64', intType, uintType, ([value]) => uint(value as bigint)),
    parsed('string_to_uint64', uintType, (text) => parseInteger(text, uint)),
  ],
};

const sizes: readonly (readonly [string, Type, Implementation])[] = [
  ['bytes', bytesType, ([value]) => BigInt((value as Uint8Array).length)],
  ['list', listOf(a), ([value]) => BigInt((value as ListValue).size)],
  ['map', mapOf(a, b), ([value]) => BigInt((value as MapValue).size)],
  ['string', stringType, ([value], meter) => BigInt(codePointCount(value as string, meter))],
];

const onTexts = (name: string, id: string, holds: (text: string, other: string) => boolean): Functions => ({
  [name]: [
    member(id, [stringType, stringType], boolType, ([text, other], meter) => {
      meter.work((text as string).length / 16);
      return holds(text as string, other as string);
    }),
  ],
});

type TimePart = keyof typeof timestampParts;
const partsOfDurations: Partial<Record<TimePart, (duration: Duration) => bigint>> = durationParts;

const times: Functions = Object.fromEntries(
  (Object.keys(timestampParts) as TimePart[]).map((part) => {
    const ofDuration = partsOfDurations[part];
    const overloads = [
      member(`timestamp_to_${part}`, [timestampType], intType, ([time]) => partOf(time as Timestamp, part)),
      member(`timestamp_to_${part}_with_tz`, [timestampType, stringType], intType, ([time, zone], meter) => {
        // Zones take their time, above all those that do not exist.
        meter.work(1_000);
        return partOf(time as Timestamp, part, zone as string);
      }),
      ...(ofDuration ? [member(`duration_to_${part}`, [durationType], intType, ([time]) => ofDuration(time as Duration))] : []),
    ];
    return [part, overloads];
  }),
);

const matching: Implementation = ([text, pattern], meter) => matches(text as string, pattern as string, meter);

export const standardFunctions: Functions = {
  ...conversions,
  ...times,
  ...onTexts('contains', 'contains_string', (text, other) => text.includes(other)),
  ...onTexts('endsWith', 'ends_with_string', (text, other) => text.endsWith(other)),
  ...onTexts('startsWith', 'starts_with_string', (text, other) => text.startsWith(other)),
  matches: [
    global('matches', [stringType, stringType], boolType, matching),
    member('matches_string', [stringType, stringType], boolType, matching),
  ],
  size: sizes.flatMap(([name, type, call]) => [
    global(`size_${name}`, [type], intType, call),
    member(`${name}_size`, [type], intType, call),
  ]),
};
