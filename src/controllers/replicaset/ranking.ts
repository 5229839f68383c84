/** Which pods a ReplicaSet gives up first: upstream's `ActivePodsWithRanks`. */
import type { Pod } from '../../resources/core/pod.ts';
import { isPodActive, isPodReady, readySince } from '../support/pods.ts';

/** What a pod is ordered by, worked out once. */
interface Ranked {
  pod: Pod;
  assigned: boolean;
  phase: number;
  ready: boolean;
  deletionCost: number;
  /** Active pods of the same and related ReplicaSets on the pod's node. */
  neighbours: number;
  readySince: number | undefined;
  restarts: number;
  sidecarRestarts: number;
  createdAt: number;
}

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The `count` of `pods` to delete. `related` are the pods of all ReplicaSets with the same owner, these included: of two
 * equal pods, the one with more of those on its node goes first.
 */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: Date): Pod[] {
  if (count >= pods.length) return [...pods];
  const onNode = new Map<string, number>();
  for (const pod of related) {
    if (!isPodActive(pod)) continue;
    const node = pod.spec.nodeName ?? '';
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => rank(pod, onNode.get(pod.spec.nodeName ?? '') ?? 0));
  ranked.sort((a, b) => compare(a, b, now.getTime()));
  return ranked.slice(0, count).map(({ pod }) => pod);
}

const rank = (pod: Pod, neighbours: number): Ranked => ({
  pod,
  assigned: Boolean(pod.spec.nodeName),
  phase: phases[pod.status?.phase ?? ''] ?? 0,
  ready: isPodReady(pod),
  deletionCost: deletionCost(pod),
  neighbours,
  readySince: readySince(pod),
  ...restartsOf(pod),
  createdAt: Date.parse(pod.metadata.creationTimestamp),
});

/** Negative when `a` goes first. */
function compare(a: Ranked, b: Ranked, now: number): number {
  return (
    Number(a.assigned) - Number(b.assigned) ||
    a.phase - b.phase ||
    Number(a.ready) - Number(b.ready) ||
    a.deletionCost - b.deletionCost ||
    b.neighbours - a.neighbours ||
    (a.ready && b.ready ? compareAge(a, b, a.readySince, b.readySince, now) : 0) ||
    b.restarts - a.restarts ||
    b.sidecarRestarts - a.sidecarRestarts ||
    compareAge(a, b, a.createdAt, b.createdAt, now)
  );
}

/**
 * The younger goes first, but only where ages are of different magnitude (powers of two): among pods of about the same age
 * the uid decides, which is as good as chance. A time that is not known counts as youngest.
 */
function compareAge(a: Ranked, b: Ranked, timeA: number | undefined, timeB: number | undefined, now: number): number {
  if (timeA === timeB) return 0;
  if (timeA === undefined) return -1;
  if (timeB === undefined) return 1;
  return magnitude(now - timeA) - magnitude(now - timeB) || (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1);
}

const nanosecondsPerMs = 1e6;
const magnitude = (ageMs: number): number => (ageMs > 0 ? Math.floor(Math.log2(ageMs * nanosecondsPerMs)) : -1);

/** `controller.kubernetes.io/pod-deletion-cost`; 0 when it is missing or not a plain int32. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'];
  if (text === undefined || !/^(0|-?[1-9]\d{0,9}|-0\d{0,9})$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

function restartsOf(pod: Pod): { restarts: number; sidecarRestarts: number } {
  const sidecars = new Set(pod.spec.initContainers?.filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  const most = (counts: number[]) => Math.max(0, ...counts);
  return {
    restarts: most((pod.status?.containerStatuses ?? []).map((c) => c.restartCount)),
    sidecarRestarts: most(
      (pod.status?.initContainerStatuses ?? []).filter((c) => sidecars.has(c.name)).map((c) => c.restartCount),
    ),
  };
}
