import type { Pod } from '../../../resources/core/pod.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';

const known = new WeakMap<Pod, number>();

/** When the pod started, in milliseconds; one that has not counts as starting now. */
export function startOf({ pod }: PodInfo, nowMs: number): number {
  const startTime = pod.status?.startTime;
  if (startTime === undefined) return nowMs;
  let start = known.get(pod);
  if (start === undefined) known.set(pod, (start = Date.parse(startTime)));
  return start;
}

/** The more important first: of higher priority, and of the same priority those that have run for longer. */
export function byImportance(now: Date): (a: PodInfo, b: PodInfo) => number {
  const nowMs = now.getTime();
  return (a, b) => b.priority - a.priority || startOf(a, nowMs) - startOf(b, nowMs);
}
