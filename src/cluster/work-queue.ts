/** One key of one controller on its way through the queue. */
export interface Work<F> {
  readonly id: string;
  /**
   * `due` waits for its turn, `waiting` for its time, `running` is being worked on; `again`: changed while running; `resting`:
   * nothing to do, but if there is, then not at once.
   */
  state: 'due' | 'waiting' | 'running' | 'again' | 'resting';
  /** When a waiting one is due, in ms since the epoch. */
  dueMs: number;
  /** It does not become due by a change before that, in ms since the epoch. 0 for those that keep no pace. */
  notBeforeMs: number;
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
  /** Those that have begun to rest, in that order, some of which do not any more. */
  #resting: Work<F>[] = [];
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

  /** Something about this key changed: it is due as soon as its pace allows, or again after it has run. Whether that is new. */
  add(id: string): boolean {
    const work = this.#works.get(id);
    if (!work) this.#makeDue({ id, state: 'due', dueMs: 0, notBeforeMs: 0, attempts: 0, failures: [] });
    else if (work.state === 'running') work.state = 'again';
    else if (work.state === 'resting') this.#wait(work, work.notBeforeMs);
    else if (work.state !== 'waiting') return false;
    else if (work.notBeforeMs === 0) this.#makeDue(work);
    else if (work.dueMs > work.notBeforeMs) this.#wait(work, work.notBeforeMs);
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
   * after `requeueAfterMs` if that is given; by a change not before `paceMs` from now.
   */
  done(work: Work<F>, nowMs: number, failures: readonly F[], requeueAfterMs?: number, paceMs = 0): void {
    this.#running--;
    const again = work.state === 'again';
    work.failures = failures;
    work.attempts = failures.length > 0 ? work.attempts + 1 : 0;
    work.notBeforeMs = paceMs > 0 ? nowMs + paceMs : 0;
    if (again && paceMs > 0) this.#wait(work, work.notBeforeMs);
    else if (again) this.#makeDue(work);
    else if (failures.length > 0) this.#wait(work, nowMs + backoffMs(work.attempts));
    else if (requeueAfterMs !== undefined) this.#wait(work, nowMs + Math.max(0, requeueAfterMs));
    else if (paceMs > 0) this.#rest(work);
    else this.#works.delete(work.id);
  }

  /** Makes those due whose time has come. */
  tick(nowMs: number): void {
    for (let first = this.#first(); first && first.dueMs <= nowMs; first = this.#first()) {
      this.#pop();
      this.#makeDue(first.work);
    }
    const rested = this.#resting.findIndex((work) => work.state === 'resting' && work.notBeforeMs > nowMs);
    for (const work of this.#resting.splice(0, rested < 0 ? Infinity : rested))
      if (work.state === 'resting') this.#works.delete(work.id);
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

  #rest(work: Work<F>): void {
    work.state = 'resting';
    this.#resting.push(work);
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
