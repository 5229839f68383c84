/** What the scalar types of the API accept, how they are normalised, and the errors of Go's decoder where they refuse. */
import { canonicalQuantity, QuantityError } from '../quantity.ts';
import { rfc3339 } from '../../lib/clock.ts';

/** A value that its type refuses, in words that need no context: a malformed time, quantity or base64 text. */
export class MalformedValue extends Error {}

/** What Go calls the type of a JSON value in an error. */
export function kindOf(value: unknown, integerWanted = false): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  // A number that is of the right type but does not fit is shown.
  if (typeof value === 'number' && integerWanted) return `number ${value}`;
  return typeof value;
}

const into = (value: unknown, type: string) => {
  throw new MalformedValue(`json: cannot unmarshal ${kindOf(value, type === 'int32')} into Go value of type ${type}`);
};

export const int32Fits = (value: unknown): boolean => typeof value === 'number' && (value | 0) === value;
export const int64Fits = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;

/** A quantity in its canonical form. */
export function decodeQuantity(value: unknown): string {
  try {
    return canonicalQuantity(typeof value === 'string' ? value.trim() : typeof value === 'number' ? value : typeof value);
  } catch (error) {
    if (error instanceof QuantityError) throw new MalformedValue(error.message);
    throw error;
  }
}

export function decodeIntOrString(value: unknown): unknown {
  return typeof value === 'string' || int32Fits(value) ? value : into(value, 'int32');
}

const canonicalTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const offsetTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A `metav1.Time`: RFC 3339, kept in UTC and whole seconds. */
export function decodeTime(value: unknown): unknown {
  if (typeof value !== 'string') return into(value, 'string');
  if (canonicalTime.test(value) && existsInCalendar(value)) return value;
  const time = offsetTime.test(value) && existsInCalendar(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw malformedTime(value, '2006-01-02T15:04:05Z07:00');
  return rfc3339(new Date(time));
}

/** A `metav1.MicroTime`: RFC 3339 with exactly six digits of a second, kept in UTC. */
export function decodeMicroTime(value: unknown): unknown {
  if (typeof value !== 'string') return into(value, 'string');
  const parts = offsetTime.exec(value);
  const fraction = parts?.[2];
  const time = parts && fraction?.length === 7 && existsInCalendar(value) ? Date.parse(`${parts[1]}${parts[3]}`) : NaN;
  if (Number.isNaN(time)) throw malformedTime(value, '2006-01-02T15:04:05.000000Z07:00');
  return rfc3339(new Date(time)).replace('Z', `${fraction}Z`);
}

const malformedTime = (value: string, layout: string) =>
  new MalformedValue(
    `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as ${JSON.stringify(layout)}`,
  );

/** `Date.parse` takes the 31st of any month. */
function existsInCalendar(value: string): boolean {
  const day = Number(value.slice(8, 10));
  return day <= 28 || new Date(Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)), 0)).getUTCDate() >= day;
}

/** Bytes in base64, as `[]byte`; line breaks are dropped. */
export function decodeBytes(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  const text = /[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value;
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text;
  const good = /^[A-Za-z0-9+/]*/.exec(text)![0].length;
  throw new MalformedValue(`illegal base64 data at input byte ${good === text.length ? good - (good % 4) : good}`);
}
