const dayMs = 86_400_000;
/** How far the clock of this process and the database's may be apart. */
const skewMs = 5 * 60_000;

/**
 * Says of which changes the log is to carry the state before: of those whose previous line may be in another day's partition,
 * so that each partition can tell for its own day how everything was. What was loaded counts as written on an earlier day.
 */
export class CarriedStates {
  readonly #now: () => number;
  /** What is not newer than this may have been written on an earlier day. */
  #revision: number;
  #untilMs: number;

  /** `revision` is the newest one of what was loaded. */
  constructor(revision: number, now: () => number) {
    this.#now = now;
    this.#revision = revision;
    this.#untilMs = nextTurn(now());
  }

  /** Whether a change of what was written at `previousRevision` carries it. `newest` is the newest revision that was given out. */
  includes(previousRevision: number, newest: number): boolean {
    const nowMs = this.#now();
    if (nowMs >= this.#untilMs) {
      this.#revision = newest;
      this.#untilMs = nextTurn(nowMs);
    }
    return previousRevision <= this.#revision;
  }
}

/** The next time at which, by somebody's clock, a day may begin or has surely begun for all. */
function nextTurn(nowMs: number): number {
  const midnight = Math.floor((nowMs + skewMs) / dayMs) * dayMs;
  const next = [midnight - skewMs, midnight + skewMs, midnight + dayMs - skewMs].find((time) => time > nowMs);
  return next ?? midnight + dayMs + skewMs;
}
