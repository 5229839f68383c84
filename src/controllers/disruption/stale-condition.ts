import { rfc3339 } from '../../lib/clock.ts';
import { emptyPlan, type Plan } from '../../machinery/reconcile.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { PodCondition } from '../../resources/shared/pod-status.ts';
import { isPodTerminal } from '../support/pods.ts';

/** How long a pod may be said to be ending before it is deleted. */
const staleAfterMs = 2 * 60_000;

const type = 'DisruptionTarget';

/** The condition that says that the pod is about to be deleted, on a pod that is not. What kubelets say is not doubted. */
export function pendingDisruption({ metadata, status }: Pod): PodCondition | undefined {
  const condition = status?.conditions?.find((each) => each.type === type);
  if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined;
  return metadata.deletionTimestamp !== undefined || isPodTerminal({ metadata, status } as Pod) ? undefined : condition;
}

/** Takes the condition back once it is stale. */
export function clearStaleDisruption(pod: Pod, now: Date): Plan {
  const stale = pendingDisruption(pod);
  if (!stale) return emptyPlan();
  const leftMs = Date.parse(stale.lastTransitionTime ?? pod.metadata.creationTimestamp) + staleAfterMs - now.getTime();
  if (leftMs > 0) return { ...emptyPlan(), requeueAfterMs: leftMs };
  const { observedGeneration } = pod.status ?? {};
  const counted = (observedGeneration ?? 0) > 0 || (stale.observedGeneration ?? 0) > 0;
  const condition: PodCondition = {
    type,
    status: 'False',
    lastTransitionTime: rfc3339(now),
    ...(counted && { observedGeneration: pod.metadata.generation }),
  };
  const conditions = pod.status?.conditions?.map((each) => (each === stale ? condition : each));
  const object: Pod = { ...pod, status: { ...pod.status, conditions } };
  return { ...emptyPlan(), writes: [{ verb: 'update', resource: pods, object, subresource: 'status' }] };
}
