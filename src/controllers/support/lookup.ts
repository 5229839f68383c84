import type { KubeObject } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';

/** What a lookup knows about one cluster, as of a revision. */
interface Known<T> {
  revision: number;
  readonly sets: Map<string, Map<string, T>>;
}

/**
 * Finds objects of a kind by something else than their name, as the claims of a pod or the node of a volume. It follows the
 * commits, so that looking costs as much as is found; the first look at a cluster reads all objects of the kind.
 */
export class Lookup<T extends KubeObject> {
  readonly #resource: ResourceDefinition<T>;
  readonly #keysOf: (object: T) => readonly string[];
  /** What is derived from a state goes with it. */
  readonly #known = new WeakMap<Snapshot, Known<T>>();

  /** @param keysOf what an object is found by */
  constructor(resource: ResourceDefinition<T>, keysOf: (object: T) => readonly string[]) {
    this.#resource = resource;
    this.#keysOf = keysOf;
  }

  /** The objects with this key, in no particular order. */
  get(key: string, snapshot: Snapshot): T[] {
    return [...(this.#follow(snapshot).sets.get(key)?.values() ?? [])];
  }

  #follow(snapshot: Snapshot): Known<T> {
    const { revision } = snapshot;
    const known = this.#known.get(snapshot);
    if (known?.revision === revision) return known;
    const changes = known && snapshot.changesSince?.(known.revision, new Set([this.#resource.resource]));
    if (!known || !changes) {
      const sets: Known<T>['sets'] = new Map();
      for (const object of snapshot.list(this.#resource)) this.#add(object, sets);
      const fresh = { revision, sets };
      this.#known.set(snapshot, fresh);
      return fresh;
    }
    for (const { before, after } of changes) {
      if (before) this.#remove(before as T, known.sets);
      if (after) this.#add(after as T, known.sets);
    }
    known.revision = revision;
    return known;
  }

  #add(object: T, sets: Known<T>['sets']): void {
    for (const key of this.#keysOf(object)) {
      const set = sets.get(key);
      if (set) set.set(nameOf(object), object);
      else sets.set(key, new Map([[nameOf(object), object]]));
    }
  }

  #remove(object: T, sets: Known<T>['sets']): void {
    for (const key of this.#keysOf(object)) {
      const set = sets.get(key);
      set?.delete(nameOf(object));
      if (set?.size === 0) sets.delete(key);
    }
  }
}

const nameOf = ({ metadata: { namespace = '', name } }: KubeObject) => `${namespace}/${name}`;
