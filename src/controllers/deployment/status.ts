import { rfc3339 } from '../../lib/clock.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import { withCondition } from '../support/conditions.ts';
import { maxUnavailable, replicasOf } from './fenceposts.ts';
import { totalAvailable, totalReady, totalReplicas, totalSize, totalTerminating } from './replica-sets.ts';

/** A condition as of now. `withCondition` keeps the older transition time where the status stays. */
export const condition = (type: string, status: string, reason: string, message: string, now: Date): DeploymentCondition => ({
  type,
  status,
  lastUpdateTime: rfc3339(now),
  lastTransitionTime: rfc3339(now),
  reason,
  message,
});

/**
 * The status that follows from the ReplicaSets, with the conditions given and Available brought up to date. Counts of 0 are
 * left out, as upstream's JSON leaves them out; `terminatingReplicas` is not.
 */
export function calculateStatus(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
  conditions: readonly DeploymentCondition[],
  now: Date,
): DeploymentStatus {
  const sets = newSet ? [...oldSets, newSet] : oldSets;
  const available = totalAvailable(sets);
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  return present({
    observedGeneration: deployment.metadata.generation || undefined,
    replicas: totalReplicas(sets) || undefined,
    updatedReplicas: newSet?.status?.replicas || undefined,
    readyReplicas: totalReady(sets) || undefined,
    availableReplicas: available || undefined,
    unavailableReplicas: Math.max(0, totalSize(sets) - available) || undefined,
    terminatingReplicas: totalTerminating(sets),
    collisionCount: deployment.status?.collisionCount,
    conditions: withCondition(conditions, enough ? minimumAvailable(now) : minimumUnavailable(now)),
  });
}

const minimumAvailable = (now: Date) =>
  condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now);
const minimumUnavailable = (now: Date) =>
  condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', now);

/** The object without the members that are undefined. */
const present = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

/** All pods are of the current template and available, none of the old ones is left, and this was seen of the newest spec. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}
