import { limits } from '../lib/limits.ts';
import { tooManyRequests } from '../machinery/status.ts';

/** With so many requests under way, each lets others have their turn before it begins. */
const crowd = 8;
/** So many requests of one user are worked on at once while there are others. */
const runningInCompany = 8;
/** Who has more than that under way floods the cluster, and is served one after the other while there are others. */
const flood = 40;
/** Whoever has asked within this time is there. */
const companyMs = 1_000;
/** How often one that waits looks whether it may begin. */
const lookMs = 1;
/** After waiting for so long a request is turned away. */
const waitMsMax = 15_000;

interface Asker {
  underWay: number;
  running: number;
  lastMs: number;
}

/**
 * Keeps a user who sends very many requests from being in everybody's way before the cluster's own flow control
 * (`server/flowcontrol`) gets to see them. With few under way it costs two counters.
 *
 * A request that waits, waits for timers of its own, since in a Worker it may not wait for another request. This is also what
 * has the local runtime look for what has come in on other connections, which it otherwise does when it has nothing else to
 * do: hardly ever, if the next request of a fast client is there before its last one is done.
 */
export class Turns<User extends object> {
  readonly #askers = new Map<User, Asker>();
  readonly #nowMs: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  #underWay = 0;

  constructor(nowMs: () => number, wait: (ms: number) => Promise<unknown>) {
    this.#nowMs = nowMs;
    this.#wait = wait;
  }

  /** Does the work when it is its turn. Rejects with 429 if the user has too much under way already, or waits for too long. */
  async run<T>(user: User, work: () => Promise<T>): Promise<T> {
    const asker = this.#asker(user);
    if (asker.underWay >= limits.requestsUnderWayPerUser) throw tooManyRequests('too many requests of yours are under way', 1);
    asker.underWay++;
    this.#underWay++;
    try {
      if (this.#underWay > crowd) await this.#turnOf(asker);
      else asker.running++;
      try {
        return await work();
      } finally {
        asker.running--;
      }
    } finally {
      asker.underWay--;
      this.#underWay--;
    }
  }

  #asker(user: User): Asker {
    const nowMs = this.#nowMs();
    let asker = this.#askers.get(user);
    if (!asker) {
      for (const [other, { underWay, lastMs }] of this.#askers)
        if (underWay === 0 && nowMs - lastMs > companyMs) this.#askers.delete(other);
      this.#askers.set(user, (asker = { underWay: 0, running: 0, lastMs: nowMs }));
    }
    asker.lastMs = nowMs;
    return asker;
  }

  /** Resolves when one more of the asker's is counted as running. */
  async #turnOf(asker: Asker): Promise<void> {
    const sinceMs = this.#nowMs();
    await this.#wait(0);
    while (asker.running >= (asker.underWay > flood ? 1 : runningInCompany) && this.#hasCompany(asker)) {
      if (this.#nowMs() - sinceMs > waitMsMax) throw tooManyRequests('it was not the turn of the request for too long', 1);
      await this.#wait(lookMs);
    }
    // Here, so that nobody else looks in between.
    asker.running++;
  }

  #hasCompany(asker: Asker): boolean {
    if (this.#askers.size < 2) return false;
    const recentMs = this.#nowMs() - companyMs;
    for (const other of this.#askers.values()) if (other !== asker && other.lastMs >= recentMs) return true;
    return false;
  }
}
