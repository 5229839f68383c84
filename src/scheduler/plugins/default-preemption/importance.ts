import type { PodInfo } from '../../snapshot/pod-info.ts';

/** When the pod started, in milliseconds; one that has not counts as starting now. */
export function startOf({ pod }: PodInfo, now: Date): number {
  const { startTime } = pod.status ?? {};
  return startTime === undefined ? now.getTime() : Date.parse(startTime);
}

/** The more important first: of higher priority, and of the same priority those that have run for longer. */
export const byImportance =
  (now: Date) =>
  (a: PodInfo, b: PodInfo): number =>
    b.priority - a.priority || startOf(a, now) - startOf(b, now);
