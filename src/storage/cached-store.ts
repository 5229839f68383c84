import { limits as defaultLimits } from '../lib/limits.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { Reader } from '../machinery/reader.ts';
import type { Backend, LoadedState, NewDelivery, Row, Scope } from './backend.ts';
import { CarriedStates } from './carried.ts';
import { EntryPool } from './entry-pool.ts';
import { checkStorable, commitRow, logChange, rowEntry, StoredEntry, writtenEntry } from './entry.ts';
import { fencedError, GroupCommit, type DecidedChange } from './group-commit.ts';
import { RecentChanges, sizeOf } from './recent-changes.ts';
import { earlierOf, earlierOfRow, rewindList, type Earlier } from './rewind.ts';
import { State, StateReader } from './state.ts';
import {
  StoreError,
  type Change,
  type Decision,
  type Entry,
  type ListOptions,
  type ListResult,
  type ObjectKey,
  type Store,
  type Writer,
} from './store.ts';

export type StoreLimits = Pick<
  { [name in keyof typeof defaultLimits]: number },
  | 'objectBytes'
  | 'writesQueued'
  | 'commitChanges'
  | 'commitBytes'
  | 'recentEvents'
  | 'recentEventBytes'
  | 'catchUpEvents'
  | 'catchUpBytes'
  | 'rewindBytes'
  | 'warmBytes'
  | 'retiredBytes'
>;

export interface StoreOptions {
  limits?: Partial<StoreLimits>;
  /** Called once when the lock turns out to be lost: drop the store, and open another one when it is needed again. */
  onFenced?: () => void;
  /** How to wait between attempts to reach the database. */
  sleep?: (ms: number) => Promise<void>;
  /** Milliseconds since the epoch; default: the platform's clock. */
  now?: () => number;
  /** What webhooks are to be told of a change, in its commit. Asked for every change when it is decided; must not throw. */
  deliveries?: (change: Change) => readonly NewDelivery[] | undefined;
}

/** A cluster as it was loaded, in the store's own form. */
interface Loaded extends Omit<LoadedState, 'rows'> {
  entries: readonly StoredEntry[];
  pool: EntryPool;
}

/** Takes the cluster's lock and loads it. Throws `gone` if there is no such cluster, `unavailable` without a database. */
export async function openStore(backend: Backend, options: StoreOptions = {}): Promise<CachedStore> {
  const limits = { ...defaultLimits, ...options.limits };
  const pool = new EntryPool(limits);
  const entries: StoredEntry[] = [];
  const names = new Map<string, string>();
  /** One text for a name that many rows have. */
  const shared = (name: string): string => names.get(name) ?? (names.set(name, name), name);
  const take = (rows: readonly Row[]): void => {
    for (const row of rows) {
      const entry = rowEntry({ ...row, resource: shared(row.resource), namespace: shared(row.namespace) });
      entries.push(entry);
      pool.admit(entry);
    }
  };
  const loaded = await backend.load(take);
  take(loaded.rows);
  return new CachedStore(backend, { ...loaded, entries, pool }, options);
}

/**
 * The store of a cluster whose objects are all in memory, over a backend that keeps them. Two states are held, sharing
 * their entries: the committed one, which reads see, and the pending one, which writes are decided on. A change goes
 * into the pending state when it is decided and into the committed one after its commit; one that fails leaves the
 * pending state again, together with everything decided after it.
 */
export class CachedStore implements Store {
  /** The committed state, read without waiting: for controllers and the watch hub. */
  readonly committed: Reader;
  /** The cluster's settings when it was loaded, as JSON. */
  readonly settings: string;
  readonly #backend: Backend;
  readonly #limits: StoreLimits;
  readonly #committedState = new State();
  readonly #pendingState = new State();
  readonly #pending: Reader;
  readonly #recent: RecentChanges;
  readonly #pool: EntryPool;
  readonly #commits: GroupCommit;
  readonly #deliveries: StoreOptions['deliveries'];
  readonly #carried: CarriedStates;
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  #revision: number;
  #pendingRevision: number;
  #compactedRevision: number;

  constructor(backend: Backend, loaded: Loaded, options: StoreOptions = {}) {
    this.#backend = backend;
    this.settings = loaded.settings;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#deliveries = options.deliveries;
    this.#revision = this.#pendingRevision = loaded.revision;
    this.#carried = new CarriedStates(loaded.revision, options.now ?? Date.now);
    this.#compactedRevision = loaded.compactedRevision;
    this.#pool = loaded.pool;
    for (const entry of loaded.entries) {
      this.#committedState.set(entry);
      this.#pendingState.set(entry);
    }
    this.committed = new StateReader(this.#committedState);
    this.#pending = new StateReader(this.#pendingState);
    this.#recent = new RecentChanges(this.#limits);
    const handlers = {
      committed: (changes: readonly Change[]) => this.#commit(changes),
      discarded: (changes: readonly Change[]) => this.#discard(changes),
      fenced: () => options.onFenced?.(),
    };
    this.#commits = new GroupCommit(backend, loaded, this.#limits, handlers, options.sleep ?? sleep);
  }

  get revision(): number {
    return this.#revision;
  }

  /** The epoch of the lock that this holder writes under. */
  get epoch(): number {
    return this.#commits.epoch;
  }

  /** The committed entries of a kind, in order, without waiting. */
  entries(resource: string): readonly Entry[] {
    return this.#committedState.list(resource);
  }

  /** Whether the lock was lost: every call fails from now on. */
  get isFenced(): boolean {
    return this.#commits.isFenced;
  }

  async get(key: ObjectKey): Promise<Entry | undefined> {
    this.checkLock();
    return this.#committedState.get(key);
  }

  async list(resource: string, options: ListOptions = {}): Promise<ListResult> {
    this.checkLock();
    const current = this.#revision;
    const { namespace, name, revision = current } = options;
    if (revision > current) throw aheadError(revision, current);
    const all = this.#committedState.list(resource, namespace);
    const entries = name === undefined ? all : all.filter(({ key }) => key.name === name);
    if (revision === current) return { revision, entries };
    const rewound = rewindList(entries, await this.#since(revision, current, { resource, namespace, name }), resource, options);
    if (!rewound) throw compactedError(revision);
    return { revision, entries: rewound };
  }

  async revisionAt(time: Date): Promise<number> {
    this.checkLock();
    return this.#backend.revisionAt(time);
  }

  /** The objects in a scope that were changed after `revision` and not after `until`, as they were at `revision`. Throws as `list`. */
  async changedSince(revision: number, until: number, scope: Scope): Promise<readonly Earlier[]> {
    this.checkLock();
    if (revision > this.#revision) throw aheadError(revision, this.#revision);
    return (await this.#backend.earlier(revision, until, scope, this.#limits.rewindBytes)).map(earlierOfRow);
  }

  /** What happened after `revision` and not after `until`, oldest first; of an object the first at least. */
  async #since(revision: number, until: number, scope: Scope): Promise<readonly Earlier[]> {
    if (revision < this.#compactedRevision) throw compactedError(revision);
    const recent = this.#recent.after(revision, this.#revision);
    if (recent) return recent.filter((change) => change.revision <= until).map(earlierOf);
    return (await this.#backend.earlier(revision, until, scope, this.#limits.rewindBytes)).map(earlierOfRow);
  }

  async write(
    key: ObjectKey,
    decide: (current: Entry | undefined, pending: Reader) => Decision,
    writer?: Writer,
  ): Promise<Entry | undefined> {
    this.checkLock();
    while (this.#commits.isUnresolved) await this.#commits.recover();
    this.checkLock();
    if (this.#commits.waiting >= this.#limits.writesQueued) {
      throw new StoreError('overloaded', `${this.#limits.writesQueued} writes are waiting already`);
    }
    const current = this.#pendingState.get(key);
    let decided: DecidedChange[] = [];
    try {
      decided = this.#decided(key, current, decide(current, this.#pending), writer);
      if (decided.length > 0) {
        for (const { change } of decided) this.#pendingState.apply(change);
        this.#pendingRevision += decided.length;
        await this.#commits.add(decided);
        return decided[0]!.change.entry;
      }
    } catch (error) {
      // A refusal tells of the state it was decided on, which is nobody's business before it is committed.
      if (decided.length === 0) await this.#commits.settled();
      throw error;
    }
    await this.#commits.settled();
    return current;
  }

  async changesAfter(revision: number): Promise<readonly Change[]> {
    this.checkLock();
    if (revision > this.#revision) throw aheadError(revision, this.#revision);
    const changes: Change[] = [];
    let position = revision;
    let size = 0;
    for (;;) {
      if (revision < this.#compactedRevision) throw compactedError(revision);
      const recent = this.#recent.after(position, this.#revision);
      if (recent) return changes.length === 0 ? recent : [...changes, ...recent];
      if (this.#revision - revision > this.#limits.catchUpEvents) throw compactedError(revision);
      // Lines that are durable, but not visible here yet, are left for their commit to end.
      const rows = (await this.#backend.log(position, logPageLines)).filter((row) => row.revision <= this.#revision);
      if (rows.length === 0) throw compactedError(revision);
      for (const row of rows) {
        const change = logChange(row);
        changes.push(change);
        size += sizeOf(change);
      }
      if (size > this.#limits.catchUpBytes) throw compactedError(revision);
      position += rows.length;
    }
  }

  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async compact(revision: number): Promise<void> {
    this.checkLock();
    if (revision > this.#revision) throw aheadError(revision, this.#revision);
    if (revision <= this.#compactedRevision) return;
    try {
      await this.#backend.compact(this.#commits.epoch, revision);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'fenced') this.#commits.fence();
      throw error;
    }
    this.#compactedRevision = Math.max(this.#compactedRevision, revision);
  }

  /** What a decision changes, its own object first. Throws if any of it cannot be stored. */
  #decided(key: ObjectKey, current: Entry | undefined, decision: Decision, writer: Writer | undefined): DecidedChange[] {
    const revision = this.#pendingRevision + 1;
    switch (decision.type) {
      case 'put':
        return [
          this.#put(key, current, decision.object, revision, writer),
          ...(decision.also ?? []).map((put, i) =>
            this.#put(put.key, this.#pendingState.get(put.key), put.object, revision + 1 + i, writer),
          ),
        ];
      case 'delete': {
        if (!current) return [];
        const entry = writtenEntry(key, revision, decision.object);
        return [this.#decidedChange({ revision, type: 'DELETED', entry, previous: current }, decision.object, writer)];
      }
      case 'keep':
        return [];
    }
  }

  #put(
    key: ObjectKey,
    current: Entry | undefined,
    object: KubeObject,
    revision: number,
    writer: Writer | undefined,
  ): DecidedChange {
    const entry = writtenEntry(key, revision, object);
    checkStorable(entry, this.#limits.objectBytes);
    const change: Change = current
      ? { revision, type: 'MODIFIED', entry, previous: current }
      : { revision, type: 'ADDED', entry };
    return this.#decidedChange(change, object, writer);
  }

  #decidedChange(change: Change, { metadata }: KubeObject, writer: Writer | undefined): DecidedChange {
    const carries = change.previous !== undefined && this.#carried.includes(change.previous.revision, this.#pendingRevision);
    return { change, row: commitRow(change, metadata.uid, { writer, carries, deliveries: this.#deliveries?.(change) }) };
  }

  checkLock(): void {
    if (this.#commits.isFenced) throw fencedError();
  }

  async ping(): Promise<void> {
    this.checkLock();
    await this.#backend.log(this.#revision, 1);
  }

  #commit(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#committedState.apply(change);
      if (change.previous instanceof StoredEntry) this.#pool.retire(change.previous);
      if (change.type !== 'DELETED' && change.entry instanceof StoredEntry) this.#pool.admit(change.entry);
    }
    this.#revision = changes.at(-1)!.revision;
    this.#recent.push(changes);
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        // A listener's bug must be seen, but not by the writers.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #discard(changes: readonly Change[]): void {
    for (const change of changes) this.#pendingState.undo(change);
    this.#pendingRevision = changes.at(-1)!.revision - 1;
  }
}

/** Lines of the log that are read at once. */
const logPageLines = 2_000;

const aheadError = (revision: number, now: number): StoreError =>
  new StoreError('ahead', `revision ${revision} is in the future, now is ${now}`);

const compactedError = (revision: number): StoreError =>
  new StoreError('compacted', `the log no longer reaches back to revision ${revision}`);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
