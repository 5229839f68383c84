/** Handling of plain JSON values that come from outside. */

export type Plain = Record<string, unknown>;

/** Whether a JSON value is an object. */
export const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An assignment that creates a property even for `__proto__`, which is a fine key of a map. */
export function setOwn(target: Plain, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/** A deep copy of a JSON value. Faster than `structuredClone`, which has more to look out for. */
export function copyPlain<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyPlain) as T;
  const copy: Plain = {};
  for (const key in value) setOwn(copy, key, copyPlain(value[key]));
  return copy as T;
}
