import type { Change, Entry, ListOptions } from './store.ts';

/**
 * The entries of a list as they were before `changes` (all that happened since, oldest first). Undefined if the log no
 * longer knows the state before one of them.
 */
export function rewindList(
  entries: readonly Entry[],
  changes: readonly Change[],
  resource: string,
  { namespace }: Pick<ListOptions, 'namespace'>,
): readonly Entry[] | undefined {
  const firstChanges = new Map<string, Change>();
  for (const change of changes) {
    const { key } = change.entry;
    if (key.resource !== resource || (namespace !== undefined && key.namespace !== namespace)) continue;
    if (!firstChanges.has(pathOf(change.entry))) firstChanges.set(pathOf(change.entry), change);
  }
  if (firstChanges.size === 0) return entries;
  const before: Entry[] = [];
  for (const { type, previous } of firstChanges.values()) {
    if (previous) before.push(previous);
    else if (type !== 'ADDED') return undefined;
  }
  return [...entries.filter((entry) => !firstChanges.has(pathOf(entry))), ...before].sort(byNamespaceAndName);
}

const pathOf = ({ key }: Entry): string => `${key.namespace}/${key.name}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of every list. */
const byNamespaceAndName = (a: Entry, b: Entry): number =>
  compare(a.key.namespace, b.key.namespace) || compare(a.key.name, b.key.name);
