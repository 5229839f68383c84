/** Timestamps and durations: their texts, bounds and parts. */
import { Duration, Fault, Timestamp, type Outcome } from './value.ts';

const nanosPerSecond = 1_000_000_000n;
const nanosPerMilli = 1_000_000n;
const yearOne = -62_135_596_800n;
const yearTenThousand = 253_402_300_800n;
const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);

export const timestampOverflow = new Fault('timestamp overflow');
export const durationOverflow = new Fault('duration overflow');

/** A timestamp within the years 1 to 9999, or the fault. */
export const timestampOf = (nanos: bigint): Timestamp | Fault =>
  nanos < yearOne * nanosPerSecond || nanos >= yearTenThousand * nanosPerSecond ? timestampOverflow : new Timestamp(nanos);

/** A duration within 64 bits of nanoseconds, or the fault. */
export const durationOf = (nanos: bigint): Duration | Fault =>
  nanos < int64Min || nanos > int64Max ? durationOverflow : new Duration(nanos);

export const timestampOfSeconds = (seconds: bigint): Timestamp | Fault => timestampOf(seconds * nanosPerSecond);

/** Towards the past, as Unix time counts. */
export const secondsOf = ({ nanos }: Timestamp): bigint => floorDivide(nanos, nanosPerSecond);

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

/** Longer texts are no times. */
const textMax = 1_024;

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** RFC 3339 as Go reads it; `undefined` for what is none. */
export function parseTimestamp(text: string): Timestamp | Fault | undefined {
  const match = text.length > textMax ? null : rfc3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [, , , , , , , fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] = match;
  if (hour > 23 || minute > 59 || second > 59 || Number(zoneHours) > 24 || Number(zoneMinutes) > 59) return undefined;
  const midnight = dayOf(year, month, day);
  if (midnight === undefined) return undefined;
  const zone = (sign === '-' ? -60 : 60) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  const seconds = BigInt(midnight / 1000 + hour * 3600 + minute * 60 + second - zone);
  return timestampOf(seconds * nanosPerSecond + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** A date (`2024-02-29`) at midnight. */
export function parseDate(text: string): Timestamp | Fault | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const day = match && dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return day === null || day === undefined ? undefined : timestampOf(BigInt(day) * nanosPerMilli);
}

/** Midnight of a day in milliseconds, if the calendar has it. */
function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && month > 0 ? date.getTime() : undefined;
}

/** RFC 3339 in UTC, with as many digits of a second as there are. */
export function formatTimestamp(timestamp: Timestamp): string {
  const seconds = secondsOf(timestamp);
  const nanos = timestamp.nanos - seconds * nanosPerSecond;
  const fraction = nanos === 0n ? '' : `.${nanos.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, `${fraction}Z`);
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: nanosPerMilli,
  s: nanosPerSecond,
  m: 60n * nanosPerSecond,
  h: 3_600n * nanosPerSecond,
};
const durationPart = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** A duration as Go writes it (`1h30m`, `-1.5s`); `undefined` for what is none. */
export function parseDuration(text: string): Duration | undefined {
  const negative = text.startsWith('-');
  const body = negative || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return new Duration(0n);
  if (body === '' || body.length > textMax) return undefined;
  let nanos = 0n;
  durationPart.lastIndex = 0;
  while (durationPart.lastIndex < body.length) {
    const match = durationPart.exec(body);
    if (!match || (match[1] === '' && !match[2])) return undefined;
    const [, whole, fraction = '', unit] = match;
    if (whole!.length > 20) return undefined;
    const scale = units[unit!]!;
    const digits = fraction.slice(0, 18);
    nanos += BigInt(whole || '0') * scale + (BigInt(digits || '0') * scale) / 10n ** BigInt(digits.length);
  }
  const signed = negative ? -nanos : nanos;
  return signed < int64Min || signed > int64Max ? undefined : new Duration(signed);
}

/** Decimal seconds: `3600s`, `0.5s`. */
export const formatDuration = ({ nanos }: Duration): string => {
  const whole = Number(nanos / nanosPerSecond) + Number(nanos % nanosPerSecond) / 1e9;
  return `${plainDecimal(whole)}s`;
};

/** A number without an exponent, with the digits that tell it from others. */
export function plainDecimal(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, first, rest = '', exponent] = match;
  const digits = first! + rest;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`;
}

/** The parts of a duration that can be asked for, in whole units. */
export const durationParts = {
  getHours: ({ nanos }: Duration) => nanos / units.h!,
  getMinutes: ({ nanos }: Duration) => nanos / units.m!,
  getSeconds: ({ nanos }: Duration) => nanos / nanosPerSecond,
  getMilliseconds: ({ nanos }: Duration) => (nanos / nanosPerMilli) % 1000n,
} as const;

/** The parts of a timestamp that can be asked for; of a local time that is passed as if it were UTC. */
export const timestampParts = {
  getFullYear: (local: Date) => local.getUTCFullYear(),
  getMonth: (local: Date) => local.getUTCMonth(),
  getDayOfYear: (local: Date) => {
    const start = new Date(local);
    start.setUTCMonth(0, 1);
    return Math.round((local.getTime() - start.getTime()) / 86_400_000);
  },
  getDayOfMonth: (local: Date) => local.getUTCDate() - 1,
  getDate: (local: Date) => local.getUTCDate(),
  getDayOfWeek: (local: Date) => local.getUTCDay(),
  getHours: (local: Date) => local.getUTCHours(),
  getMinutes: (local: Date) => local.getUTCMinutes(),
  getSeconds: (local: Date) => local.getUTCSeconds(),
  getMilliseconds: (local: Date) => local.getUTCMilliseconds(),
} as const;

/** A part of a timestamp in a time zone: an IANA name or an offset such as `-08:00`; UTC if it is left out. */
export function partOf(timestamp: Timestamp, part: keyof typeof timestampParts, zone = 'UTC'): Outcome {
  const millis = Number(floorDivide(timestamp.nanos, nanosPerMilli));
  const offset = zone === 'UTC' || zone === '' ? 0 : zone.includes(':') ? fixedOffset(zone) : zoneOffset(zone, millis);
  return offset instanceof Fault ? offset : BigInt(timestampParts[part](new Date(millis + offset)));
}

/** Milliseconds east of UTC. */
function fixedOffset(zone: string): number | Fault {
  const match = /^([+-]?)(\d{1,4}):([+-]?\d{1,4})$/.exec(zone);
  if (!match) return new Fault(`strconv.Atoi: parsing ${JSON.stringify(zone.split(':')[0])}: invalid syntax`);
  const minutes = Number(match[3]);
  if (minutes < 0 || minutes > 59) return new Fault(`timezone offset minutes out of range [0, 59]: ${zone}`);
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + minutes) * 60_000;
}

const formatters = new Map<string, Intl.DateTimeFormat | Fault>();
/** Expressions can make up names, so what is kept has a bound. */
const formattersMax = 64;

function formatterOf(zone: string): Intl.DateTimeFormat | Fault {
  const known = formatters.get(zone);
  if (known) return known;
  if (formatters.size >= formattersMax) formatters.clear();
  const made = makeFormatter(zone);
  formatters.set(zone, made);
  return made;
}

function makeFormatter(zone: string): Intl.DateTimeFormat | Fault {
  const unknown = new Fault(`unknown time zone ${zone}`);
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return unknown;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return unknown;
    throw error;
  }
}

function zoneOffset(zone: string, millis: number): number | Fault {
  const formatter = formatterOf(zone);
  if (formatter instanceof Fault) return formatter;
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatter.formatToParts(new Date(millis))) parts[type] = value;
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts[type]);
  const local = new Date(0);
  local.setUTCFullYear(parts.era === 'BC' ? 1 - number('year') : number('year'), number('month') - 1, number('day'));
  local.setUTCHours(number('hour'), number('minute'), number('second'));
  return local.getTime() - Math.floor(millis / 1000) * 1000;
}
