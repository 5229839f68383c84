/**
 * Schedules of CronJobs: five fields (minute, hour, day of month, month, day of week) or a descriptor such as `@daily`, with
 * the grammar and the messages of the Go library that upstream uses (robfig/cron).
 */

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

const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const every = '@every ';

/** Throws `ScheduleError` unless the text is a schedule. `isTimeZone` judges the zone of a schedule that starts with one. */
export function checkSchedule(text: string, isTimeZone: (name: string) => boolean): void {
  const schedule = /^(?:CRON_)?TZ=/.test(text) ? withoutTimeZone(text, isTimeZone) : text;
  if (schedule.startsWith('@')) {
    checkDescriptor(schedule);
    return;
  }
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== fields.length)
    throw new ScheduleError(`expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`);
  for (const [i, bounds] of fields.entries())
    for (const range of parts[i]!.split(',')) if (range !== '') checkRange(range, bounds);
}

function withoutTimeZone(text: string, isTimeZone: (name: string) => boolean): string {
  const space = text.indexOf(' ');
  // Go panics here, and says so.
  if (space < 0) throw new ScheduleError('invalid schedule format: runtime error: slice bounds out of range [:-1]');
  const zone = text.slice(text.indexOf('=') + 1, space);
  if (!isTimeZone(zone)) throw new ScheduleError(`provided bad location ${zone}: unknown time zone ${zone}`);
  return text.slice(space).trim();
}

function checkDescriptor(text: string): void {
  if (descriptors.includes(text)) return;
  if (!text.startsWith(every)) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const wrong = durationError(text.slice(every.length));
  if (wrong) throw new ScheduleError(`failed to parse duration ${text}: ${wrong}`);
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

/** One part of a field: `*`, `5`, `1-5`, any of them with a step (`*\/15`). */
function checkRange(text: string, { min, max, names }: Bounds): void {
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
