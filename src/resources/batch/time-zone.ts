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
