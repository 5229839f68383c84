/**
 * What client-go asks for at least; at most it is twice as much. Watches that ask for less are ended when they say: somebody may
 * wait for it.
 */
const secondsMin = 300;
/** A watch that ends together with others has at least so much of the time it asked for. */
const shareMin = 0.4;
/** More would all come back at once, and keep the cluster awake by themselves. */
const othersMax = 100;

/**
 * How long a watch may last that begins now beside `others`, in seconds. Whoever watches comes back when the watch has ended, and
 * wakes the cluster: ten informers, whose watches end at random times, would do so eighty times an hour. So the watches of a
 * cluster end together, every five minutes, or where that would be too early for one, every ten, or two and a half, and so on.
 * `timeoutSeconds` is an upper bound, which the server need not use up.
 *
 * @param phaseMs what the cluster's own round times are apart from those of others, which should not all wake at once
 */
export function timeoutAmong(others: number, timeoutSeconds: number, nowMs: number, phaseMs: number): number {
  if (others === 0 || others > othersMax || timeoutSeconds < secondsMin) return timeoutSeconds;
  const startMs = nowMs + phaseMs;
  const earliestMs = startMs + timeoutSeconds * shareMin * 1000;
  const latestMs = startMs + timeoutSeconds * 1000;
  let stepMs = 1000 * secondsMin * 2 ** Math.floor(Math.log2(timeoutSeconds / secondsMin));
  while (roundedDown(latestMs, stepMs) < earliestMs) stepMs /= 2;
  return (roundedDown(latestMs, stepMs) - startMs) / 1000;
}

const roundedDown = (timeMs: number, stepMs: number): number => Math.floor(timeMs / stepMs) * stepMs;
