/** What the platform offers: one alarm and a small synchronous key-value store, both durable. */
export interface AlarmPlatform {
  setAlarm(timeMs: number): void;
  deleteAlarm(): void;
  load(): Record<string, number> | undefined;
  save(alarms: Record<string, number>): void;
}

/**
 * Named timers over the one alarm of a Durable Object. They survive eviction and restarts. A name has one time; setting
 * it again moves it. Nothing is written when nothing changes.
 */
export class NamedAlarms {
  readonly #platform: AlarmPlatform;
  #times: Record<string, number>;

  constructor(platform: AlarmPlatform) {
    this.#platform = platform;
    this.#times = platform.load() ?? {};
  }

  /** When `name` rings next, in milliseconds since the epoch. */
  at(name: string): number | undefined {
    return this.#times[name];
  }

  /** Lets `name` ring at `timeMs`; `undefined` takes it back. */
  set(name: string, timeMs: number | undefined): void {
    if (this.#times[name] === timeMs) return;
    const before = next(this.#times);
    const { [name]: _, ...rest } = this.#times;
    this.#times = timeMs === undefined ? rest : { ...rest, [name]: timeMs };
    this.#platform.save(this.#times);
    const after = next(this.#times);
    if (after === before) return;
    if (after === undefined) this.#platform.deleteAlarm();
    else this.#platform.setAlarm(after);
  }

  /** Takes all of them back. */
  clear(): void {
    for (const name of Object.keys(this.#times)) this.set(name, undefined);
  }

  /**
   * The names that are due, which are thereby taken off. To be called when the platform's alarm rings; sets the
   * platform's alarm for what remains (it may ring early, or twice: then nothing is due).
   */
  ring(nowMs: number): string[] {
    const due = Object.keys(this.#times).filter((name) => this.#times[name]! <= nowMs);
    this.#times = Object.fromEntries(Object.entries(this.#times).filter(([, time]) => time > nowMs));
    if (due.length > 0) this.#platform.save(this.#times);
    const after = next(this.#times);
    if (after !== undefined) this.#platform.setAlarm(after);
    return due;
  }
}

function next(times: Record<string, number>): number | undefined {
  const all = Object.values(times);
  return all.length === 0 ? undefined : Math.min(...all);
}
