import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import { currentAnnotations, nextRevision, sizeAnnotations } from './annotations.ts';
import { withPauseNoted, withRolloutConditions, withSetFound } from './progress.ts';
import { splitSets } from './replica-sets.ts';
import { resized, type Resize } from './rolling.ts';
import { calculateStatus } from './status.ts';

/**
 * What one reconcile works on: a Deployment as it was read, and its ReplicaSets and conditions as they are to become. Aspects
 * take one and return the next; `commit` compares the last one with what was read.
 */
export interface Rollout {
  readonly deployment: Deployment;
  readonly now: Date;
  /** The ReplicaSet of the current template; a draft when it is to be created. */
  readonly newSet?: ReplicaSet;
  readonly oldSets: readonly ReplicaSet[];
  /** Old ReplicaSets beyond the history limit. */
  readonly surplus: readonly ReplicaSet[];
  readonly conditions: readonly DeploymentCondition[];
  /** Whether this is a rollout whose progress is watched; it is not while only the size changes, or nothing may. */
  readonly watched: boolean;
}

/** Tells the ReplicaSets apart and brings the current one's annotations and minReadySeconds in line with the Deployment. */
export function beginRollout(deployment: Deployment, sets: readonly ReplicaSet[], now: Date): Rollout {
  const { newSet, oldSets } = splitSets(deployment, sets);
  const begun = { deployment, now, oldSets, surplus: [], watched: false };
  const conditions = deployment.status?.conditions ?? [];
  const noted = deployment.metadata.deletionTimestamp ? conditions : withPauseNoted(deployment, conditions, now);
  if (!newSet) return { ...begun, conditions: noted };
  return { ...begun, newSet: synced(newSet, deployment, oldSets), conditions: withSetFound(deployment, noted, newSet, now) };
}

const synced = (set: ReplicaSet, deployment: Deployment, oldSets: readonly ReplicaSet[]): ReplicaSet => ({
  ...set,
  metadata: {
    ...set.metadata,
    annotations: currentAnnotations(deployment, set.metadata.annotations, nextRevision(oldSets)),
  },
  spec: { ...set.spec, minReadySeconds: deployment.spec.minReadySeconds },
});

/** The rollout with new sizes, each marked with the Deployment's own. */
export function withSizes(rollout: Rollout, sizes: readonly Resize[]): Rollout {
  const marks = sizeAnnotations(rollout.deployment);
  const apply = (set: ReplicaSet): ReplicaSet => {
    const resize = sizes.find((candidate) => candidate.set.metadata.uid === set.metadata.uid);
    if (!resize) return set;
    const { metadata } = set;
    return { ...resized(set, resize.size), metadata: { ...metadata, annotations: { ...metadata.annotations, ...marks } } };
  };
  return { ...rollout, newSet: rollout.newSet && apply(rollout.newSet), oldSets: rollout.oldSets.map(apply) };
}

/** The Deployment's status after this reconcile. */
export function statusOf(rollout: Rollout): DeploymentStatus {
  const { deployment, newSet, oldSets, conditions, now } = rollout;
  const status = calculateStatus(deployment, newSet, oldSets, conditions, now);
  return rollout.watched ? withRolloutConditions(deployment, deployment.status ?? {}, status, newSet, oldSets, now) : status;
}
