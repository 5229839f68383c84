import type { KubeObject } from '../../src/machinery/meta.ts';
import type { ResourceDefinition } from '../../src/machinery/resource.ts';
import type { CommitRow } from '../../src/storage/backend.ts';

/** All objects of the cluster after a commit. Immutable. */
export class SimState {
  readonly revision: number;
  readonly #kinds: ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;

  constructor(revision = 1, kinds: ReadonlyMap<string, ReadonlyMap<string, KubeObject>> = new Map()) {
    this.revision = revision;
    this.#kinds = kinds;
  }

  get<T extends KubeObject>({ resource }: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    return this.#kinds.get(resource)?.get(`${namespace}/${name}`) as T | undefined;
  }

  list<T extends KubeObject>({ resource }: ResourceDefinition<T>, namespace?: string): T[] {
    const all = [...(this.#kinds.get(resource)?.values() ?? [])] as T[];
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }

  ownedBy<T extends KubeObject>(resource: ResourceDefinition<T>, uid: string): T[] {
    return this.list(resource).filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller),
    );
  }

  /** Every object, with the name of its kind. */
  *all(): Generator<{ resource: string; object: KubeObject }> {
    for (const [resource, objects] of this.#kinds) for (const object of objects.values()) yield { resource, object };
  }

  /** The state after these changes. */
  after(changes: readonly SimChange[]): SimState {
    const kinds = new Map(this.#kinds);
    const copied = new Set<string>();
    for (const { resource, key, after } of changes) {
      if (!copied.has(resource)) kinds.set(resource, new Map(kinds.get(resource)));
      copied.add(resource);
      const objects = kinds.get(resource) as Map<string, KubeObject>;
      if (after) objects.set(key, after);
      else objects.delete(key);
    }
    return new SimState(changes.at(-1)?.revision ?? this.revision, kinds);
  }

  /** The changes that rows of the log make to this state. */
  changesOf(rows: readonly CommitRow[]): SimChange[] {
    const latest = new Map<string, KubeObject | undefined>();
    return rows.map(({ resource, namespace, name, revision, type, text }) => {
      const key = `${namespace}/${name}`;
      const path = `${resource} ${key}`;
      const before = latest.has(path) ? latest.get(path) : this.#kinds.get(resource)?.get(key);
      const written = JSON.parse(text) as KubeObject;
      const after = type === 'DELETED' ? undefined : written;
      latest.set(path, after);
      return { type, resource, key, revision, written, before, after };
    });
  }
}

/** One line of the log. */
export interface SimChange {
  type: CommitRow['type'];
  /** `ResourceDefinition.resource`. */
  resource: string;
  key: string;
  revision: number;
  /** The object in the log: for a deletion its last state. */
  written: KubeObject;
  before: KubeObject | undefined;
  after: KubeObject | undefined;
}
