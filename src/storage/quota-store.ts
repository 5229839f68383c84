import type { KubeObject } from '../machinery/meta.ts';
import type { Reader } from '../machinery/reader.ts';
import { StoreError, type Change, type Decision, type Entry, type ListOptions, type ListResult, type ObjectKey, type Store, type Writer } from './store.ts';

/** What a cluster may hold at most. */
export interface StoreQuota {
  objects?: number;
  /** Length of the objects as JSON. */
  bytes?: number;
  nodes?: number;
}

const nodes = 'nodes';

/**
 * A store that refuses what is past a quota, with `quota`: objects and nodes that would be one too many, and, when the bytes
 * are used up, whatever makes anything longer. What makes room always passes. A write costs a comparison of counters; the
 * bytes are those committed, so that writes under way together may pass their quota.
 */
export class QuotaStore implements Store {
  readonly #inner: Store;
  readonly #quota: StoreQuota;
  #objects = 0;
  #bytes = 0;
  #nodes = 0;
  /** Objects that have been decided on and are not committed yet. */
  readonly #coming = new Set<string>();
  #comingNodes = 0;
  #enforced = false;

  /** `entries` is what the store holds now. */
  constructor(inner: Store, quota: StoreQuota, entries: Iterable<Entry>) {
    this.#inner = inner;
    this.#quota = quota;
    for (const entry of entries) this.#add(entry, 1);
    inner.subscribe((changes) => changes.forEach((change) => this.#committed(change)));
  }

  /** From now on: what every cluster has is made whatever the quota is. */
  enforce(): void {
    this.#enforced = true;
  }

  get revision(): number {
    return this.#inner.revision;
  }

  async write(
    key: ObjectKey,
    decide: (current: Entry | undefined, pending: Reader) => Decision,
    writer?: Writer,
  ): Promise<Entry | undefined> {
    let coming = false;
    try {
      return await this.#inner.write(key, (current, pending) => {
        const decision = decide(current, pending);
        if (decision.type !== 'put') return decision;
        if (this.#enforced) this.#check(key, current, decision.object);
        if (!current) {
          coming = true;
          this.#comes(key);
        }
        return decision;
      }, writer);
    } catch (error) {
      if (coming) this.#isThere(key);
      throw error;
    }
  }

  get(key: ObjectKey): Promise<Entry | undefined> {
    return this.#inner.get(key);
  }

  list(resource: string, options?: ListOptions): Promise<ListResult> {
    return this.#inner.list(resource, options);
  }

  revisionAt(time: Date): Promise<number> {
    return this.#inner.revisionAt(time);
  }

  changesAfter(revision: number): Promise<readonly Change[]> {
    return this.#inner.changesAfter(revision);
  }

  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    return this.#inner.subscribe(listener);
  }

  compact(revision: number): Promise<void> {
    return this.#inner.compact(revision);
  }

  checkLock(): void {
    this.#inner.checkLock();
  }

  ping(): Promise<void> {
    return this.#inner.ping();
  }

  #check(key: ObjectKey, current: Entry | undefined, object: KubeObject): void {
    const { objects, bytes, nodes: nodesMax } = this.#quota;
    if (!current && objects !== undefined && this.#objects + this.#coming.size >= objects) throw exceeded('objects', objects);
    if (!current && nodesMax !== undefined && key.resource === nodes && this.#nodes + this.#comingNodes >= nodesMax)
      throw exceeded('nodes', nodesMax);
    if (bytes !== undefined && this.#bytes >= bytes && !(current && lengthAt(object, current.revision) <= current.text.length))
      throw exceeded('bytes', bytes);
  }

  #comes(key: ObjectKey): void {
    this.#coming.add(pathOf(key));
    if (key.resource === nodes) this.#comingNodes++;
  }

  #isThere(key: ObjectKey): void {
    if (this.#coming.delete(pathOf(key)) && key.resource === nodes) this.#comingNodes--;
  }

  #committed({ type, entry, previous }: Change): void {
    if (previous) this.#add(previous, -1);
    if (type !== 'DELETED') this.#add(entry, 1);
    if (type === 'ADDED') this.#isThere(entry.key);
  }

  #add({ key, text }: Entry, sign: 1 | -1): void {
    this.#objects += sign;
    this.#bytes += sign * text.length;
    if (key.resource === nodes) this.#nodes += sign;
  }
}

/** How long an object would be with that revision. */
const lengthAt = (object: KubeObject, revision: number): number =>
  JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }).length;

const exceeded = (what: string, limit: number): StoreError =>
  new StoreError('quota', `exceeded quota of the cluster: ${what}, limited: ${limit}`);

const pathOf = ({ resource, namespace, name }: ObjectKey): string => `${resource}/${namespace}/${name}`;
