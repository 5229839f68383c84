import { CommitOutcomeUnknown, type Backend, type CommitRow, type Lock } from './backend.ts';
import { StoreError, type Change } from './store.ts';

export interface GroupCommitLimits {
  commitChanges: number;
  commitBytes: number;
}

/** A decided change on its way to the database. */
export interface DecidedChange {
  change: Change;
  row: CommitRow;
}

export interface GroupCommitHandlers {
  /** The changes of one commit, in order, once they are durable. Their writers are answered after it returns. */
  committed(changes: readonly Change[]): void;
  /** Decided changes that will not happen, newest first. */
  discarded(changes: readonly Change[]): void;
  /** The lock is lost, or nobody knows what the database holds. Nothing will be committed any more. */
  fenced(): void;
}

interface Waiting {
  /** What is committed together or not at all. Nothing for who only waits until everything before it is committed. */
  decided: readonly DecidedChange[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Delays before each further attempt to learn the outcome of a commit. After the last one its writers are told so. */
const attemptDelaysMs = [0, 200, 800, 2000];

/**
 * Commits decided changes in order, many at once: one commit is under way, and whatever is decided meanwhile goes into
 * the next one.
 *
 * If the outcome of a commit is unknown, the lock is renewed. That waits for the commit's hold on the cluster's row, or
 * shuts it out for good; after it the revision says whether the commit happened, and if not it is made again. If the
 * database stays out of reach, the writers of that commit are told that the outcome is unknown, later ones that nothing
 * was written, and the question is asked again with the next write (`recover`).
 */
export class GroupCommit {
  readonly #backend: Backend;
  readonly #limits: GroupCommitLimits;
  readonly #handlers: GroupCommitHandlers;
  readonly #sleep: (ms: number) => Promise<void>;
  #lock: Lock;
  #queue: Waiting[] = [];
  #underWay: Waiting[] = [];
  #running = false;
  #recovering: Promise<void> | undefined;
  /** The changes of a commit whose outcome could not be learned yet. */
  #unresolved: readonly DecidedChange[] | undefined;
  #fenced = false;

  constructor(
    backend: Backend,
    lock: Lock,
    limits: GroupCommitLimits,
    handlers: GroupCommitHandlers,
    sleep: (ms: number) => Promise<void>,
  ) {
    this.#backend = backend;
    this.#lock = lock;
    this.#limits = limits;
    this.#handlers = handlers;
    this.#sleep = sleep;
  }

  get epoch(): number {
    return this.#lock.epoch;
  }

  get isFenced(): boolean {
    return this.#fenced;
  }

  /** Whether `recover` must succeed before anything more can be decided. */
  get isUnresolved(): boolean {
    return this.#unresolved !== undefined;
  }

  /** Writers that have no answer yet. */
  get waiting(): number {
    return this.#queue.length + this.#underWay.length;
  }

  /** Resolves once the changes of one decision are committed, in one commit. */
  add(decided: readonly DecidedChange[]): Promise<void> {
    return this.#wait(decided);
  }

  /** Resolves once everything that was added so far is committed; rejects if that fails. */
  settled(): Promise<void> {
    return this.waiting === 0 ? Promise.resolve() : this.#wait([]);
  }

  /** Asks again for the outcome of a commit. Throws `unavailable` if it still cannot be learned. */
  recover(): Promise<void> {
    this.#recovering ??= this.#recover().finally(() => (this.#recovering = undefined));
    return this.#recovering;
  }

  /** Ends it: the lock is known to be lost. A commit that is under way finds out by itself. */
  fence(): void {
    if (this.#fenced) return;
    this.#fenced = true;
    for (const { reject } of this.#queue.splice(0)) reject(fencedError());
    this.#handlers.fenced();
  }

  #wait(decided: readonly DecidedChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ decided, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    await undefined; // what is decided in the same turn goes together
    while (this.#queue.length > 0) {
      this.#underWay = this.#takeGroup();
      const decided = this.#underWay.flatMap((waiting) => waiting.decided);
      if (decided.length > 0) await this.#commit(decided);
      this.#answer();
    }
    this.#running = false;
  }

  /** The writers of the next commit: as many as fit, one at least. */
  #takeGroup(): Waiting[] {
    let changes = 0;
    let bytes = 0;
    const fits = ({ decided }: Waiting) => {
      if (decided.length === 0) return true;
      const isFirst = changes === 0;
      changes += decided.length;
      for (const { row } of decided) {
        bytes += row.text.length + (row.carriedText?.length ?? 0);
        for (const { body } of row.deliveries ?? none) bytes += body.length;
      }
      return isFirst || (changes <= this.#limits.commitChanges && bytes <= this.#limits.commitBytes);
    };
    const end = this.#queue.findIndex((waiting) => !fits(waiting));
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  async #commit(decided: readonly DecidedChange[]): Promise<void> {
    const rows = decided.map(({ row }) => row);
    let mayHaveHappened = false;
    for (const delayMs of attemptDelaysMs) {
      if (delayMs > 0) await this.#sleep(delayMs);
      try {
        if (mayHaveHappened && (await this.#hasHappened(rows.length))) return this.#land(decided);
        mayHaveHappened = false;
        await this.#backend.commit(this.#lock.epoch, this.#lock.revision, rows);
        return this.#land(decided);
      } catch (error) {
        if (error instanceof CommitOutcomeUnknown) mayHaveHappened = true;
        else if (!(error instanceof StoreError)) return this.#fail(new StoreError('unavailable', 'the commit failed'));
        else if (error.code !== 'fenced') return this.#fail(error);
        else return this.#loseCommit(mayHaveHappened ? unknownError() : error);
      }
    }
    this.#leaveUnresolved(decided);
  }

  /** Learns whether the commit of `count` rows happened. If not, it never will. Throws `CommitOutcomeUnknown` or `fenced`. */
  async #hasHappened(count: number): Promise<boolean> {
    const { revision } = this.#lock;
    let lock: Lock;
    try {
      lock = await this.#backend.renew(this.#lock.epoch);
    } catch (error) {
      // Whoever took the lock may have found our commit there or not.
      if (error instanceof StoreError && error.code === 'fenced') throw error;
      throw new CommitOutcomeUnknown();
    }
    this.#lock = { ...lock, revision };
    if (lock.revision === revision) return false;
    if (lock.revision === revision + count) return true;
    throw fencedError();
  }

  #land(decided: readonly DecidedChange[]): void {
    this.#lock = { ...this.#lock, revision: this.#lock.revision + decided.length };
    this.#handlers.committed(decided.map(({ change }) => change));
  }

  #answer(): void {
    for (const { resolve } of this.#underWay.splice(0)) resolve();
  }

  /** Nothing of what waits was written; nothing that was decided on it may be. */
  #fail(error: StoreError): void {
    const failed = [...this.#underWay.splice(0), ...this.#queue.splice(0)];
    this.#discard(failed);
    for (const { reject } of failed) reject(error);
  }

  #leaveUnresolved(decided: readonly DecidedChange[]): void {
    this.#unresolved = decided;
    const later = this.#queue.splice(0);
    this.#discard(later);
    for (const { reject } of this.#underWay.splice(0)) reject(unknownError());
    for (const { reject } of later) reject(unavailableError());
  }

  async #recover(): Promise<void> {
    const decided = this.#unresolved;
    if (!decided) return;
    let happened: boolean;
    try {
      happened = await this.#hasHappened(decided.length);
    } catch (error) {
      if (error instanceof CommitOutcomeUnknown) throw unavailableError();
      this.fence();
      throw fencedError();
    }
    this.#unresolved = undefined;
    if (happened) this.#land(decided);
    else this.#handlers.discarded(decided.map(({ change }) => change).reverse());
  }

  #discard(waiting: readonly Waiting[]): void {
    const changes = waiting.flatMap(({ decided }) => decided.map(({ change }) => change));
    if (changes.length > 0) this.#handlers.discarded(changes.reverse());
  }

  #loseCommit(error: StoreError): void {
    for (const { reject } of this.#underWay.splice(0)) reject(error);
    this.fence();
  }
}

const none: readonly never[] = [];

export const fencedError = (): StoreError => new StoreError('fenced', 'another holder took the lock of the cluster');
const unavailableError = (): StoreError => new StoreError('unavailable', 'the database cannot be reached');
const unknownError = (): StoreError => new StoreError('unknown', 'the database did not answer; the write may have happened');
