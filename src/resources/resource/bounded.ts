/** Lists and maps of devices have bounds, and nothing in them is looked at if they are too large. */
import { fieldDuplicate, fieldTooMany, type FieldError } from '../../machinery/status.ts';

type Validate<T> = (item: T, path: string) => FieldError[];

export const validateList = <T>(items: readonly T[] = [], max: number, validate: Validate<T>, path: string): FieldError[] =>
  items.length > max
    ? [fieldTooMany(path, items.length, max)]
    : items.flatMap((item, i) => validate(item, `${path}[${i}]`));

/** The same for a list without duplicates: no two items have the same key. */
export function validateSet<T>(
  items: readonly T[] = [],
  max: number,
  validate: Validate<T>,
  keyOf: (item: T) => string,
  path: string,
): FieldError[] {
  const errors = validateList(items, max, validate, path);
  if (items.length > max) return errors;
  const keys = new Set<string>();
  for (const [i, item] of items.entries()) {
    const key = keyOf(item);
    if (keys.has(key)) errors.push(fieldDuplicate(`${path}[${i}]`, key));
    keys.add(key);
  }
  return errors;
}

/** Keys are checked at the path of the map, values at their own, in which a key has `keyLengthMax` characters at most. */
export function validateMap<T>(
  map: Readonly<Record<string, T>> = {},
  limits: { entries: number; keyLength: number },
  validateKey: (key: string, path: string) => FieldError[],
  validate: Validate<T>,
  path: string,
): FieldError[] {
  const entries = Object.entries(map);
  if (entries.length > limits.entries) return [fieldTooMany(path, entries.length, limits.entries)];
  return entries.flatMap(([key, item]) => [
    ...validateKey(key, path),
    ...validate(item, `${path}[${shortened(key, limits.keyLength)}]`),
  ]);
}

/** A text without its middle, if it is too long. */
function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const remaining = max - 3;
  return `${text.slice(0, Math.ceil(remaining / 2))}...${text.slice(text.length - Math.floor(remaining / 2))}`;
}
