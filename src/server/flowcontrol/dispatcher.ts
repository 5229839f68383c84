import { limits } from '../../lib/limits.ts';
import type { LevelLimits } from './limits.ts';
import { Queues, type Queue, type Queuing, type Share, type Waiting } from './queues.ts';

/** What the configuration says of a priority level. */
export interface LevelSettings extends LevelLimits {
  name: string;
  /** Its requests neither wait nor are they turned away. */
  exempt: boolean;
  /** Absent for levels whose requests are turned away when there is no seat. */
  queuing?: Queuing;
}

/** A priority level at work. */
export class Level {
  settings: LevelSettings;
  queues: Queues;
  /** Seats in use. */
  executing = 0;
  /** It is no longer configured, and lives on until its last request is answered. */
  isRetired = false;

  constructor(settings: LevelSettings) {
    this.settings = settings;
    this.queues = new Queues(settings.queuing ?? unqueued);
  }

  get waiting(): number {
    return this.queues.waiting;
  }
}

/** One queue in which nothing may wait. */
const unqueued: Queuing = { queues: 1, handSize: 1, queueLengthLimit: 0 };

/** The hand of whoever is in a level without queues. */
export const onlyQueue: readonly number[] = [0];

/**
 * Somebody is in company if another began something so few requests ago, and not for the first time in as many: who comes
 * now and then, as nodes with their heartbeats, is none.
 */
const companyWindow = 256;

/** Why a request was turned away. Upstream's words for it in metrics. */
export type Rejection = 'concurrency-limit' | 'queue-full';

export interface DispatcherOptions {
  /** Runs a task after what has come in the meantime. */
  nextTurn(task: () => void): void;
  /** Seats that are kept, of those that are lent, for those who have none. */
  firstSeats?: number;
  /** The most that one has while there are others. */
  seatsInCompany?: number;
  /** How many of those that wait begin in one turn. */
  perTurn?: number;
}

/**
 * Hands out the seats of the server: to a level's requests as many as are its own, and beyond that what others have and do
 * not need, at once and not every ten seconds as upstream does it. Decides only; holds no time and no promise.
 *
 * A seat is held from when the work on a request begins until it is answered, the commit included: so the seats bound how
 * much is decided ahead of the commit, and with that for how long somebody who comes now stands behind what came before.
 * Who is alone may have so many that the thread never waits for the commit; in company nobody has more than a few. Those
 * that waited begin a few at a time: a commit answers many at once, and as many in their place would keep the thread from
 * whoever has come meanwhile.
 */
export class Dispatcher {
  readonly #firstSeats: number;
  readonly #seatsInCompany: number;
  #levels: readonly Level[] = [];
  /** The sum of what is due to the levels. */
  #capacity = 0;
  /** The sum of what they use or have to themselves, whichever is more. */
  #claimed = 0;
  /** How many requests have begun. */
  #begun = 0;
  /** Of those who come often, whose the last one was, and which one the last of anybody else. */
  #latest: Share | undefined;
  #lastOfOthers = -Infinity;

  readonly #perTurn: number;
  readonly #nextTurn: (task: () => void) => void;
  /** How many more of those that wait may begin in this turn. */
  #left: number;

  constructor({
    nextTurn,
    firstSeats = limits.requestSeatsForOthers,
    seatsInCompany = limits.requestSeatsInCompany,
    perTurn = limits.requestsBegunPerTurn,
  }: DispatcherOptions) {
    this.#nextTurn = nextTurn;
    this.#firstSeats = firstSeats;
    this.#seatsInCompany = seatsInCompany;
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  get levels(): readonly Level[] {
    return this.#levels;
  }

  /** Other levels, or others of the same names. Requests that wait in a level that is gone are still served there. */
  configure(settings: readonly LevelSettings[]): ReadonlyMap<string, Level> {
    const before = new Map(this.#levels.map((level) => [level.settings.name, level]));
    const levels = settings.map((each) => {
      const level = before.get(each.name);
      if (!level) return new Level(each);
      before.delete(each.name);
      level.settings = each;
      level.isRetired = false;
      level.queues.change(each.queuing ?? unqueued);
      return level;
    });
    for (const level of before.values()) {
      level.isRetired = true;
      level.settings = { ...level.settings, lower: 0 };
    }
    this.#levels = [...levels, ...[...before.values()].filter(isBusy)];
    this.#capacity = settings.reduce((sum, { nominal }) => sum + nominal, 0);
    this.#claimed = this.#levels.reduce((sum, level) => sum + claimOf(level, level.executing), 0);
    this.#dispatch();
    return new Map(levels.map((level) => [level.settings.name, level]));
  }

  /** Takes seats if there are some and nobody waits for them. Says through which queue. */
  start(level: Level, share: Share, seats: number): Queue | undefined {
    if (level.waiting > 0 || !this.#may(level, share) || !this.#hasRoom(level, share, seats)) return undefined;
    const queue = level.queues.choose(share.hand);
    level.queues.start(queue, seats);
    this.#use(level, share, seats);
    return queue;
  }

  /** Lets a request wait. It may be that it runs before this returns. Otherwise says why it was turned away. */
  enqueue(level: Level, share: Share, seats: number, run: (queue: Queue) => void): Waiting | Rejection {
    if (!level.settings.queuing) return 'concurrency-limit';
    const queue = level.queues.choose(share.hand);
    if (level.queues.isFull(queue)) return 'queue-full';
    const waiting: Waiting = { share, seats, queue, run: () => run(queue) };
    level.queues.push(waiting);
    this.#dispatchIn(level);
    return waiting;
  }

  /** A request waits no longer. Says whether it still did. */
  leave(level: Level, waiting: Waiting): boolean {
    const waited = level.queues.remove(waiting);
    if (waited) this.#dispatch();
    return waited;
  }

  /** A request is answered: its seats go to whoever is next. */
  finish(level: Level, share: Share, queue: Queue, seats: number): void {
    level.queues.finish(queue, seats);
    this.#take(level, share, -seats);
    this.#dispatch();
    if (level.isRetired && !isBusy(level)) this.#levels = this.#levels.filter((each) => each !== level);
  }

  /** The most that a level could use now. */
  limitOf({ settings, executing }: Level): number {
    const own = Math.max(settings.lower, executing);
    return Math.max(settings.nominal, Math.min(settings.upper, this.#capacity - this.#claimed + own));
  }

  #use(level: Level, share: Share, seats: number): void {
    const comesOften = ++this.#begun - share.lastBegun < companyWindow;
    share.lastBegun = this.#begun;
    if (comesOften && this.#latest !== share) {
      this.#lastOfOthers = this.#latest?.lastBegun ?? -Infinity;
      this.#latest = share;
    }
    this.#take(level, share, seats);
  }

  #take(level: Level, share: Share, seats: number): void {
    this.#claimed -= claimOf(level, level.executing);
    level.executing += seats;
    share.executing += seats;
    this.#claimed += claimOf(level, level.executing);
  }

  /** Whether somebody has not more than is right beside others. What has no queues is not told apart, and may. */
  #may({ settings }: Level, share: Share): boolean {
    if (share.executing < this.#seatsInCompany || settings.exempt || !settings.queuing) return true;
    const lastOfOthers = this.#latest === share ? this.#lastOfOthers : (this.#latest?.lastBegun ?? -Infinity);
    return this.#begun - lastOfOthers >= companyWindow;
  }

  #hasRoom(level: Level, share: Share, seats: number): boolean {
    const { exempt, nominal, upper } = level.settings;
    const executing = level.executing + seats;
    if (exempt || executing <= nominal) return true;
    if (executing > upper) return false;
    const claimed = this.#claimed - claimOf(level, level.executing) + claimOf(level, executing);
    return claimed + (share.executing > 0 ? this.#firstSeats : 0) <= this.#capacity;
  }

  #turn(): void {
    this.#left = this.#perTurn;
    this.#dispatch();
  }

  /** Serves the levels that use least of what is due to them first. */
  #dispatch(): void {
    const waiting = this.#levels.filter((level) => level.waiting > 0);
    if (waiting.length > 1) waiting.sort((a, b) => useOf(a) - useOf(b));
    for (const level of waiting) this.#dispatchIn(level);
  }

  #dispatchIn(level: Level): void {
    const may = ({ share }: Waiting) => this.#may(level, share);
    const hasRoom = ({ share, seats }: Waiting) => this.#hasRoom(level, share, seats);
    while (this.#left > 0) {
      const next = level.queues.next(may, hasRoom);
      if (!next) return;
      if (this.#left-- === this.#perTurn) this.#nextTurn(() => this.#turn());
      this.#use(level, next.share, next.seats);
      next.run();
    }
  }
}

const isBusy = ({ executing, waiting }: Level): boolean => executing + waiting > 0;
const claimOf = ({ settings }: Level, executing: number): number => Math.max(settings.lower, executing);
const useOf = ({ settings, executing }: Level): number => executing / Math.max(1, settings.nominal);
