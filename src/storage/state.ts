import type { KubeObject } from '../machinery/meta.ts';
import type { Reader } from '../machinery/reader.ts';
import type { ResourceDefinition } from '../machinery/resource.ts';
import { SortedEntries } from './sorted-entries.ts';
import type { Change, Entry, ObjectKey } from './store.ts';

/** The objects of one kind. */
class Collection {
  readonly namespaces = new Map<string, SortedEntries>();
  all: readonly Entry[] | undefined;
}

const none: readonly Entry[] = [];

/** The objects of a cluster at one moment, in memory. Pure data: knows nothing of commits. */
export class State {
  readonly #collections = new Map<string, Collection>();

  get({ resource, namespace, name }: ObjectKey): Entry | undefined {
    return this.#collections.get(resource)?.namespaces.get(namespace)?.get(name);
  }

  /** Entries in order of namespace, then name. The array never changes afterwards. */
  list(resource: string, namespace?: string): readonly Entry[] {
    const collection = this.#collections.get(resource);
    if (!collection) return none;
    if (namespace !== undefined) return collection.namespaces.get(namespace)?.all() ?? none;
    return (collection.all ??= [...collection.namespaces.keys()].sort().flatMap((each) => collection.namespaces.get(each)!.all()));
  }

  set(entry: Entry): void {
    const { resource, namespace } = entry.key;
    let collection = this.#collections.get(resource);
    if (!collection) this.#collections.set(resource, (collection = new Collection()));
    let entries = collection.namespaces.get(namespace);
    if (!entries) collection.namespaces.set(namespace, (entries = new SortedEntries()));
    entries.set(entry);
    collection.all = undefined;
  }

  delete({ resource, namespace, name }: ObjectKey): void {
    const collection = this.#collections.get(resource);
    const entries = collection?.namespaces.get(namespace);
    if (!collection || !entries) return;
    entries.delete(name);
    collection.all = undefined;
    if (entries.isEmpty) collection.namespaces.delete(namespace);
  }

  /** Makes a change happen. */
  apply({ type, entry }: Change): void {
    if (type === 'DELETED') this.delete(entry.key);
    else this.set(entry);
  }

  /** Makes the newest change not have happened. */
  undo({ entry, previous }: Change): void {
    if (previous) this.set(previous);
    else this.delete(entry.key);
  }
}

/** Objects in the lists that a reader keeps: the parsed objects in them cannot be given up. Longer lists are made each time. */
const listedObjectsMax = 10_000;

/** Reads parsed objects from a state, as it is at the moment of each call. */
export class StateReader implements Reader {
  readonly #state: State;
  /** The objects of lists of entries, the oldest first; a list is only made again after a change. */
  readonly #lists = new Map<string, { entries: readonly Entry[]; objects: readonly KubeObject[] }>();
  #listed = 0;

  constructor(state: State) {
    this.#state = state;
  }

  get<T extends KubeObject>({ resource }: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    return this.#state.get({ resource, namespace, name })?.object as T | undefined;
  }

  list<T extends KubeObject>({ resource }: ResourceDefinition<T>, namespace?: string): readonly T[] {
    const entries = this.#state.list(resource, namespace);
    if (entries.length === 0) return [];
    const key = namespace === undefined ? resource : `${resource}|${namespace}`;
    const known = this.#lists.get(key);
    if (known?.entries === entries) return known.objects as readonly T[];
    const objects: readonly KubeObject[] = entries.map(({ object }) => object);
    this.#keep(key, entries, objects);
    return objects as readonly T[];
  }

  named<T extends KubeObject>({ resource }: ResourceDefinition<T>, fits: (name: string) => boolean): readonly T[] {
    return this.#state.list(resource).flatMap((entry) => (fits(entry.key.name) ? [entry.object as T] : []));
  }

  #keep(key: string, entries: readonly Entry[], objects: readonly KubeObject[]): void {
    this.#drop(key);
    if (objects.length > listedObjectsMax) return;
    this.#lists.set(key, { entries, objects });
    this.#listed += objects.length;
    for (const oldest of this.#lists.keys()) {
      if (this.#listed <= listedObjectsMax) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#listed -= this.#lists.get(key)?.objects.length ?? 0;
    this.#lists.delete(key);
  }
}
