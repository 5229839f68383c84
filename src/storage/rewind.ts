import type { EarlierRow } from './backend.ts';
import { textEntry } from './entry.ts';
import type { Change, Entry, ListOptions, ObjectKey } from './store.ts';

/** What an object was before something happened to it. */
export interface Earlier {
  readonly key: ObjectKey;
  /** What happened to it. It was not there before an ADDED. */
  readonly type: Change['type'];
  /** Missing if it was not there, or nobody knows any more. */
  readonly entry?: Entry;
}

export const earlierOf = ({ type, entry: { key }, previous }: Change): Earlier => ({ key, type, ...(previous && { entry: previous }) });

export function earlierOfRow({ resource, namespace, name, type, revision, text }: EarlierRow): Earlier {
  const key = { resource, namespace, name };
  return { key, type, ...(text !== undefined && { entry: textEntry(key, revision, text) }) };
}

/**
 * The entries of a list as they were before what happened since, oldest first; of each object only the first counts.
 * Undefined if the state before one of them is not known.
 */
export function rewindList(
  entries: readonly Entry[],
  happened: readonly Earlier[],
  resource: string,
  { namespace, name }: Pick<ListOptions, 'namespace' | 'name'>,
): readonly Entry[] | undefined {
  const first = new Map<string, Earlier>();
  for (const earlier of happened) {
    const { key } = earlier;
    if (key.resource !== resource || (namespace !== undefined && key.namespace !== namespace)) continue;
    if (name !== undefined && key.name !== name) continue;
    if (!first.has(pathOf(key))) first.set(pathOf(key), earlier);
  }
  if (first.size === 0) return entries;
  const before: Entry[] = [];
  for (const { type, entry } of first.values()) {
    if (entry) before.push(entry);
    else if (type !== 'ADDED') return undefined;
  }
  return [...entries.filter(({ key }) => !first.has(pathOf(key))), ...before].sort(byNamespaceAndName);
}

const pathOf = ({ namespace, name }: ObjectKey): string => `${namespace}/${name}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of every list. */
const byNamespaceAndName = (a: Entry, b: Entry): number =>
  compare(a.key.namespace, b.key.namespace) || compare(a.key.name, b.key.name);
