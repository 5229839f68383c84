/** One key of one controller on its way through the queue. */
export interface Work<F> {
  readonly id: string;
  /** `due` waits for its turn, `waiting` for its time, `running` is being worked on; `again`: changed while running. */
  state: 'due' | 'waiting' | 'running' | 'again';
  /** When a waiting one is due, in ms since the epoch. */
  dueMs: number;
  /** How many attempts in a row failed. */
  attempts: number;
  /** What the last attempt left behind for the next. */
  failures: readonly F[];
}

/** Backs off as client-go's controllers do: 5 ms, doubled each time, a minute at the most. */
export function backoffMs(attempts: number): number {
  return Math.min(60_000, 5 * 2 ** Math.min(20, attempts - 1));
}

/**
 * The queue of a reconcile loop: every key is in it once at most, a key that is being worked on is not given out a second
 * time, and one that changed meanwhile comes again. It decides nothing and has no clock.
 */
export class WorkQueue<F> {
  readonly #works = new Map<string, Work<F>>();
  #due: Work<F>[] = [];
  /** A binary heap by time; entries whose work is not waiting for that very time any more are dropped when they come up. */
  readonly #heap: { dueMs: number; work: Work<F> }[] = [];
  #running = 0;

  /** How many are due now. */
  get dueCount(): number {
    return this.#due.length;
  }

  get runningCount(): number {
    return this.#running;
  }

  /** The keys that are due. */
  get due(): readonly Work<F>[] {
    return this.#due;
  }

  /** Something about this key changed: it is due now, or again after it has run. Whether that was not so already. */
  add(id: string): boolean {
    const work = this.#works.get(id);
    if (!work) this.#makeDue({ id, state: 'due', dueMs: 0, attempts: 0, failures: [] });
    else if (work.state === 'running') work.state = 'again';
    else if (work.state === 'waiting') this.#makeDue(work);
    else return false;
    return true;
  }

  /** The next `max` due ones, which are then running until `done`. */
  take(max: number): Work<F>[] {
    const taken = this.#due.splice(0, max);
    for (const work of taken) work.state = 'running';
    this.#running += taken.length;
    return taken;
  }

  /**
   * The work was done. It comes again at once if the key changed meanwhile, after a back-off if there were failures, and
   * after `requeueAfterMs` if that is given.
   */
  done(work: Work<F>, nowMs: number, failures: readonly F[], requeueAfterMs?: number): void {
    this.#running--;
    const again = work.state === 'again';
    work.failures = failures;
    work.attempts = failures.length > 0 ? work.attempts + 1 : 0;
    if (again) this.#makeDue(work);
    else if (failures.length > 0) this.#wait(work, nowMs + backoffMs(work.attempts));
    else if (requeueAfterMs !== undefined) this.#wait(work, nowMs + Math.max(0, requeueAfterMs));
    else this.#works.delete(work.id);
  }

  /** Makes those due whose time has come. */
  tick(nowMs: number): void {
    for (let first = this.#first(); first && first.dueMs <= nowMs; first = this.#first()) {
      this.#pop();
      this.#makeDue(first.work);
    }
  }

  /** When the next waiting one is due. */
  nextMs(): number | undefined {
    return this.#first()?.dueMs;
  }

  #makeDue(work: Work<F>): void {
    work.state = 'due';
    this.#works.set(work.id, work);
    this.#due.push(work);
  }

  #wait(work: Work<F>, dueMs: number): void {
    work.state = 'waiting';
    work.dueMs = dueMs;
    const heap = this.#heap;
    heap.push({ dueMs, work });
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.dueMs <= heap[i]!.dueMs) break;
      [heap[parent], heap[i]] = [heap[i]!, heap[parent]!];
      i = parent;
    }
  }

  #first(): { dueMs: number; work: Work<F> } | undefined {
    const stale = (item: { dueMs: number; work: Work<F> }) => item.work.state !== 'waiting' || item.work.dueMs !== item.dueMs;
    while (this.#heap.length > 0 && stale(this.#heap[0]!)) this.#pop();
    return this.#heap[0];
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= heap.length) return;
      const smaller = left + 1 < heap.length && heap[left + 1]!.dueMs < heap[left]!.dueMs ? left + 1 : left;
      if (heap[i]!.dueMs <= heap[smaller]!.dueMs) return;
      [heap[i], heap[smaller]] = [heap[smaller]!, heap[i]!];
      i = smaller;
    }
  }
}
