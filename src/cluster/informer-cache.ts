import type { KubeObject } from '../machinery/meta.ts';
import type { Reader, Snapshot } from '../machinery/reader.ts';
import type { ResourceDefinition } from '../machinery/resource.ts';
import type { Change, Entry } from '../storage/store.ts';

/** A map from an owner's uid to the entries that name it, by storage key. */
type OwnerIndex = Map<string, Map<string, Entry>>;

const entryKey = (entry: Entry) => `${entry.key.resource}|${entry.key.namespace}|${entry.key.name}`;

/**
 * The committed state as controllers see it, with an index by owner that follows the commits. It holds no copies: the
 * objects are the store's own.
 */
export class InformerCache implements Snapshot {
  readonly #committed: Reader;
  readonly #revision: () => number;
  readonly #present: (object: KubeObject) => KubeObject;
  readonly #presented: ReadonlySet<string>;
  readonly #owners: OwnerIndex = new Map();

  /**
   * @param committed the store's committed state
   * @param revision the newest committed revision
   * @param presented kinds (by `resource`) whose objects have fields that are known live; `present` fills them in
   */
  constructor(options: {
    committed: Reader;
    revision: () => number;
    presented: ReadonlySet<string>;
    present: (object: KubeObject) => KubeObject;
  }) {
    this.#committed = options.committed;
    this.#revision = options.revision;
    this.#presented = options.presented;
    this.#present = options.present;
  }

  get revision(): number {
    return this.#revision();
  }

  get<T extends KubeObject>(resource: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    const object = this.#committed.get(resource, namespace, name);
    return object && this.#presented.has(resource.resource) ? (this.#present(object) as T) : object;
  }

  list<T extends KubeObject>(resource: ResourceDefinition<T>, namespace?: string): readonly T[] {
    const objects = this.#committed.list(resource, namespace);
    return this.#presented.has(resource.resource) ? objects.map((object) => this.#present(object) as T) : objects;
  }

  ownedBy<T extends KubeObject>(resource: ResourceDefinition<T>, uid: string): readonly T[] {
    const owned: T[] = [];
    for (const entry of this.#owners.get(uid)?.values() ?? [])
      if (entry.key.resource === resource.resource) owned.push(entry.object as T);
    return owned;
  }

  dependentsOf(uid: string): readonly KubeObject[] {
    return [...(this.#owners.get(uid)?.values() ?? [])].map((entry) => entry.object);
  }

  /** Takes in entries as they stand after a load. */
  add(entries: Iterable<Entry>): void {
    for (const entry of entries) this.#index(entry);
  }

  /** Takes in the changes of a commit. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.previous) this.#unindex(change.previous);
      if (change.type !== 'DELETED') this.#index(change.entry);
    }
  }

  #index(entry: Entry): void {
    for (const { uid } of entry.object.metadata.ownerReferences ?? []) {
      let dependents = this.#owners.get(uid);
      if (!dependents) this.#owners.set(uid, (dependents = new Map()));
      dependents.set(entryKey(entry), entry);
    }
  }

  #unindex(entry: Entry): void {
    for (const { uid } of entry.object.metadata.ownerReferences ?? []) {
      const dependents = this.#owners.get(uid);
      dependents?.delete(entryKey(entry));
      if (dependents?.size === 0) this.#owners.delete(uid);
    }
  }
}
