/** The longest that a client is told to stay away, in seconds. */
const longest = 32;

/**
 * When those who were turned away may come back: longer and longer while there are many of them, shorter again when there
 * are few. Times are whole seconds. Source: `dropped_requests_tracker.go`.
 */
export class RetryAfter {
  /** In seconds. */
  seconds = 1;
  #raisedAt = 0;
  #now = 0;
  /** How many were turned away, by second, the oldest first; no more than `longest` of them. */
  #history: { second: number; count: number }[] = [];

  turnedAway(second: number): void {
    const last = this.#history.at(-1);
    if (last?.second === second) last.count++;
    else this.#history.push({ second, count: 1 });
    if (second > this.#now) this.#adjust(second);
    this.#now = Math.max(this.#now, second);
  }

  #adjust(now: number): void {
    this.#history = this.#history.filter(({ second }) => now - second <= longest);
    const recent = this.#history.filter(({ second }) => second < now && now - second <= this.seconds);
    const count = recent.reduce((sum, each) => sum + each.count, 0);
    if (count >= 3 * this.seconds && now - this.#raisedAt >= this.seconds) {
      this.seconds = Math.min(longest, 2 * this.seconds);
      this.#raisedAt = now;
    } else if (count < this.seconds && this.seconds > 1) this.seconds--;
  }
}
