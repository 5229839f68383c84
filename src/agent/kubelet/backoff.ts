/** How long a container that keeps ending has to wait. Times are milliseconds. */
export interface Backoff {
  delayMs: number;
  /** When the delay was last raised. */
  raisedAtMs: number;
}

const firstDelayMs = 10_000;
const longestDelayMs = 300_000;

const isForgotten = (backoff: Backoff, eventMs: number) => eventMs - backoff.raisedAtMs > 2 * longestDelayMs;

/**
 * Until when to wait after something that failed at `failedAtMs`; undefined: not at all. As upstream: the first restart
 * is immediate, the next ones wait 10 s, 20 s, … 5 min from the failure, and ten minutes without one forget it all.
 */
export function waitUntilMs(backoff: Backoff | undefined, failedAtMs: number): number | undefined {
  return backoff && !isForgotten(backoff, failedAtMs) ? failedAtMs + backoff.delayMs : undefined;
}

/** The back-off after trying again at `nowMs` what failed at `failedAtMs`. */
export function raised(backoff: Backoff | undefined, failedAtMs: number, nowMs: number): Backoff {
  const isFirst = !backoff || isForgotten(backoff, failedAtMs);
  return { delayMs: isFirst ? firstDelayMs : Math.min(2 * backoff.delayMs, longestDelayMs), raisedAtMs: nowMs };
}

/** A duration as Go prints whole seconds: `10s`, `2m40s`, `5m0s`. */
export function goSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
