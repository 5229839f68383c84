import type { Backend, CommitRow, LoadedState, Lock, LogRow } from '../../src/storage/backend.ts';

/** What happens instead of a call; it may `proceed` with the real one. */
export type Interceptor<T> = (proceed: () => Promise<T>) => Promise<T>;

/** A backend whose next calls can be made to fail, to wait, or to be carried out without an answer. */
export class InterceptedBackend implements Backend {
  /** For the next commits, one each; then they go through. */
  readonly commits: Interceptor<void>[] = [];
  readonly renewals: Interceptor<Lock>[] = [];
  readonly logs: Interceptor<LogRow[]>[] = [];
  /** The rows of each commit that was asked for. */
  readonly asked: (readonly CommitRow[])[] = [];
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  load(): Promise<LoadedState> {
    return this.#backend.load();
  }

  renew(epoch: number): Promise<Lock> {
    const proceed = () => this.#backend.renew(epoch);
    return this.renewals.shift()?.(proceed) ?? proceed();
  }

  commit(epoch: number, baseRevision: number, rows: readonly CommitRow[]): Promise<void> {
    this.asked.push(rows);
    const proceed = () => this.#backend.commit(epoch, baseRevision, rows);
    return this.commits.shift()?.(proceed) ?? proceed();
  }

  log(revision: number, limit: number): Promise<LogRow[]> {
    const proceed = () => this.#backend.log(revision, limit);
    return this.logs.shift()?.(proceed) ?? proceed();
  }

  earlier(...asked: Parameters<Backend['earlier']>): ReturnType<Backend['earlier']> {
    return this.#backend.earlier(...asked);
  }

  revisionAt(time: Date): Promise<number> {
    return this.#backend.revisionAt(time);
  }

  compact(epoch: number, revision: number): Promise<void> {
    return this.#backend.compact(epoch, revision);
  }
}

/** A door that calls wait in front of until it is opened. */
export function door(): { opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
