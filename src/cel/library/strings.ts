/** cel-go's extension of strings, version 2. Positions count code points. */
import { global, member, type Functions, type Implementation } from '../functions.ts';
import { dynType, intType, listOf, stringType } from '../types/type.ts';
import { ArrayList } from '../values/collections.ts';
import { Fault, isFault, type ListValue, type Outcome } from '../values/value.ts';
import { formatText } from './format-text.ts';

const outOfRange = (index: bigint) => new Fault(`index out of range: ${index}`);

/** Code points, counted as work: an extra pass over the text. */
const points: (...args: Parameters<Implementation>) => string[] = ([text], meter) => {
  meter.work((text as string).length);
  return Array.from(text as string);
};

const charAt: Implementation = (args, meter) => {
  const index = args[1] as bigint;
  const characters = points(args, meter);
  if (index < 0n || index > BigInt(characters.length)) return outOfRange(index);
  return characters[Number(index)] ?? '';
};

const substring: Implementation = (args, meter) => {
  const [, start, end] = args as [string, bigint, bigint?];
  const characters = points(args, meter);
  const length = BigInt(characters.length);
  if (end !== undefined && start > end) return new Fault(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end);
  return characters.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
};

/** The number of UTF-16 units before so many code points. */
const unitsOf = (characters: readonly string[], count: number) => characters.slice(0, count).join('').length;
const pointsBefore = (text: string, units: number) => BigInt(Array.from(text.slice(0, units)).length);

const indexOf: Implementation = (args, meter) => {
  const [text, wanted, offset = 0n] = args as [string, string, bigint?];
  if (offset < 0n) return outOfRange(offset);
  const characters = points(args, meter);
  const length = BigInt(characters.length);
  if (wanted === '') return offset > length ? length : offset;
  if (offset >= length) return -1n;
  const found = text.indexOf(wanted, unitsOf(characters, Number(offset)));
  return found < 0 ? -1n : pointsBefore(text, found);
};

const lastIndexOf: Implementation = (args, meter) => {
  const [text, wanted, offset] = args as [string, string, bigint?];
  if (offset !== undefined && offset < 0n) return outOfRange(offset);
  const characters = points(args, meter);
  const length = BigInt(characters.length);
  if (wanted === '') return offset === undefined || offset > length ? length : offset;
  if (offset !== undefined && offset >= length) return -1n;
  const found = text.lastIndexOf(wanted, offset === undefined ? undefined : unitsOf(characters, Number(offset)));
  return found < 0 ? -1n : pointsBefore(text, found);
};

/** A count of -1 is all; Go splits an empty separator between code points. */
function split(text: string, separator: string, count: bigint): string[] {
  if (count === 0n) return [];
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  const limit = Number(count);
  if (count < 0n || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

const splitAll: Implementation = (args, meter) => {
  const [text, separator, count = -1n] = args as [string, string, bigint?];
  meter.work(text.length);
  return new ArrayList(split(text, separator, count));
};

const replace: Implementation = (args, meter) => {
  const [text, old, replacement, count = -1n] = args as [string, string, string, bigint?];
  const isBetween = old === '';
  // An empty text is found before each code point and at the end.
  const parts = isBetween ? ['', ...points(args, meter), ''] : text.split(old);
  const places = parts.length - 1;
  const replaced = count < 0n ? places : Math.min(places, Number(count));
  const length = text.length + replaced * replacement.length;
  meter.work(length);
  if (length > textMax) return new Fault('string is too large');
  const joint = isBetween ? '' : old;
  return (
    parts.slice(0, replaced + 1).join(replacement) +
    parts
      .slice(replaced + 1)
      .map((part) => joint + part)
      .join('')
  );
};
/** Beyond what any budget lets an expression look at, and what JavaScript can hold. */
const textMax = 2 ** 28;

const join: Implementation = ([list, separator = ''], meter) => {
  const parts: string[] = [];
  for (const item of list as ListValue) {
    if (isFault(item)) return item;
    if (typeof item !== 'string') return new Fault('join: invalid input: no string');
    meter.work(item.length + (separator as string).length + 1);
    parts.push(item);
  }
  return parts.join(separator as string);
};

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const unpaired = /\p{Surrogate}/gu;
const quote = (text: string) => `"${text.replace(unpaired, '\ufffd').replace(/[\p{Cc}\\"]/gu, (sign) => escapes[sign] ?? sign)}"`;

/** What Go counts as white space. */
const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const leading = new RegExp(`^${space}+`);
function trim(text: string): string {
  const start = text.replace(leading, '');
  let end = start.length;
  while (end > 0 && isSpace.test(start[end - 1]!)) end--;
  return start.slice(0, end);
}
const isSpace = new RegExp(space);

const onText =
  (change: (text: string) => string): Implementation =>
  ([text]): Outcome =>
    change(text as string);

const stringList = listOf(stringType);

export const strings: Functions = {
  charAt: [member('string_char_at_int', [stringType, intType], stringType, charAt)],
  indexOf: [
    member('string_index_of_string', [stringType, stringType], intType, indexOf),
    member('string_index_of_string_int', [stringType, stringType, intType], intType, indexOf),
  ],
  lastIndexOf: [
    member('string_last_index_of_string', [stringType, stringType], intType, lastIndexOf),
    member('string_last_index_of_string_int', [stringType, stringType, intType], intType, lastIndexOf),
  ],
  lowerAscii: [
    member(
      'string_lower_ascii',
      [stringType],
      stringType,
      onText((text) => text.replace(/[A-Z]+/g, (run) => run.toLowerCase())),
    ),
  ],
  upperAscii: [
    member(
      'string_upper_ascii',
      [stringType],
      stringType,
      onText((text) => text.replace(/[a-z]+/g, (run) => run.toUpperCase())),
    ),
  ],
  replace: [
    member('string_replace_string_string', [stringType, stringType, stringType], stringType, replace),
    member('string_replace_string_string_int', [stringType, stringType, stringType, intType], stringType, replace),
  ],
  split: [
    member('string_split_string', [stringType, stringType], stringList, splitAll),
    member('string_split_string_int', [stringType, stringType, intType], stringList, splitAll),
  ],
  substring: [
    member('string_substring_int', [stringType, intType], stringType, substring),
    member('string_substring_int_int', [stringType, intType, intType], stringType, substring),
  ],
  trim: [member('string_trim', [stringType], stringType, onText(trim))],
  join: [
    member('list_join', [stringList], stringType, join),
    member('list_join_string', [stringList, stringType], stringType, join),
  ],
  'strings.quote': [global('strings_quote', [stringType], stringType, onText(quote))],
  format: [
    member('string_format', [stringType, listOf(dynType)], stringType, ([text, list], meter) =>
      formatText(text as string, list as ListValue, meter),
    ),
  ],
};
