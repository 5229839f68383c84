/** Reading JSON texts: syntax errors in Go's words, and keys that appear twice, which `JSON.parse` does not see. */
import { MalformedValue } from './scalars.ts';

/** Parses a text. Throws a `SyntaxError` in the words of Go's encoding/json, which clients know. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(goMessage(text, error instanceof Error ? error.message : ''));
  }
}

/** V8's descriptions of where it stopped, and Go's. */
const places: readonly [RegExp, string][] = [
  [/property name or '}'|double-quoted property/, 'looking for beginning of object key string'],
  [/after property value/, 'after object key:value pair'],
  [/after array element/, 'after array element'],
  [/after property name/, 'after object key'],
  [/after JSON/, 'after top-level value'],
  [/control character/, 'in string literal'],
  [/escaped character/, 'in string escape code'],
  [/Unexpected token|Unexpected string|Unexpected number/, 'looking for beginning of value'],
];

function goMessage(text: string, message: string): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? NaN);
  if (/end of JSON|Unterminated/.test(message) || position >= text.trimEnd().length) return 'unexpected end of JSON input';
  const character = Number.isNaN(position) ? /^Unexpected token '(.)'/su.exec(message)?.[1] : text[position];
  const place = places.find(([pattern]) => pattern.test(message))?.[1];
  return character !== undefined && place ? `invalid character '${character}' ${place}` : 'invalid JSON';
}

/** How many keys a text has, in objects at any depth, doubles included. The text must be valid JSON. */
export function countKeysInText(text: string): number {
  let count = 0;
  let at = text.indexOf('"');
  while (at !== -1) {
    let next = endOfString(text, at) + 1;
    while (isSpace(text.charCodeAt(next))) next++;
    if (text.charCodeAt(next) === colon) count++;
    at = text.indexOf('"', next);
  }
  return count;
}

const colon = 58;
const backslash = 92;
const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

/** The position of the quote that ends the string which starts at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text.charCodeAt(end - 1) === backslash) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    // An even number of backslashes are themselves escaped, and the quote is not.
    if ((end - before) % 2 === 1) return end;
    end = text.indexOf('"', end + 1);
  }
  return end === -1 ? text.length : end;
}

/** The fewest characters that a value takes in a text, with the comma behind it. */
const shortestValue = 2;

/** Whether a value that was read from a text, or bytes, of this length has more values in it than that. At any depth. */
export function hasMoreValues(value: unknown, length: number, max: number): boolean {
  if (length <= max * shortestValue) return false;
  let count = 1;
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inside: unknown[] = Array.isArray(next) ? next : Object.values(next);
    count += inside.length;
    if (count > max) return true;
    for (const each of inside) if (typeof each === 'object' && each !== null) left.push(each);
  }
  return false;
}

/** Nesting beyond this is refused: it would overflow the stack. No kind comes near. */
export const depthMax = 500;

/** How many keys a value has, in objects at any depth. Throws `MalformedValue` when nested too deeply. */
export function countKeysInValue(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= depthMax) throw new MalformedValue('exceeded max depth');
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeysInValue(item, depth + 1);
    return count;
  }
  for (const key in value) {
    count++;
    const child = (value as Record<string, unknown>)[key];
    if (typeof child === 'object') count += countKeysInValue(child, depth + 1);
  }
  return count;
}

const duplicatesMax = 100;

interface Frame {
  /** The keys seen so far; absent in an array. */
  keys?: Set<string>;
  /** The key or index of the child being read. */
  at: string | number;
}

/**
 * The paths of keys that appear twice in one object, in upstream's form: `spec.containers[0].name`. Slower than
 * `JSON.parse`, so only called when `countKeysInText` shows that there are some.
 */
export function findDuplicateKeys(text: string): string[] {
  const found = new Set<string>();
  const frames: Frame[] = [];
  for (let i = 0; i < text.length && found.size < duplicatesMax; i++) {
    const frame = frames[frames.length - 1];
    switch (text[i]) {
      case '{':
        frames.push({ keys: new Set(), at: '' });
        break;
      case '[':
        frames.push({ at: 0 });
        break;
      case '}':
      case ']':
        frames.pop();
        break;
      case ',':
        if (typeof frame?.at === 'number') frame.at++;
        break;
      case '"': {
        const end = endOfString(text, i);
        let next = end + 1;
        while (isSpace(text.charCodeAt(next))) next++;
        if (frame?.keys && text.charCodeAt(next) === colon) {
          const key = JSON.parse(text.slice(i, end + 1)) as string;
          frame.at = key;
          if (frame.keys.has(key)) found.add(formatPath(frames.map((each) => each.at)));
          frame.keys.add(key);
        }
        i = end;
      }
    }
  }
  return [...found];
}

/** A path as upstream's strict errors write it: `spec.containers[0].name`. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
}
