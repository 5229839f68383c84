import type { Snapshot } from '../../machinery/reader.ts';
import type { Plan, ReconcileContext } from '../../machinery/reconcile.ts';
import type { StatusError } from '../../machinery/status.ts';
import type { Deployment } from '../../resources/apps/deployment.ts';
import { replicaSets, type ReplicaSet } from '../../resources/apps/replicaset.ts';
import { pods } from '../../resources/core/pod.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { isPodTerminal } from '../support/pods.ts';
import { nextRevision } from './annotations.ts';
import { commit, statusWrite } from './commit.ts';
import { isRollingUpdate, replicasOf } from './fenceposts.ts';
import { surplusSets } from './history.ts';
import { newReplicaSet } from './new-replica-set.ts';
import { reasons, withProgress } from './progress.ts';
import { activeSets, totalReplicas } from './replica-sets.ts';
import { newSetSize, oldSetSizes, resized } from './rolling.ts';
import { beginRollout, withSizes, type Rollout } from './rollout.ts';
import { isScalingEvent, scaledSizes } from './scale.ts';
import { isComplete } from './status.ts';

/**
 * Decides the next step of a Deployment that has claimed its ReplicaSets: nothing but status while it is being deleted, sizes
 * while it is paused or was resized, else a step of its strategy.
 */
export function syncDeployment(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  snapshot: Snapshot,
  context: ReconcileContext,
): Plan {
  const rollout = beginRollout(deployment, sets, context.now);
  if (deployment.metadata.deletionTimestamp) return commit(rollout, sets);
  if (deployment.spec.paused) return commit({ ...withScale(rollout), surplus: surplusSets(deployment, rollout.oldSets) }, sets);
  if (isScalingEvent(deployment, sets)) return commit(withScale(rollout), sets);

  const watched = { ...rollout, watched: true };
  const next = isRollingUpdate(deployment) ? rollingStep(watched) : recreateStep(watched, snapshot);
  return next === 'create' ? createPlan(watched, sets, snapshot, context) : commit(next, sets);
}

const withScale = (rollout: Rollout): Rollout =>
  withSizes(rollout, scaledSizes(rollout.deployment, rollout.newSet, rollout.oldSets));

/** One step of a rolling update: the new ReplicaSet grows, or else the old ones shrink, or else the history is cut. */
function rollingStep(rollout: Rollout): Rollout | 'create' {
  const { deployment, newSet, oldSets } = rollout;
  if (!newSet) return 'create';
  const size = newSetSize(deployment, newSet, oldSets);
  if (size !== newSet.spec.replicas) return withSizes(rollout, [{ set: newSet, size }]);
  const sizes = oldSetSizes(deployment, newSet, oldSets);
  return sizes.length > 0 ? withSizes(rollout, sizes) : withHistoryCut(rollout);
}

/** One step of Recreate: first no old pod is left, then the new ReplicaSet gets its full size. */
function recreateStep(rollout: Rollout, snapshot: Snapshot): Rollout | 'create' {
  const { deployment, newSet, oldSets } = rollout;
  const active = activeSets(oldSets);
  if (active.length > 0)
    return withSizes(
      rollout,
      active.map((set) => ({ set, size: 0 })),
    );
  if (oldPodsRunning(oldSets, snapshot)) return rollout;
  if (!newSet) return 'create';
  const size = replicasOf(deployment);
  return size !== newSet.spec.replicas ? withSizes(rollout, [{ set: newSet, size }]) : withHistoryCut(rollout);
}

/** Pods count until they have ended, also those that are being deleted. */
const oldPodsRunning = (oldSets: readonly ReplicaSet[], snapshot: Snapshot): boolean =>
  totalReplicas(oldSets) > 0 ||
  oldSets.some((set) => snapshot.ownedBy(pods, set.metadata.uid).some((pod) => !isPodTerminal(pod)));

/** The history is cut only once a rollout is over: until then any of the old ReplicaSets may be needed. */
const withHistoryCut = (rollout: Rollout): Rollout =>
  isComplete(rollout.deployment, rollout.deployment.status ?? {})
    ? { ...rollout, surplus: surplusSets(rollout.deployment, rollout.oldSets) }
    : rollout;

/** Creates the ReplicaSet of the current template, and nothing else in this step: what follows depends on whether that works. */
function createPlan(rollout: Rollout, sets: readonly ReplicaSet[], snapshot: Snapshot, context: ReconcileContext): Plan {
  const { deployment, oldSets, conditions, now } = rollout;
  const { namespace = '' } = deployment.metadata;
  if (isNamespaceTerminating(snapshot, namespace)) return commit(rollout, sets);
  const draft = newReplicaSet(deployment, nextRevision(oldSets), now);
  const { name } = draft.metadata;
  if (snapshot.get(replicaSets, namespace, name)) return { writes: [collision(deployment)], events: [] };
  const size = isRollingUpdate(deployment) ? newSetSize(deployment, draft, oldSets) : replicasOf(deployment);
  const newSet = resized(draft, size);

  const failure = context.failures.find((error) => isCreateFailure(error, name));
  if (!failure) {
    const created = withProgress(deployment, conditions, 'True', reasons.created, `Created new replica set "${name}"`, now);
    return commit({ ...rollout, newSet, conditions: created }, sets);
  }
  const message = `Failed to create new replica set "${name}": ${failure.message}`;
  const failed = withProgress(deployment, conditions, 'False', reasons.createFailed, message, now);
  const plan = commit({ ...rollout, newSet, conditions: failed, watched: false }, sets);
  plan.events.unshift({ regarding: deployment, type: 'Warning', reason: reasons.createFailed, message });
  return plan;
}

const isCreateFailure = ({ reason, details }: StatusError, name: string): boolean =>
  reason !== 'AlreadyExists' && reason !== 'Conflict' && (details?.name === undefined || details.name === name);

/** The name is taken by a ReplicaSet of another template or owner: the next hash takes the count of collisions in. */
const collision = (deployment: Deployment) =>
  statusWrite(deployment, { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 });
