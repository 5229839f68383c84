import { sameValue } from './same-value.ts';

/** The names of the fields that differ, as one line; upstream prints a diff with their values. */
export function changedFields<T extends object>(object: T, old: T, path: string): string {
  const names = [...new Set([...Object.keys(object), ...Object.keys(old)])] as (keyof T & string)[];
  const changed = names.filter((name) => !sameValue(object[name], old[name])).sort();
  return `changed: ${changed.map((name) => `${path}.${name}`).join(', ')}`;
}
