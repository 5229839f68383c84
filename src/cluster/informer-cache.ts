import { limits } from '../lib/limits.ts';
import { controllerOf, type KubeObject } from '../machinery/meta.ts';
import type { ObjectChange, Reader, Snapshot } from '../machinery/reader.ts';
import type { ResourceDefinition } from '../machinery/resource.ts';
import { RecentChanges } from '../storage/recent-changes.ts';
import type { Change, Entry } from '../storage/store.ts';

/** Entries by what they are looked up by. Entries are told apart by identity: a change names the very one that it replaces. */
class Index {
  /** Most keys have one entry, and a Set takes ten times the room. */
  readonly #found = new Map<string, Entry | Set<Entry>>();

  add(key: string, entry: Entry): void {
    const found = this.#found.get(key);
    if (found === undefined) this.#found.set(key, entry);
    else if (found instanceof Set) found.add(entry);
    else this.#found.set(key, new Set([found, entry]));
  }

  remove(key: string, entry: Entry): void {
    const found = this.#found.get(key);
    if (found instanceof Set) {
      found.delete(entry);
      if (found.size === 0) this.#found.delete(key);
    } else if (found === entry) this.#found.delete(key);
  }

  get(key: string): Iterable<Entry> {
    const found = this.#found.get(key);
    return found === undefined ? [] : found instanceof Set ? found : [found];
  }
}

const placeOf = (resource: string, namespace: string) => `${resource}|${namespace}`;

/**
 * The committed state as controllers see it, with indexes by owner and of what has none, which follow the commits. It
 * holds no copies: the objects are the store's own.
 */
export class InformerCache implements Snapshot {
  readonly #committed: Reader;
  readonly #entries: (resource: string) => Iterable<Entry>;
  readonly #revision: () => number;
  readonly #present: (object: KubeObject) => KubeObject;
  readonly #presented: ReadonlySet<string>;
  readonly #owners = new Index();
  readonly #orphans = new Index();
  /** The same changes that the store keeps for watches. */
  readonly #recent = new RecentChanges(limits);
  /** The kinds whose orphans somebody has asked for; only theirs are followed. */
  readonly #orphanKinds = new Set<string>();
  readonly #byField = new Index();
  /** The fields that somebody has asked for, by kind; only they are followed. */
  readonly #fields = new Map<string, Map<string, FieldReader>>();

  /**
   * @param committed the store's committed state; `entries` gives that of a kind
   * @param revision the newest committed revision
   * @param presented kinds (by `resource`) whose objects have fields that are known live; `present` fills them in
   */
  constructor(options: {
    committed: Reader;
    entries: (resource: string) => Iterable<Entry>;
    revision: () => number;
    presented: ReadonlySet<string>;
    present: (object: KubeObject) => KubeObject;
  }) {
    this.#committed = options.committed;
    this.#entries = options.entries;
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

  named<T extends KubeObject>(resource: ResourceDefinition<T>, fits: (name: string) => boolean): readonly T[] {
    const objects = this.#committed.named?.(resource, fits) ?? this.list(resource).filter(({ metadata }) => fits(metadata.name));
    return this.#presented.has(resource.resource) ? objects.map((object) => this.#present(object) as T) : objects;
  }

  *each<T extends KubeObject>({ resource }: ResourceDefinition<T>): Iterable<T> {
    const isPresented = this.#presented.has(resource);
    for (const entry of this.#entries(resource)) yield (isPresented ? this.#present(entry.object) : entry.object) as T;
  }

  ownedBy<T extends KubeObject>({ resource }: ResourceDefinition<T>, uid: string): readonly T[] {
    const owned: T[] = [];
    for (const entry of this.#owners.get(uid)) if (entry.key.resource === resource) owned.push(entry.object as T);
    return owned;
  }

  dependentsOf(uid: string): readonly KubeObject[] {
    return Array.from(this.#owners.get(uid), (entry) => entry.object);
  }

  orphans<T extends KubeObject>({ resource }: ResourceDefinition<T>, namespace: string): readonly T[] {
    if (!this.#orphanKinds.has(resource)) {
      this.#orphanKinds.add(resource);
      for (const entry of this.#entries(resource)) if (isOrphan(entry)) this.#orphans.add(placeOf(resource, entry.key.namespace), entry);
    }
    return Array.from(this.#orphans.get(placeOf(resource, namespace)), (entry) => entry.object as T);
  }

  withField<T extends KubeObject>(resource: ResourceDefinition<T>, field: string, value: string): readonly T[] {
    const fields = this.#fields.get(resource.resource) ?? new Map<string, FieldReader>();
    if (!fields.has(field)) {
      const read = resource.selectableFields[field] as FieldReader | undefined;
      if (!read) throw new Error(`${resource.resource} cannot be selected by ${field}`);
      this.#fields.set(resource.resource, fields.set(field, read));
      for (const entry of this.#entries(resource.resource)) this.#byField.add(fieldKey(entry, field, read), entry);
    }
    return Array.from(this.#byField.get(`${resource.resource}|${field}|${value}`), (entry) => entry.object as T);
  }

  changesSince(revision: number, resources: ReadonlySet<string>): readonly ObjectChange[] | undefined {
    return this.#recent
      .after(revision, this.#revision())
      ?.filter(({ entry }) => resources.has(entry.key.resource))
      .map(({ type, entry, previous }) => ({
        resource: entry.key.resource,
        ...(previous && { before: previous.object }),
        ...(type === 'DELETED' ? { before: (previous ?? entry).object } : { after: entry.object }),
      }));
  }

  /** Takes in entries as they stand after a load. */
  add(entries: Iterable<Entry>): void {
    for (const entry of entries) this.#index(entry);
  }

  /** Takes in the changes of a commit. */
  apply(changes: readonly Change[]): void {
    this.#recent.push(changes);
    for (const change of changes) {
      if (change.previous) this.#unindex(change.previous);
      if (change.type !== 'DELETED') this.#index(change.entry);
    }
  }

  #index(entry: Entry): void {
    for (const { uid } of entry.object.metadata.ownerReferences ?? []) this.#owners.add(uid, entry);
    const { resource, namespace } = entry.key;
    if (this.#orphanKinds.has(resource) && isOrphan(entry)) this.#orphans.add(placeOf(resource, namespace), entry);
    for (const [field, read] of this.#fields.get(resource) ?? []) this.#byField.add(fieldKey(entry, field, read), entry);
  }

  #unindex(entry: Entry): void {
    for (const { uid } of entry.object.metadata.ownerReferences ?? []) this.#owners.remove(uid, entry);
    const { resource, namespace } = entry.key;
    this.#orphans.remove(placeOf(resource, namespace), entry);
    for (const [field, read] of this.#fields.get(resource) ?? []) this.#byField.remove(fieldKey(entry, field, read), entry);
  }
}

type FieldReader = (object: KubeObject) => string;

const fieldKey = ({ key, object }: Entry, field: string, read: FieldReader) => `${key.resource}|${field}|${read(object)}`;

const isOrphan = (entry: Entry) => controllerOf(entry.object) === undefined;
