import type { Snapshot } from '../../machinery/reader.ts';
import { controllerOf } from '../../machinery/meta.ts';
import { emptyPlan, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import type { StatusError } from '../../machinery/status.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { podFromTemplate } from '../support/new-pods.ts';
import { freshPodNames, isPodFailure, planPodCreation, planPodDeletion } from '../support/pod-control.ts';
import { podsToDelete } from './ranking.ts';
import { replicasOf, type Replicated, type ReplicatedKind } from './replicated.ts';
import type { ReplicaFailure } from './status.ts';

/** Pods that one plan creates or deletes at most (upstream's `BurstReplicas`); the next one goes on. */
export const podsPerPlanMax = 500;

/** Creates the pods that are missing, or deletes those that are too many. */
export function managePods<T extends Replicated>(
  kind: ReplicatedKind<T>,
  set: T,
  active: readonly Pod[],
  snapshot: Snapshot,
  context: ReconcileContext,
): Plan {
  const missing = replicasOf(set) - active.length;
  if (missing > 0) return createPods(kind, set, missing, snapshot, context);
  if (missing < 0) return deletePods(set, active, relatedPods(kind, set, snapshot), -missing, context.now);
  return emptyPlan();
}

function createPods<T extends Replicated>(
  { resource }: ReplicatedKind<T>,
  set: T,
  missing: number,
  snapshot: Snapshot,
  { random, failures }: ReconcileContext,
): Plan {
  const plan = emptyPlan();
  const { template } = set.spec;
  if (!template || isNamespaceTerminating(snapshot, set.metadata.namespace ?? '')) return plan;
  // After a failure one pod finds out whether it has passed: a quota would refuse all the others as well.
  const count = failures.some((failure) => isPodFailure(failure, resource)) ? 1 : Math.min(missing, podsPerPlanMax);
  for (const name of freshPodNames(set, count, snapshot, random))
    planPodCreation(plan, set, podFromTemplate(set, resource, template, name));
  if (count === podsPerPlanMax && count < missing) plan.requeueAfterMs = 0;
  return plan;
}

function deletePods(set: Replicated, active: readonly Pod[], related: readonly Pod[], surplus: number, now: Date): Plan {
  const plan = emptyPlan();
  const count = Math.min(surplus, podsPerPlanMax);
  for (const pod of podsToDelete(active, related, count, now)) planPodDeletion(plan, set, pod);
  if (count < surplus) plan.requeueAfterMs = 0;
  return plan;
}

/** The pods of all sets with the same owner: during a rollout, nodes are evened out over old and new pods together. */
function relatedPods<T extends Replicated>({ resource }: ReplicatedKind<T>, set: T, snapshot: Snapshot): Pod[] {
  const owner = controllerOf(set);
  const sets = owner ? snapshot.ownedBy(resource, owner.uid) : [set];
  return sets.flatMap(({ metadata }) => snapshot.ownedBy(pods, metadata.uid));
}

/** What the failures of the last plan say about the set, by whether it has too few pods or too many. */
export function failureOf<T extends Replicated>(
  { resource }: ReplicatedKind<T>,
  set: T,
  active: readonly Pod[],
  failures: readonly StatusError[],
): ReplicaFailure | undefined {
  const missing = replicasOf(set) - active.length;
  const failure = failures.find((candidate) => isPodFailure(candidate, resource));
  if (!failure || missing === 0) return undefined;
  return missing > 0
    ? { reason: 'FailedCreate', message: failure.message }
    : { reason: 'FailedDelete', message: `unable to delete pods: ${failure.message}` };
}
