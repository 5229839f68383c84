import { rfc3339 } from '../../lib/clock.ts';
import { selectorFromLabels } from '../../machinery/selectors.ts';
import type { ReplicaSetCondition, ReplicaSetStatus } from '../../resources/apps/replicaset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { withCondition, withoutCondition } from '../support/conditions.ts';
import { isPodAvailable, isPodReady } from '../support/pods.ts';
import type { Replicated } from './replicated.ts';

/** What went wrong with the pods of a set, as its condition says it. */
export interface ReplicaFailure {
  reason: 'FailedCreate' | 'FailedDelete';
  message: string;
}

/**
 * The status that follows from the pods that the set has. Counts of 0 are left out where upstream's JSON leaves them out:
 * `replicas` and, in kinds that have it, `terminatingReplicas` always show.
 */
export function calculateStatus(
  set: Replicated,
  active: readonly Pod[],
  terminating: readonly Pod[] | undefined,
  failure: ReplicaFailure | undefined,
  now: Date,
): ReplicaSetStatus {
  const template = selectorFromLabels(set.spec.template?.metadata?.labels ?? {});
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const count = (test: (pod: Pod) => boolean) => active.filter(test).length;
  const fullyLabeled = count((pod) => template.matches(pod.metadata.labels));
  const ready = count(isPodReady);
  const available = count((pod) => isPodAvailable(pod, minReadySeconds, now));
  const conditions = conditionsWith(set.status?.conditions, failure, now);
  const { generation } = set.metadata;
  return {
    replicas: active.length,
    ...(fullyLabeled && { fullyLabeledReplicas: fullyLabeled }),
    ...(ready && { readyReplicas: ready }),
    ...(available && { availableReplicas: available }),
    ...(terminating && { terminatingReplicas: terminating.length }),
    ...(generation && { observedGeneration: generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** A failure keeps its first message until it is of another sort, or over. */
function conditionsWith(
  conditions: readonly ReplicaSetCondition[] | undefined,
  failure: ReplicaFailure | undefined,
  now: Date,
): ReplicaSetCondition[] {
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure');
  const { reason, message } = failure;
  return withCondition(conditions, { type: 'ReplicaFailure', status: 'True', reason, message, lastTransitionTime: rfc3339(now) });
}
