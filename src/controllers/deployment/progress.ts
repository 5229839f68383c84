/** The Progressing condition: what a rollout did last and when, and whether that is longer ago than its deadline. */
import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import { findCondition, withCondition, withoutCondition } from '../support/conditions.ts';
import { condition, isComplete } from './status.ts';

type Conditions = readonly DeploymentCondition[];

/** Reasons of the Progressing condition. kubectl and kstatus know them. */
export const reasons = {
  created: 'NewReplicaSetCreated',
  createFailed: 'ReplicaSetCreateError',
  found: 'FoundNewReplicaSet',
  updated: 'ReplicaSetUpdated',
  available: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

/** Progress is only watched with a deadline. The largest int32 stands for none. */
export const hasDeadline = (deployment: Deployment): boolean =>
  deployment.spec.progressDeadlineSeconds !== undefined && deployment.spec.progressDeadlineSeconds !== 2 ** 31 - 1;

export const progressing = (conditions: Conditions | undefined) => findCondition(conditions, 'Progressing');

/** The conditions with a word on progress, where the deployment has a deadline to be judged by. */
export function withProgress(
  deployment: Deployment,
  conditions: Conditions,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: Date,
): DeploymentCondition[] {
  if (!hasDeadline(deployment)) return [...conditions];
  return withCondition(conditions, condition('Progressing', status, reason, message, now));
}

/** Stops the clock while the deployment is paused and starts it anew after. A missed deadline stays visible. */
export function withPauseNoted(deployment: Deployment, conditions: Conditions, now: Date): DeploymentCondition[] {
  const reason = progressing(conditions)?.reason;
  if (reason !== reasons.timedOut) {
    if (deployment.spec.paused && reason !== reasons.paused)
      return withProgress(deployment, conditions, 'Unknown', reasons.paused, 'Deployment is paused', now);
    if (!deployment.spec.paused && reason === reasons.paused)
      return withProgress(deployment, conditions, 'Unknown', reasons.resumed, 'Deployment is resumed', now);
  }
  return [...conditions];
}

/** Notes that there is a current ReplicaSet where nothing was said of progress yet, or only that it could not be created. */
export function withSetFound(
  deployment: Deployment,
  conditions: Conditions,
  newSet: ReplicaSet,
  now: Date,
): DeploymentCondition[] {
  const { name } = newSet.metadata;
  const current = progressing(conditions);
  if (!current) return withProgress(deployment, conditions, 'True', reasons.found, `Found new replica set "${name}"`, now);
  if (current.reason === reasons.createFailed)
    return withProgress(deployment, conditions, 'True', reasons.created, `Created new replica set "${name}"`, now);
  return [...conditions];
}

/**
 * Brings Progressing and ReplicaFailure up to date with `status`, whose conditions are those before. `before` is the status
 * that progress is measured against: the one that was written last.
 */
export function withRolloutConditions(
  deployment: Deployment,
  before: DeploymentStatus,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
  now: Date,
): DeploymentStatus {
  const conditions = hasDeadline(deployment)
    ? judged(deployment, before, status, newSet, now)
    : withoutCondition(status.conditions, 'Progressing');
  return { ...status, conditions: withFailure(conditions, newSet, oldSets) };
}

function judged(
  deployment: Deployment,
  before: DeploymentStatus,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  now: Date,
): DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  const current = progressing(conditions);
  const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  // A finished rollout is not judged again: pods that come and go later are no lack of progress.
  if ((status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === reasons.available) return conditions;
  if (isComplete(deployment, status))
    return withProgress(deployment, conditions, 'True', reasons.available, `${subject} has successfully progressed.`, now);
  if (hasProgressed(before, status)) {
    const progress = condition('Progressing', 'True', reasons.updated, `${subject} is progressing.`, now);
    // Replaced even where status and reason stay: each step moves lastUpdateTime, from which the deadline counts.
    if (current?.status === 'True') progress.lastTransitionTime = current.lastTransitionTime;
    return [...withoutCondition(conditions, 'Progressing'), progress];
  }
  if (hasTimedOut(deployment, current, now))
    return withProgress(deployment, conditions, 'False', reasons.timedOut, `${subject} has timed out progressing.`, now);
  return conditions;
}

/** More new pods, fewer old ones, more ready or more available ones than before. */
export function hasProgressed(before: DeploymentStatus, status: DeploymentStatus): boolean {
  const counts = ({ replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 }: DeploymentStatus) => ({
    updated: updatedReplicas,
    old: replicas - updatedReplicas,
    ready: readyReplicas,
    available: availableReplicas,
  });
  const [was, is] = [counts(before), counts(status)];
  return is.updated > was.updated || is.old < was.old || is.ready > was.ready || is.available > was.available;
}

function hasTimedOut(deployment: Deployment, current: DeploymentCondition | undefined, now: Date): boolean {
  if (!current || current.reason === reasons.available) return false;
  if (current.reason === reasons.timedOut) return true;
  return deadlineOf(deployment, current) < now.getTime();
}

const deadlineOf = (deployment: Deployment, current: DeploymentCondition): number =>
  Date.parse(current.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;

/** When to look again for want of progress, in milliseconds; `undefined` when the rollout is over, for better or worse. */
export function deadlineCheckMs(deployment: Deployment, status: DeploymentStatus, now: Date): number | undefined {
  const current = progressing(status.conditions);
  if (!hasDeadline(deployment) || !current) return undefined;
  if (isComplete(deployment, status) || current.reason === reasons.timedOut || current.reason === reasons.available)
    return undefined;
  // A second more, since the times are in whole seconds.
  return Math.max(0, deadlineOf(deployment, current) - now.getTime()) + 1000;
}

/** Shows the failure of a ReplicaSet to create or delete pods, of the current one before others. */
function withFailure(
  conditions: Conditions,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): DeploymentCondition[] {
  const sets = newSet ? [newSet, ...oldSets] : oldSets;
  for (const set of sets) {
    const failure = findCondition(set.status?.conditions, 'ReplicaFailure');
    if (failure) return withCondition(conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime });
  }
  return withoutCondition(conditions, 'ReplicaFailure');
}
