import type { Random } from '../lib/random.ts';

export interface RetryBounds {
  firstMs: number;
  longestMs: number;
}

export const defaultRetryBounds: RetryBounds = { firstMs: 500, longestMs: 30_000 };

/**
 * How long to wait after so many failures in a row (0: this is the first): doubled each time, and somewhere between half
 * of that and all of it, so that a fleet of nodes does not come back in step.
 */
export function retryDelayMs(failures: number, random: Random, { firstMs, longestMs } = defaultRetryBounds): number {
  const delayMs = Math.min(firstMs * 2 ** Math.min(failures, 20), longestMs);
  return delayMs * (0.5 + 0.5 * random.next());
}
