/** So many a second, lasting, and for a moment twice as many. Time is an argument. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = 2 * perSecond;
    this.#atMs = nowMs;
  }

  /** 0 if one more may pass; otherwise in how many seconds to try again. */
  take(nowMs: number): number {
    const refilled = this.#tokens + (Math.max(0, nowMs - this.#atMs) * this.#perSecond) / 1_000;
    this.#tokens = Math.min(2 * this.#perSecond, refilled);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return this.#perSecond === 0 ? 60 : Math.max(1, Math.ceil((1 - this.#tokens) / this.#perSecond));
    this.#tokens--;
    return 0;
  }
}
