import { fieldInvalid, type FieldError } from '../../machinery/status.ts';

/** Parts of names in the time zone database; digits and plus signs are in some old ones. */
const partPattern = /^[A-Za-z.\-_0-9+]{1,14}$/;

/** Whether the time zone database knows the name, in its own spelling. */
export function isTimeZone(name: string): boolean {
  // Offsets, which Intl takes for zones, are none in the database.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // Intl does not mind the case of letters; an alias resolves to another name, whose spelling says nothing.
    return timeZone.toLowerCase() !== name.toLowerCase() || timeZone === name;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export function validateTimeZone(name: string | undefined, path: string): FieldError[] {
  if (name === undefined) return [];
  if (name === '') return [fieldInvalid(path, name, 'timeZone must be nil or non-empty string')];
  const parts = name.split('/');
  const unknown = fieldInvalid(path, name, `unknown time zone ${name}`);
  if (parts.some((part) => part === '.' || part === '..' || part.startsWith('-') || !partPattern.test(part))) return [unknown];
  if (name.toLowerCase() === 'local') {
    const explicit = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [fieldInvalid(path, name, explicit), ...(name === 'Local' ? [] : [unknown])];
  }
  return isTimeZone(name) ? [] : [unknown];
}

const formats = new Map<string, Intl.DateTimeFormat>();
const formatsMax = 64;

/** How far clocks in the zone are ahead of UTC at a moment (ms since the epoch), in ms, to the minute. */
export function offsetMs(timeZone: string, ms: number): number {
  if (timeZone === 'UTC') return 0;
  let format = formats.get(timeZone);
  if (!format) {
    // `longOffset` is the one part needed: GMT, GMT+05:30, GMT-00:44:30.
    format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    if (formats.size >= formatsMax) formats.clear();
    formats.set(timeZone, format);
  }
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
