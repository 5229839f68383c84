import { limits } from '../lib/limits.ts';
import { tooManyRequests } from '../machinery/status.ts';

/** With more requests under way, each lets others have their turn before it begins. */
const crowd = 8;
/** With more of one user's, those do, while there are others. */
const crowdInCompany = 2;
/** So many requests of one user are worked on at once while there are others. */
const runningInCompany = 4;
/** Who has more than that under way floods the cluster, and is served one after the other while there are others. */
const flood = 8;
/** Whoever has asked within this time is there. */
const companyMs = 1_000;
/** Before the next request of who floods begins, others get at the thread for so long, or for as long as the last ones took. */
const restMs = 8;
/** After so long another of the same user begins in any case: what takes longer waits for something else than the thread. */
const patienceMs = 50;
/** One that waits looks whether it may begin when those before it should be done, and at the latest after so long. */
const lookMsMax = 500;
/** After waiting for so long a request is turned away. */
const waitMsMax = 15_000;
/** Clusters whose turns are remembered before those of idle ones are forgotten. */
const clustersKept = 1_000;
/** What is under way for longer counts no more: the platform drops what a client left behind, and says nothing. */
const countedMsMax = 120_000;

interface Asker {
  lastMs: number;
  underWay: number;
  running: number;
  /** When the last one began. */
  beganMs: number;
  /** When the last one that ran was done. */
  doneMs: number;
  /** How long one takes that runs, on average over the last ones. */
  workMs: number;
  /** How many have ever had to wait, and how many of them do no longer. */
  waited: number;
  begun: number;
  /** Of the bodies of those that wait. */
  waitingBytes: number;
}

/** One request under way. */
interface Ticket {
  readonly asker: Asker;
  readonly sinceMs: number;
  readonly bytes: number;
  beganMs?: number;
}

/** The turns of every cluster, each on its own: what is asked of one is in nobody's way at another. */
export class ClusterTurns {
  readonly #turns = new Map<string, Turns>();
  readonly #nowMs: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  #pruneFrom = clustersKept;

  constructor(nowMs: () => number, wait: (ms: number) => Promise<unknown>) {
    this.#nowMs = nowMs;
    this.#wait = wait;
  }

  /** Does the work when it is the turn of the user (by name). Rejects as `Turns` does. `bytes` of memory wait with it. */
  run<T>(cluster: string, user: string, bytes: number, work: () => Promise<T>): Promise<T> {
    let turns = this.#turns.get(cluster);
    if (!turns) {
      if (this.#turns.size >= this.#pruneFrom) this.#prune();
      this.#turns.set(cluster, (turns = new Turns(this.#nowMs, this.#wait)));
    }
    return turns.run(user, bytes, work);
  }

  #prune(): void {
    for (const [cluster, turns] of this.#turns) if (turns.isIdle()) this.#turns.delete(cluster);
    this.#pruneFrom = Math.max(clustersKept, this.#turns.size * 2);
  }
}

/**
 * Keeps a user who sends very many requests from being in everybody's way before the cluster's own flow control
 * (`server/flowcontrol`) gets to see them. With few under way it costs a few counters.
 *
 * A request that waits, waits for timers of its own, since a promise that another request resolves may be forgotten when that
 * one ends. Timers are also what has the local runtime look for what has come in on other connections, which it otherwise does
 * when it has nothing else to do: hardly ever, if the next request of a fast client is there before its last one is done.
 */
class Turns {
  readonly #askers = new Map<string, Asker>();
  /** In the order in which they came. */
  readonly #underWay = new Set<Ticket>();
  readonly #nowMs: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;

  constructor(nowMs: () => number, wait: (ms: number) => Promise<unknown>) {
    this.#nowMs = nowMs;
    this.#wait = wait;
  }

  /** Does the work when it is its turn. Rejects with 429 if the user has too much under way already, or waits for too long. */
  async run<T>(user: string, bytes: number, work: () => Promise<T>): Promise<T> {
    const nowMs = this.#nowMs();
    this.#sweep(nowMs);
    const asker = this.#asker(user, nowMs);
    if (asker.underWay >= limits.requestsUnderWayPerUser) throw tooManyRequests('too many requests of yours are under way', 1);
    const ticket: Ticket = { asker, sinceMs: nowMs, bytes };
    asker.underWay++;
    this.#underWay.add(ticket);
    try {
      if (this.#isCrowd(asker)) await this.#turnOf(ticket);
      else this.#begin(ticket);
      const result = await work();
      // Whoever has come meanwhile is looked at before the answer is sent.
      if (this.#isFloodInCompany(asker)) await this.#wait(0);
      return result;
    } finally {
      this.#leave(ticket);
    }
  }

  /** Nobody is there whom it would have to remember. */
  isIdle(): boolean {
    const nowMs = this.#nowMs();
    this.#sweep(nowMs);
    return this.#underWay.size === 0 && [...this.#askers.values()].every(({ lastMs }) => nowMs - lastMs > companyMs);
  }

  #asker(user: string, nowMs: number): Asker {
    let asker = this.#askers.get(user);
    if (!asker) {
      for (const [other, { underWay, lastMs }] of this.#askers)
        if (underWay === 0 && nowMs - lastMs > companyMs) this.#askers.delete(other);
      asker = { lastMs: nowMs, underWay: 0, running: 0, beganMs: 0, doneMs: 0, workMs: 0, waited: 0, begun: 0, waitingBytes: 0 };
      this.#askers.set(user, asker);
    }
    asker.lastMs = nowMs;
    return asker;
  }

  #sweep(nowMs: number): void {
    for (const ticket of this.#underWay) {
      if (nowMs - ticket.sinceMs <= countedMsMax) return;
      this.#leave(ticket);
    }
  }

  #leave(ticket: Ticket): void {
    if (!this.#underWay.delete(ticket)) return;
    const { asker } = ticket;
    asker.underWay--;
    if (ticket.beganMs === undefined) return;
    asker.running--;
    asker.doneMs = this.#nowMs();
    asker.workMs += (asker.doneMs - ticket.beganMs - asker.workMs) / 16;
  }

  #isCrowd(asker: Asker): boolean {
    return this.#underWay.size > crowd || (asker.underWay > crowdInCompany && this.#hasCompany(asker));
  }

  #begin(ticket: Ticket): void {
    ticket.asker.running++;
    ticket.beganMs = ticket.asker.beganMs = this.#nowMs();
  }

  /** Resolves when the request has begun: at once, so that nobody else looks in between. */
  async #turnOf(ticket: Ticket): Promise<void> {
    const { asker, sinceMs, bytes } = ticket;
    await this.#wait(0);
    // Who has just come stands behind those that wait already.
    if (asker.begun === asker.waited && !this.#mustWait(asker, 0)) return this.#begin(ticket);
    if (asker.waitingBytes + bytes > limits.waitingBytesPerUser) throw tooManyRequests('too much of yours waits for its turn', 1);
    const place = asker.waited++;
    asker.waitingBytes += bytes;
    try {
      do {
        if (this.#nowMs() - sinceMs > waitMsMax) throw tooManyRequests('it was not the turn of the request for too long', 1);
        await this.#wait(lookMs(asker, place - asker.begun));
      } while (this.#mustWait(asker, place - asker.begun));
      this.#begin(ticket);
    } finally {
      asker.begun++;
      asker.waitingBytes -= bytes;
    }
  }

  #mustWait(asker: Asker, before: number): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - asker.beganMs >= patienceMs) return false;
    if (this.#isFloodInCompany(asker))
      return before > 0 || asker.running > 0 || nowMs - asker.doneMs < restOf(asker);
    return asker.running >= runningInCompany && this.#hasCompany(asker);
  }

  #isFloodInCompany(asker: Asker): boolean {
    return isFlood(asker) && this.#hasCompany(asker, true);
  }

  /** Whether others ask too. Of those who flood the cluster themselves, none needs to be protected from a flood. */
  #hasCompany(asker: Asker, ofQuiet = false): boolean {
    if (this.#askers.size < 2) return false;
    const recentMs = this.#nowMs() - companyMs;
    for (const other of this.#askers.values())
      if (other !== asker && other.lastMs >= recentMs && !(ofQuiet && isFlood(other))) return true;
    return false;
  }
}

const isFlood = ({ underWay }: Asker): boolean => underWay > flood;

const restOf = ({ workMs }: Asker): number => Math.max(restMs, Math.min(workMs, patienceMs));

/** When those before it should be done. */
function lookMs(asker: Asker, before: number): number {
  const eachMs = isFlood(asker) ? asker.workMs + restOf(asker) : asker.workMs / runningInCompany;
  return Math.max(1, Math.min(lookMsMax, before * eachMs));
}
