/** Which pods a job gives up first. */
import type { Pod } from '../../resources/core/pod.ts';
import { isPodReady, readySince } from '../support/pods.ts';
import { indexOf, isTracked } from './pod-facts.ts';
import { isValidIndex, type JobView } from './view.ts';

/**
 * The active pods to remove: of an indexed job those whose index is not valid or has a better pod, and then as many more as
 * it takes to come to `surplus`.
 */
export function podsToRemove({ job, isIndexed, active }: JobView, surplus: number): Pod[] {
  const ranked = [...active].sort(compare);
  if (!isIndexed) return ranked.slice(0, Math.max(0, surplus));
  const best = new Map<number, Pod>();
  for (const pod of ranked) {
    const index = indexOf(pod);
    if (isValidIndex(index, job.spec.completions ?? 0)) best.set(index, pod);
  }
  const kept = new Set(best.values());
  const removed = ranked.filter((pod) => !kept.has(pod));
  const staying = ranked.filter((pod) => kept.has(pod));
  return [...removed, ...staying.slice(0, Math.max(0, surplus - removed.length))];
}

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Negative when `a` goes first: pods that are on their way out already, then those that have come less far: without a node,
 * not running, not ready, ready for a shorter time, restarted more often, younger.
 */
function compare(a: Pod, b: Pod): number {
  return (
    Number(isTracked(a)) - Number(isTracked(b)) ||
    Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
    phaseOf(a) - phaseOf(b) ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    (readySince(b) ?? Infinity) - (readySince(a) ?? Infinity) ||
    restartsOf(b) - restartsOf(a) ||
    Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp) ||
    (a.metadata.uid < b.metadata.uid ? -1 : 1)
  );
}

const phaseOf = ({ status }: Pod): number => phases[status?.phase ?? ''] ?? 0;

const restartsOf = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
