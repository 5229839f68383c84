import type { KubeObject } from '../machinery/meta.ts';
import type { Reader } from '../machinery/reader.ts';

/** Where an object is. `resource` is `ResourceDefinition.resource`; `namespace` is '' for cluster-scoped kinds. */
export interface ObjectKey {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object as it stands in the store. Shared and immutable: copy before changing. */
export interface Entry {
  readonly key: ObjectKey;
  /** The revision that wrote it: its resourceVersion. */
  readonly revision: number;
  /** Its JSON, resourceVersion included: what a client gets, ready to send. */
  readonly text: string;
  /** The same, parsed on first use and then kept. */
  readonly object: KubeObject;
}

/** One line of the log. */
export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** After the change; for DELETED the last state, with this change's revision as its resourceVersion. */
  readonly entry: Entry;
  /**
   * Before the change. Missing for ADDED, and where the log no longer has it: who has to know whether the object matched
   * a selector before must then assume that it did.
   */
  readonly previous?: Entry;
}

/** Another object that a write changes, as a quota that it is charged to. */
export interface Put {
  readonly key: ObjectKey;
  /** As the pending state has it now, changed; without a resourceVersion. */
  readonly object: KubeObject;
}

/** Who writes, for the log. */
export interface Writer {
  /** Whose request it is. Absent when the cluster itself writes. */
  readonly user?: { readonly name: string };
  readonly fieldManager?: string;
}

/** What a write wants, given the current state. */
export type Decision =
  /** The new object, without a resourceVersion: the store gives it. What is `also` put lands in the same commit, or nothing does. */
  | { type: 'put'; object: KubeObject; also?: readonly Put[] }
  /** Removes the object; `object` is its last state. Without a current object it is as `keep`. */
  | { type: 'delete'; object: KubeObject }
  /** Changes nothing (a no-op update, a dry run). Answered once everything it was decided on is committed. */
  | { type: 'keep' };

export interface ListOptions {
  namespace?: string;
  /** Only the object of that name. With a namespace, where the kind has them. */
  name?: string;
  /** The state at this revision instead of the newest (later pages of a paged list). */
  revision?: number;
}

export interface ListResult {
  /** The revision this is the state of. */
  revision: number;
  /** In order of namespace, then name. */
  entries: readonly Entry[];
}

/**
 * The objects of one cluster and the log of their changes.
 *
 * Contract, held by every implementation (`test/contracts/store.ts`):
 * - Revisions are one sequence for the whole cluster. Each change has its own; what is visible has no holes: who sees
 *   revision n sees every change up to n.
 * - A new cluster is at revision 1, and its log begins after it.
 * - What a decision puts besides its own object has revisions of its own, after that one's, in the order given.
 * - `write` is acknowledged after its commit. `decide` runs synchronously, alone, on the state after every write before
 *   it, committed or not; it may throw, then nothing is written and the error comes back, once everything it was decided
 *   on is committed. It must not change what it is given. If the commit of an earlier write fails, so do the writes that
 *   were decided on it, whatever they had decided.
 * - Reads see committed state only, and a caller sees its own acknowledged writes.
 * - Errors are `StoreError`s, or whatever `decide` threw.
 */
export interface Store {
  /** The newest committed revision. */
  readonly revision: number;
  get(key: ObjectKey): Promise<Entry | undefined>;
  list(resource: string, options?: ListOptions): Promise<ListResult>;
  /** Resolves to the entry after the write (for `delete`: the last state; for `keep`: the current one, if any). */
  write(
    key: ObjectKey,
    decide: (current: Entry | undefined, pending: Reader) => Decision,
    writer?: Writer,
  ): Promise<Entry | undefined>;
  /** The newest revision that was written at that time or before. Throws `compacted` if the log does not reach back that far. */
  revisionAt(time: Date): Promise<number>;
  /**
   * The changes after `revision`, oldest first, up to the newest. Throws `compacted` if some are gone, `ahead` if that
   * revision was never given out.
   */
  changesAfter(revision: number): Promise<readonly Change[]>;
  /** Calls `listener` with the changes of each commit, in order, right after the commit. Returns a way to stop. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  /** Forgets the log up to and including `revision`. */
  compact(revision: number): Promise<void>;
  /** Throws `fenced` if the cluster's lock is known to be lost. */
  checkLock(): void;
  /** Asks the database for an answer. Throws `fenced` or `unavailable`. */
  ping(): Promise<void>;
}

/**
 * The closed vocabulary of what a store can answer.
 * - `compacted`: the log no longer reaches back that far.
 * - `ahead`: the revision lies in the future.
 * - `overloaded`: too many writes wait; try again.
 * - `too-large`: the object is larger than may be stored.
 * - `quota`: the cluster may not hold more of it; nothing was written.
 * - `suspended`: the cluster may not be loaded by anybody until it is resumed.
 * - `fenced`: another holder took the cluster's lock; nothing was written, this store is of no more use.
 * - `unavailable`: the database could not be reached; nothing was written.
 * - `unknown`: the database did not answer in time; the write may or may not have happened (504 Timeout, as with etcd).
 * - `encryption`: a key that encrypts objects is missing or is another one; nothing was written. The message names the key.
 * - `gone`: the cluster does not exist, or no more.
 */
export type StoreErrorCode =
  | 'compacted'
  | 'ahead'
  | 'overloaded'
  | 'too-large'
  | 'quota'
  | 'suspended'
  | 'fenced'
  | 'unavailable'
  | 'unknown'
  | 'encryption'
  | 'gone';

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}
