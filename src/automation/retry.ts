import { limits } from '../lib/limits.ts';
import type { Random } from '../lib/random.ts';

const firstDelayMs = 2_000;
const delayMaxMs = 3_600_000;

/**
 * How long to wait after an attempt that failed, in milliseconds: twice as long each time, an hour at most, a quarter more
 * or less by chance. The receiver may ask for more (Retry-After, in seconds), up to that hour. Undefined when the change is
 * so old that the delivery is given up.
 */
export function retryDelayMs(
  { attempts, ageMs, retryAfterSeconds = 0 }: { attempts: number; ageMs: number; retryAfterSeconds?: number },
  random: Random,
): number | undefined {
  if (ageMs >= limits.deliveryPatienceMs) return undefined;
  const delay = Math.min(firstDelayMs * 2 ** Math.min(attempts - 1, 30), delayMaxMs);
  return Math.round(Math.max(delay * (0.75 + random.next() / 2), Math.min(retryAfterSeconds * 1_000, delayMaxMs)));
}
