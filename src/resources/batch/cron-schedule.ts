/**
 * Schedules of CronJobs: five fields (minute, hour, day of month, month, day of week) or a descriptor such as `@daily`, with
 * the grammar and the messages of the Go library that upstream uses (robfig/cron).
 */

/** The values of one field that a schedule means, and whether it was left open: `*` or `?`, without a larger step. */
export interface ScheduleField {
  readonly values: ReadonlySet<number>;
  readonly isOpen: boolean;
}

/** A schedule that was read. `cron-times.ts` knows when it is due. */
export type Schedule =
  | {
      readonly kind: 'fields';
      /** Where its fields are told: a name of the time zone database. */
      readonly timeZone: string;
      readonly minute: ScheduleField;
      readonly hour: ScheduleField;
      readonly dayOfMonth: ScheduleField;
      /** 1 is January. */
      readonly month: ScheduleField;
      /** 0 is Sunday. */
      readonly dayOfWeek: ScheduleField;
    }
  /** Again and again after the same time, whole seconds. */
  | { readonly kind: 'every'; readonly periodMs: number };

/** What is wrong with a schedule. */
export class ScheduleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScheduleError';
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const every = '@every ';

/**
 * Reads a schedule. It is told in `timeZone` unless it starts with a zone of its own (`TZ=Europe/Berlin 0 9 * * *`), which
 * `isTimeZone` judges. Throws `ScheduleError`.
 */
export function parseSchedule(text: string, isTimeZone: (name: string) => boolean, timeZone = 'UTC'): Schedule {
  if (!/^(?:CRON_)?TZ=/.test(text)) return parseZoned(text, timeZone);
  const space = text.indexOf(' ');
  // Go panics here, and says so.
  if (space < 0) throw new ScheduleError('invalid schedule format: runtime error: slice bounds out of range [:-1]');
  const zone = text.slice(text.indexOf('=') + 1, space);
  if (!isTimeZone(zone)) throw new ScheduleError(`provided bad location ${zone}: unknown time zone ${zone}`);
  return parseZoned(text.slice(space).trim(), zone);
}

function parseZoned(text: string, timeZone: string): Schedule {
  if (text.startsWith(every)) return { kind: 'every', periodMs: parsePeriod(text) };
  const described = Object.hasOwn(descriptors, text) ? descriptors[text] : undefined;
  if (text.startsWith('@') && described === undefined) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const parts = (described ?? text).split(/\s+/).filter((part) => part !== '');
  if (parts.length !== fields.length)
    throw new ScheduleError(`expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields.map((bounds, i) => parseField(parts[i]!, bounds));
  return {
    kind: 'fields',
    timeZone,
    minute: minute!,
    hour: hour!,
    dayOfMonth: dayOfMonth!,
    month: month!,
    dayOfWeek: dayOfWeek!,
  };
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** The time after `@every`, in whole seconds and at least one. */
function parsePeriod(text: string): number {
  const duration = text.slice(every.length);
  const wrong = durationError(duration);
  if (wrong) throw new ScheduleError(`failed to parse duration ${text}: ${wrong}`);
  let ms = 0;
  for (const [, amount, unit] of duration.matchAll(/([0-9.]+)([a-zµμ]+)/g)) ms += Number(amount) * unitMs[unit!]!;
  return Math.max(1, Math.floor((duration.startsWith('-') ? -ms : ms) / 1000)) * 1000;
}

/** What Go's `time.ParseDuration` has against the text (`1h30m` is fine). */
function durationError(text: string): string | undefined {
  const rest = text.replace(/^[-+]/, '');
  if (rest === '0' || /^(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  const number = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(.*)$/.exec(rest);
  if (!number) return `time: invalid duration ${JSON.stringify(text)}`;
  const unit = /^[^.0-9]*/.exec(number[1]!)![0];
  return unit === ''
    ? `time: missing unit in duration ${JSON.stringify(text)}`
    : `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
}

function parseField(text: string, bounds: Bounds): ScheduleField {
  const values = new Set<number>();
  let isOpen = false;
  for (const part of text.split(',')) {
    if (part === '') continue;
    const { start, end, step, any } = parseRange(part, bounds);
    for (let value = start; value <= end; value += step) values.add(value);
    isOpen ||= any && step === 1;
  }
  return { values, isOpen };
}

/** One part of a field: `*`, `5`, `1-5`, any of them with a step (`*\/15`). */
function parseRange(text: string, { min, max, names }: Bounds): { start: number; end: number; step: number; any: boolean } {
  const [range, stepText, ...moreSteps] = text.split('/') as [string, ...string[]];
  const [low, high, ...moreLimits] = range.split('-') as [string, ...string[]];
  const any = low === '*' || low === '?';
  const start = any ? min : parseNumber(low, names, min);
  let end = any ? max : start;
  if (!any && high !== undefined) {
    if (moreLimits.length > 0) throw new ScheduleError(`too many hyphens: ${text}`);
    end = parseNumber(high, names, min);
  }
  let step = 1;
  if (stepText !== undefined) {
    if (moreSteps.length > 0) throw new ScheduleError(`too many slashes: ${text}`);
    step = parseNumber(stepText);
    if (high === undefined) end = max;
  }
  if (start < min) throw new ScheduleError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new ScheduleError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`);
  return { start, end, step, any };
}

/** A number, or a name that stands for one: the first name for `first`. */
function parseNumber(text: string, names: readonly string[] = [], first = 0): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + first;
  if (!/^[-+]?[0-9]{1,18}$/.test(text))
    throw new ScheduleError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const number = Number(text);
  if (number < 0) throw new ScheduleError(`negative number (${number}) not allowed: ${text}`);
  return number;
}
