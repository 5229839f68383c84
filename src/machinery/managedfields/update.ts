import type { KubeObject } from '../meta.ts';
import { rfc3339 } from '../../lib/clock.ts';
import type { Plain } from '../plain.ts';
import { compare, type Comparison } from './compare.ts';
import { UnusableItem } from './items.ts';
import { capEntries, entryOf, fieldsOf, isOf, sortEntries, withFields, type Entries, type Manager } from './managers.ts';
import { difference, isEmptySet, union } from './set.ts';
import type { StructType } from './type.ts';

/**
 * Who manages what after a write that is no apply: the writer, all that it added or changed; nobody, what it removed.
 *
 * `scope` is what the write has a say in; `live` the object before, or undefined for a new one; `next` the object as the
 * client meant it, defaults included but before the server adds its own; `entries` those of before, or sent by the client.
 * An object that nobody is known to manage stays that way. Returns `entries` itself if nothing changed.
 */
export function updateEntries(
  scope: StructType,
  live: KubeObject | undefined,
  next: KubeObject,
  entries: Entries,
  manager: Omit<Manager, 'operation'>,
  now: Date,
): Entries {
  if (entries.length === 0 && live !== undefined) return entries;
  let comparison: Comparison;
  try {
    comparison = compare(scope, (live ?? {}) as unknown as Plain, next as unknown as Plain);
  } catch (error) {
    // Upstream rather forgets who manages what than to refuse a write that is right otherwise.
    if (error instanceof UnusableItem) return [];
    throw error;
  }
  const { changed } = comparison;
  if (isEmptySet(changed) && isEmptySet(comparison.removed)) return entries;
  const left = leaveTo(entries, manager.apiVersion, comparison);
  if (isEmptySet(changed)) return left;
  const writer: Manager = { ...manager, operation: 'Update' };
  const own = left.findIndex((entry) => isOf(entry, writer));
  if (own < 0) left.push(entryOf(writer, changed, rfc3339(now)));
  else left[own] = entryOf(writer, union(fieldsOf(left[own]!), changed), rfc3339(now));
  return sortEntries(capEntries(left));
}

/**
 * The entries without what is managed by a write from now on, and without what is gone. Entries of versions that the kind
 * is no longer served in are dropped.
 */
export function leaveTo(entries: Entries, apiVersion: string, { changed, removed }: Comparison) {
  return entries.flatMap((entry) => {
    if (entry.apiVersion !== apiVersion) return [];
    const left = withFields(entry, difference(difference(fieldsOf(entry), changed), removed));
    return left ? [left] : [];
  });
}
