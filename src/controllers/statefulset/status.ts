import type { ControllerRevision } from '../../resources/apps/controllerrevision.ts';
import type { StatefulSet, StatefulSetStatus } from '../../resources/apps/statefulset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { isPodAvailable, isPodReady } from '../support/pods.ts';
import { replicasOf, revisionOf } from './identity.ts';

/** The two revisions that pods may be of: before a rollout both are the same. */
export interface Revisions {
  current: ControllerRevision;
  update: ControllerRevision;
}

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isPodReady(pod);

/** A pod that serves nobody: it is not there, not available, or about to go. */
export const isUnavailable = (pod: Pod | undefined, { spec }: StatefulSet, now: Date): boolean =>
  pod === undefined || pod.metadata.deletionTimestamp !== undefined || !isPodAvailable(pod, spec.minReadySeconds ?? 0, now);

/**
 * The status that follows from the pods of the set. Counts of 0 are left out where upstream's JSON leaves them out. Once all
 * pods are updated and ready, the update revision becomes the current one.
 *
 * @param outdated pods of the current revision that the plan of this very reconcile deletes
 */
export function calculateStatus(
  set: StatefulSet,
  pods: readonly Pod[],
  { current, update }: Revisions,
  outdated: number,
  now: Date,
): StatefulSetStatus {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const count = (test: (pod: Pod) => boolean) => pods.filter(test).length;
  const ofRevision = ({ metadata }: ControllerRevision) =>
    count((pod) => pod.metadata.deletionTimestamp === undefined && revisionOf(pod) === metadata.name);
  const ready = count(isRunningAndReady);
  const updated = ofRevision(update);
  const wanted = replicasOf(set);
  const isComplete =
    set.spec.updateStrategy?.type === 'RollingUpdate' && updated === wanted && ready === wanted && pods.length === wanted;
  const currentReplicas = isComplete ? updated : ofRevision(current) - outdated;
  const { generation } = set.metadata;
  return {
    ...(generation && { observedGeneration: generation }),
    replicas: pods.length,
    ...(ready && { readyReplicas: ready }),
    availableReplicas: count((pod) => isRunningAndReady(pod) && isPodAvailable(pod, minReadySeconds, now)),
    ...(currentReplicas > 0 && { currentReplicas }),
    ...(updated && { updatedReplicas: updated }),
    currentRevision: (isComplete ? update : current).metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}
