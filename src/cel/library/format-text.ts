/** `'%s has %d'.format([x, y])` as cel-go's strings version 2 does it: numbers with `%f` and `%e` are written as in English. */
import { stepsPerItem, type Meter } from '../meter.ts';
import { clauseAt, refusalOf, type Clause } from './format-clauses.ts';
import { formatFixed, formatGeneral, formatScientific, parseFloat64 } from '../values/numbers.ts';
import { quoteGo } from '../values/text.ts';
import { formatDuration, formatTimestamp } from '../values/time.ts';
import {
  Duration,
  Fault,
  isFault,
  ListValue,
  MapValue,
  Timestamp,
  typeOf,
  TypeValue,
  Uint,
  type Outcome,
  type Value,
} from '../values/value.ts';

const defaultPrecision = 6;
/** Beyond what JavaScript can hold and any budget lets an expression look at. */
const lengthMax = 2 ** 28;

/** The text with its clauses replaced, or the fault. */
export function formatText(text: string, args: ListValue, meter: Meter): Outcome {
  meter.work(text.length);
  let built = '';
  let index = 0;
  let at = 0;
  for (let percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', at)) {
    built += text.slice(at, percent);
    if (text[percent + 1] === '%') {
      built += '%';
      at = percent + 2;
      continue;
    }
    if (index >= args.size) return new Fault(`index ${index} out of range`);
    if (percent + 1 >= text.length) return new Fault('unexpected end of string');
    const clause = clauseAt(text, percent + 1);
    if (isFault(clause)) return clause;
    const value = args.at(index++);
    if (isFault(value)) return value;
    const shown = format(clause, value, meter);
    if (isFault(shown)) return shown;
    built += shown;
    meter.work(shown.length);
    if (built.length > lengthMax) return new Fault('string is too large');
    at = clause.end;
  }
  return built + text.slice(at);
}

function format(clause: Clause, value: Value, meter: Meter): string | Fault {
  const shown = formatAs(clause, value, meter);
  return shown ?? new Fault(refusalOf(clause.verb, typeOf(value).name));
}

/** `undefined` if the clause does not take the value. */
function formatAs({ verb, precision }: Clause, value: Value, meter: Meter): string | Fault | undefined {
  switch (verb) {
    case 's':
      return formatString(value, meter);
    case 'd':
      return inBase(value, 10);
    case 'f':
      return fixed(value, precision);
    case 'e':
      return scientific(value, precision);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : inBase(value, 2);
    case 'o':
      return inBase(value, 8);
    default:
      return verb === 'x' ? hex(value) : hex(value)?.toUpperCase();
  }
}

function inBase(value: Value, base: number): string | undefined {
  if (typeof value === 'bigint') return value.toString(base);
  return value instanceof Uint ? value.value.toString(base) : undefined;
}

const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function hex(value: Value): string | undefined {
  if (typeof value === 'string') return hexOf(new TextEncoder().encode(value));
  return value instanceof Uint8Array ? hexOf(value) : inBase(value, 16);
}

/** A double, or one of the texts that stand for what JSON has no number for. */
function doubleOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? parseFloat64(value) : undefined;
}

const special = (value: number) => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞');

function fixed(value: Value, precision: number): string | undefined {
  const number = doubleOf(value);
  if (number === undefined) return undefined;
  if (!Number.isFinite(number)) return special(number);
  const [whole, fraction] = formatFixed(number, precision).split('.') as [string, string?];
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function scientific(value: Value, precision: number): string | undefined {
  const number = doubleOf(value);
  if (number === undefined) return undefined;
  if (!Number.isFinite(number)) return special(number);
  const [digits, exponent] = formatScientific(number, precision).split('e') as [string, string];
  const power = exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => superscripts[Number(digit)]!);
  return `${digits}\u202f×\u202f10${power}`;
}

function formatString(value: Value, meter: Meter): string | Fault | undefined {
  meter.work(stepsPerItem);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return formatGeneral(value);
  if (value === null) return 'null';
  if (value instanceof Uint) return String(value.value);
  if (value instanceof ListValue) return listText(value, meter);
  if (value instanceof MapValue) return mapText(value, meter);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof TypeValue) return value.type.name;
  return undefined;
}

/** Within lists and maps texts are quoted, and doubles have six digits. */
function inner(outcome: Outcome, meter: Meter): string | Fault {
  if (isFault(outcome)) return outcome;
  if (typeof outcome === 'string') return quoteGo(outcome);
  if (outcome instanceof Uint8Array) return `b${quoteGo(new TextDecoder().decode(outcome))}`;
  if (typeof outcome === 'number')
    return Number.isFinite(outcome) ? formatFixed(outcome, defaultPrecision) : `"${formatGeneral(outcome)}"`;
  if (outcome instanceof Timestamp) return `timestamp("${formatTimestamp(outcome)}")`;
  if (outcome instanceof Duration) return `duration("${formatDuration(outcome)}")`;
  if (outcome instanceof TypeValue) return `type(${outcome.type.name})`;
  return formatString(outcome, meter) ?? new Fault(refusalOf('s', typeOf(outcome).name));
}

function listText(list: ListValue, meter: Meter): string | Fault {
  const items: string[] = [];
  for (const item of list) {
    const shown = inner(item, meter);
    if (isFault(shown)) return shown;
    meter.work(shown.length);
    items.push(shown);
  }
  return `[${items.join(', ')}]`;
}

function mapText(map: MapValue, meter: Meter): string | Fault {
  const entries: (readonly [string, string])[] = [];
  for (const key of map.keys()) {
    const name = inner(key, meter);
    const shown = inner(map.find(key) ?? null, meter);
    if (isFault(name)) return name;
    if (isFault(shown)) return shown;
    meter.work(name.length + shown.length);
    entries.push([name, shown]);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${entries.map(([name, shown]) => `${name}:${shown}`).join(', ')}}`;
}
