import {
  CommitOutcomeUnknown,
  type Backend,
  type CommitRow,
  type LoadedState,
  type Lock,
  type LogRow,
} from '../../src/storage/backend.ts';
import { StoreError } from '../../src/storage/store.ts';

/** What goes wrong with one commit. */
export type Fault =
  /** The process dies while the commit is under way, which happens all the same, or not. */
  | { type: 'crash'; happens: boolean }
  /** The connection breaks: nobody knows whether the commit happened. */
  | { type: 'unknown'; happens: boolean }
  /** The database refuses, and has written nothing. */
  | { type: 'unavailable' };

/** What a process has to do with the world outside. */
export interface Process {
  /** Takes the fault that is meant for this commit, if any. */
  nextFault(): Fault | undefined;
  /** Resolves when the database has had its time. */
  latency(): Promise<void>;
  committed(rows: readonly CommitRow[]): void;
  /** Ends the process: nothing it waits for is ever answered. */
  die(): void;
  isDead(): boolean;
}

/** The database as one process reaches it: slow, now and then broken, and silent once the process is dead. */
export class SimBackend implements Backend {
  /** Commits under way. */
  underWay = 0;
  readonly #database: Backend;
  readonly #process: Process;

  constructor(database: Backend, process: Process) {
    this.#database = database;
    this.#process = process;
  }

  load(): Promise<LoadedState> {
    return this.#whileAlive(() => this.#database.load());
  }

  renew(epoch: number): Promise<Lock> {
    return this.#whileAlive(() => this.#database.renew(epoch));
  }

  log(revision: number, limit: number): Promise<LogRow[]> {
    return this.#whileAlive(() => this.#database.log(revision, limit));
  }

  earlier(...asked: Parameters<Backend['earlier']>): ReturnType<Backend['earlier']> {
    return this.#whileAlive(() => this.#database.earlier(...asked));
  }

  revisionAt(time: Date): Promise<number> {
    return this.#whileAlive(() => this.#database.revisionAt(time));
  }

  compact(epoch: number, revision: number): Promise<void> {
    return this.#whileAlive(() => this.#database.compact(epoch, revision));
  }

  async commit(epoch: number, baseRevision: number, rows: readonly CommitRow[]): Promise<void> {
    this.underWay++;
    await this.#whileAlive(() => this.#process.latency());
    const fault = this.#process.nextFault();
    try {
      if (fault?.type === 'unavailable') throw new StoreError('unavailable', 'the database cannot be reached');
      if (!fault || fault.happens) {
        await this.#database.commit(epoch, baseRevision, rows);
        this.#process.committed(rows);
      }
      if (fault?.type === 'unknown') throw new CommitOutcomeUnknown();
    } finally {
      this.underWay--;
      if (fault?.type === 'crash') this.#process.die();
    }
    await this.#whileAlive(async () => undefined);
  }

  async #whileAlive<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#process.isDead() ? await never<T>() : await call();
    return this.#process.isDead() ? never<T>() : result;
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});
