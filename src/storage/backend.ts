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

export interface CommitRow extends Row {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  uid: string;
  /** The revision of the state before; 0 for ADDED. */
  previousRevision: number;
}

export interface LogRow extends CommitRow {
  /** The JSON of the state before, where the log still has it. */
  previousText?: string;
}

export interface LoadedState {
  /** The epoch this holder writes under from now on. */
  epoch: number;
  revision: number;
  /** The log is complete after this revision. */
  compactedRevision: number;
  rows: Row[];
}

export interface Backend {
  /** Takes the cluster's lock (raises its epoch, which fences every earlier holder) and reads its state, atomically. */
  load(): Promise<LoadedState>;
  /**
   * Writes all rows, or nothing. The rows have the revisions after `baseRevision` without a hole. Throws
   * `StoreError('fenced')` if the epoch or the base revision is not the cluster's, `StoreError('unavailable')` if it is
   * known that nothing was written, and `CommitOutcomeUnknown` if it is not known.
   */
  commit(epoch: number, baseRevision: number, rows: readonly CommitRow[]): Promise<void>;
  /** The log after `revision`, oldest first, `limit` lines at most. Throws `StoreError('compacted')`. */
  log(revision: number, limit: number): Promise<LogRow[]>;
  compact(epoch: number, revision: number): Promise<void>;
}

/** The connection broke while a commit was under way: it may or may not have happened. */
export class CommitOutcomeUnknown extends Error {
  constructor(options?: ErrorOptions) {
    super('the outcome of a commit is unknown', options);
    this.name = 'CommitOutcomeUnknown';
  }
}
