/** What belongs together: the requests of one user, or about one namespace. */
export interface Share {
  /** The queues that its requests may use. */
  readonly hand: readonly number[];
  /** Seats that its requests have. */
  executing: number;
  /** Which one its last request was, of all that have begun. */
  lastBegun: number;
}

/** Whoever uses these queues, before anything has begun. */
export const newShare = (hand: readonly number[]): Share => ({ hand, executing: 0, lastBegun: -Infinity });

/** A request that has to wait for a seat. */
export interface Waiting {
  readonly share: Share;
  readonly seats: number;
  readonly queue: Queue;
  /** It may run: its seats are taken. */
  run(): void;
}

/** Requests of one flow, or of several whose hands have this queue in common. */
export class Queue {
  /** Seats in use by requests that came through here. */
  executing = 0;
  /** The virtual time at which its next request begins. */
  next = 0;
  readonly #waiting: Waiting[] = [];
  /** Those before it have left. */
  #head = 0;

  get length(): number {
    return this.#waiting.length - this.#head;
  }

  get oldest(): Waiting | undefined {
    return this.#waiting[this.#head];
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  shift(): void {
    this.#head++;
    if (this.#head < this.#waiting.length / 2) return;
    this.#waiting.splice(0, this.#head);
    this.#head = 0;
  }

  remove(waiting: Waiting): boolean {
    const at = this.#waiting.indexOf(waiting, this.#head);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }
}

/** How the queues of a level are laid out; none for levels that turn away whatever finds no seat. */
export interface Queuing {
  queues: number;
  handSize: number;
  /** How many requests one queue holds. */
  queueLengthLimit: number;
}

/**
 * The queues of one priority level, and which request is next. Each queue that has something to do gets as many seats as
 * any other, however much waits in it: a queue has a virtual time, which each of its requests moves on by its seats, and
 * the request that would be through first is next. A queue that had nothing to do begins at the time of the others, so
 * nobody saves up. (Start-time fair queuing. Upstream also charges for how long a request took; here the clock stands
 * still while a request computes.)
 */
export class Queues {
  readonly #queues: Queue[];
  #queuing: Queuing;
  /** The virtual time: when the request began that was dispatched last. */
  #now = 0;
  /** The queue that was dispatched from last: of those that are equal, the one after it is next. */
  #last = 0;
  /** How many requests were given a queue, so that the queues of a hand take turns. */
  #dealt = 0;
  waiting = 0;
  waitingSeats = 0;

  constructor(queuing: Queuing) {
    this.#queuing = queuing;
    this.#queues = Array.from({ length: queuing.queues }, () => new Queue());
  }

  /** Other queues from now on. Those that are too many are left when they are empty. */
  change(queuing: Queuing): void {
    this.#queuing = queuing;
    while (this.#queues.length < queuing.queues) this.#queues.push(new Queue());
    while (this.#queues.length > queuing.queues && isIdle(this.#queues.at(-1)!)) this.#queues.pop();
    this.#last = 0;
  }

  /** The queue of a hand in which least waits, and of those the one from which least is under way. */
  choose(hand: readonly number[]): Queue {
    const offset = this.#dealt++;
    let best: Queue | undefined;
    for (let i = 0; i < hand.length; i++) {
      const queue = this.#queues[hand[(offset + i) % hand.length]!]!;
      if (!best || queue.length < best.length || (queue.length === best.length && queue.executing < best.executing)) best = queue;
    }
    return best!;
  }

  /** Whether no more may wait in it. */
  isFull(queue: Queue): boolean {
    return queue.length >= this.#queuing.queueLengthLimit;
  }

  push(waiting: Waiting): void {
    const { queue, seats } = waiting;
    this.#begin(queue);
    queue.push(waiting);
    this.waiting++;
    this.waitingSeats += seats;
  }

  /** Takes a request away that waits no longer. Says whether it was still there. */
  remove(waiting: Waiting): boolean {
    if (!waiting.queue.remove(waiting)) return false;
    this.waiting--;
    this.waitingSeats -= waiting.seats;
    return true;
  }

  /** A request that never had to wait takes its seats. */
  start(queue: Queue, seats: number): void {
    this.#begin(queue);
    this.#charge(queue, seats);
  }

  finish(queue: Queue, seats: number): void {
    queue.executing -= seats;
  }

  /**
   * Takes the request that is next out of its queue: of those that `may` run, if there is room for it. Others do not go
   * before it then, or whoever wants several seats would never get them; only who has none at all may.
   */
  next(may: (waiting: Waiting) => boolean, hasRoom: (waiting: Waiting) => boolean): Waiting | undefined {
    let at = this.#soonest(may);
    if (at !== undefined && !hasRoom(this.#queues[at]!.oldest!)) at = this.#soonest(({ share }) => share.executing === 0);
    const queue = at === undefined ? undefined : this.#queues[at];
    const waiting = queue?.oldest;
    if (at === undefined || !queue || !waiting || !hasRoom(waiting)) return undefined;
    this.#last = at;
    queue.shift();
    this.waiting--;
    this.waitingSeats -= waiting.seats;
    this.#charge(queue, waiting.seats);
    return waiting;
  }

  /** Of the queues in which something waits that is concerned, where the one is whose request would be through first. */
  #soonest(concerns: (waiting: Waiting) => boolean): number | undefined {
    const count = this.#queues.length;
    let best: number | undefined;
    let bestEnd = Infinity;
    for (let i = 1; i <= count; i++) {
      const at = (this.#last + i) % count;
      const queue = this.#queues[at]!;
      const { oldest } = queue;
      if (!oldest || queue.next + oldest.seats >= bestEnd || !concerns(oldest)) continue;
      best = at;
      bestEnd = queue.next + oldest.seats;
    }
    return best;
  }

  /** Something comes into a queue in which nothing waits: it has no claim on the time that has passed. */
  #begin(queue: Queue): void {
    if (queue.length === 0 && queue.next < this.#now) queue.next = this.#now;
  }

  #charge(queue: Queue, seats: number): void {
    if (this.#now < queue.next) this.#now = queue.next;
    queue.next += seats;
    queue.executing += seats;
  }
}

const isIdle = (queue: Queue): boolean => queue.length === 0 && queue.executing === 0;
