import { StatusError } from '../machinery/status.ts';

/**
 * How long requests may take that name no time themselves. Nobody has a timer of its own: who is busy anyway looks from time
 * to time whose time is over (`expire`).
 */
export class Deadlines {
  readonly #timeoutMs: number;
  /** In the order in which they end, since all may take equally long. */
  readonly #waiting = new Set<{ atMs: number; expire(error: StatusError): void }>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Whether anybody waits. */
  get pending(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * What `work` comes to, or rejects with 504 when it takes longer. The work itself goes on: a write that is on its way to the
   * database is not taken back, and the client must look whether it happened, as with upstream.
   */
  within<T>(work: Promise<T>, nowMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting = { atMs: nowMs + this.#timeoutMs, expire: reject };
      this.#waiting.add(waiting);
      work.then(resolve, reject).finally(() => this.#waiting.delete(waiting));
    });
  }

  expire(nowMs: number): void {
    for (const waiting of this.#waiting) {
      if (waiting.atMs > nowMs) return;
      this.#waiting.delete(waiting);
      waiting.expire(requestTimedOut());
    }
  }
}

/** In upstream's words. */
export const requestTimedOut = () =>
  new StatusError('Timeout', 'Timeout: request did not complete within requested timeout - context deadline exceeded', {});
