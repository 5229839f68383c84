import type { ObjectKey } from './store.ts';

/**
 * What lies under a store: durable rows, a log, and the lock. The Postgres and the in-memory backend hold the same
 * contract (`test/contracts/backend.ts`); the cache, the order of writes and group commit above them are shared.
 */
export interface Row {
  resource: string;
  namespace: string;
  name: string;
  revision: number;
  /** The object's JSON. */
  text: string;
}

/** A line of the log as it is written. */
export interface ChangeRow extends Row {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  uid: string;
  /** The revision of the state before; 0 for ADDED. */
  previousRevision: number;
}

/** What a webhook is to be told of a change: goes into the outbox in the commit of that change, or not at all. */
export interface NewDelivery {
  /** The uid of the subscription. It gets one delivery of a change at most. */
  subscription: string;
  /** What happened, as `pods.created`. */
  event: string;
  /** The request's body. */
  body: string;
}

export interface CommitRow extends ChangeRow {
  deliveries?: readonly NewDelivery[];
  /** Whose request it was; '' if the cluster itself wrote. */
  user?: string;
  fieldManager?: string;
  /** The JSON of the state before, where the log's line of it may be gone before this one is. */
  carriedText?: string;
}

/** Where objects are looked for: what is left out may be anything. */
export interface Scope {
  resource?: string;
  namespace?: string;
  name?: string;
}

/** What an object was before something happened to it. */
export interface EarlierRow extends ObjectKey {
  /** What happened to it first. It was not there before an ADDED. */
  type: ChangeRow['type'];
  revision: number;
  /** Its JSON. Missing if it was not there, or the log does not know it any more. */
  text?: string;
}

export interface LogRow extends ChangeRow {
  /** The JSON of the state before, where the log still has it. */
  previousText?: string;
}

/** A holder's claim on the cluster, and the cluster's newest revision under it. */
export interface Lock {
  /** The epoch this holder writes under from now on. */
  epoch: number;
  revision: number;
}

export interface LoadedState extends Lock {
  /** The log is complete after this revision. */
  compactedRevision: number;
  /** The cluster's settings, as JSON (`db/cluster-settings.ts`). */
  settings: string;
  rows: Row[];
}

export interface Backend {
  /**
   * Takes the cluster's lock (raises its epoch, which fences every earlier holder) and reads its state, atomically.
   * Throws `StoreError('gone')` if there is no such cluster.
   * `take` gets the rows as they come, so that they need not all be held at once; the answer then has none.
   */
  load(take?: (rows: readonly Row[]) => void): Promise<LoadedState>;
  /**
   * Raises the epoch of a holder that still has the lock. Afterwards a commit of its old epoch either has happened, and
   * the revision says so, or never will. Throws `StoreError('fenced')` if somebody else took the lock.
   */
  renew(epoch: number): Promise<Lock>;
  /**
   * Writes all rows, or nothing. The rows have the revisions after `baseRevision` without a hole; several of them may be
   * of one object. Throws `StoreError('fenced')` if the epoch or the base revision is not the cluster's,
   * `StoreError('unavailable')` if it is known that nothing was written, and `CommitOutcomeUnknown` if it is not known.
   */
  commit(epoch: number, baseRevision: number, rows: readonly CommitRow[]): Promise<void>;
  /**
   * The log after `revision`, oldest first and without a hole, `limit` lines at most; fewer where they are large, but
   * none only if there is none. Throws `StoreError('compacted')` if the first of them is gone.
   */
  log(revision: number, limit: number): Promise<LogRow[]>;
  /**
   * Of each object in the scope that was changed after `revision` and not after `until`, what it was at `revision`. Throws
   * `StoreError('compacted')` if the log does not reach back that far, or if it is more than `bytesMax`.
   */
  earlier(revision: number, until: number, scope: Scope, bytesMax: number): Promise<EarlierRow[]>;
  /** The newest revision that was written at that time or before. Throws `StoreError('compacted')` if the log does not reach back that far. */
  revisionAt(time: Date): Promise<number>;
  /** Forgets the log up to and including `revision`, which was committed. Throws `StoreError('fenced')` without the lock. */
  compact(epoch: number, revision: number): Promise<void>;
}

/** The connection broke while a commit was under way: it may or may not have happened. */
export class CommitOutcomeUnknown extends Error {
  constructor() {
    super('the outcome of a commit is unknown');
    this.name = 'CommitOutcomeUnknown';
  }
}
