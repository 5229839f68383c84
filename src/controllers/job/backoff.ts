/** How long failures delay the next pod: 10 s after the first, doubled for each that follows, ten minutes at the most. */
import type { Pod } from '../../resources/core/pod.ts';
import { endedAtMs, failuresBefore } from './pod-facts.ts';

const firstDelayMs = 10_000;
const longestDelayMs = 600_000;

/** The time that is left, in ms, after `failures` failures in a row of which the last was at `lastMs`. */
export function backoffMs(failures: number, lastMs: number, now: Date): number {
  if (failures === 0) return 0;
  const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(0, lastMs + delay - now.getTime());
}

/**
 * The same for a job as a whole. Its failures in a row are those after its last success, of the pods there are: unlike
 * upstream's, which is in memory, that count survives a restart, but not the removal of the pods.
 */
export function jobBackoffMs(succeeded: readonly Pod[], failed: readonly Pod[], now: Date): number {
  const lastSuccessMs = Math.max(-Infinity, ...succeeded.map(endedAtMs));
  const since = failed.map(endedAtMs).filter((ms) => ms > lastSuccessMs);
  return since.length === 0 ? 0 : backoffMs(since.length, Math.max(...since), now);
}

/** The same for one index, whose last failed pod says how many failed before it. */
export function indexBackoffMs(lastFailed: Pod | undefined, now: Date): number {
  if (!lastFailed) return 0;
  const { counted, ignored } = failuresBefore(lastFailed);
  return backoffMs(counted + ignored + 1, endedAtMs(lastFailed), now);
}
