import type { Snapshot } from '../../machinery/reader.ts';
import { controllerOf } from '../../machinery/meta.ts';
import type { Plan, ReconcileContext, Write } from '../../machinery/reconcile.ts';
import type { StatusError } from '../../machinery/status.ts';
import { replicaSets, type ReplicaSet } from '../../resources/apps/replicaset.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { generatedName, podFromTemplate, podNamePrefix } from './pods.ts';
import { podsToDelete } from './ranking.ts';
import type { ReplicaFailure } from './status.ts';

/** Pods that one plan creates or deletes at most (upstream's `BurstReplicas`); the next one goes on. */
export const podsPerPlanMax = 500;

/** Creates the pods that are missing, or deletes those that are too many. */
export function managePods(set: ReplicaSet, active: readonly Pod[], snapshot: Snapshot, context: ReconcileContext): Plan {
  const missing = (set.spec.replicas ?? 1) - active.length;
  if (missing > 0) return createPods(set, missing, snapshot, context);
  if (missing < 0) return deletePods(set, active, -missing, snapshot, context);
  return { writes: [], events: [] };
}

function createPods(set: ReplicaSet, missing: number, snapshot: Snapshot, { random, failures }: ReconcileContext): Plan {
  const { namespace = '', name: setName } = set.metadata;
  const plan: Plan = { writes: [], events: [] };
  if (isNamespaceTerminating(snapshot, namespace)) return plan;
  // After a failure one pod finds out whether it has passed: a quota would refuse all the others as well.
  const count = failures.some(isPodFailure) ? 1 : Math.min(missing, podsPerPlanMax);
  const names = new Set<string>();
  while (names.size < count) {
    const name = generatedName(
      podNamePrefix(setName),
      random,
      (n) => names.has(n) || snapshot.get(pods, namespace, n) !== undefined,
    );
    names.add(name);
    const write: Write = { verb: 'create', resource: pods, object: podFromTemplate(set, name) };
    plan.writes.push(write);
    plan.events.push({
      regarding: set,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${name}`,
      after: write,
    });
  }
  if (count === podsPerPlanMax && count < missing) plan.requeueAfterMs = 0;
  return plan;
}

function deletePods(
  set: ReplicaSet,
  active: readonly Pod[],
  surplus: number,
  snapshot: Snapshot,
  { now }: ReconcileContext,
): Plan {
  const plan: Plan = { writes: [], events: [] };
  const count = Math.min(surplus, podsPerPlanMax);
  for (const { metadata } of podsToDelete(active, relatedPods(set, snapshot), count, now)) {
    const { name, namespace = '', uid } = metadata;
    const write: Write = { verb: 'delete', resource: pods, namespace, name, uid };
    plan.writes.push(write);
    plan.events.push({
      regarding: set,
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${name}`,
      after: write,
    });
  }
  if (count < surplus) plan.requeueAfterMs = 0;
  return plan;
}

/** The pods of all ReplicaSets with the same owner: during a rollout, nodes are evened out over old and new pods together. */
function relatedPods(set: ReplicaSet, snapshot: Snapshot): Pod[] {
  const owner = controllerOf(set);
  const sets = owner ? snapshot.ownedBy(replicaSets, owner.uid) : [set];
  return sets.flatMap(({ metadata }) => snapshot.ownedBy(pods, metadata.uid));
}

/** Whether what the API refused was about pods, and is not settled by just looking again. */
export const isPodFailure = ({ reason, details }: StatusError): boolean =>
  !settledByRetry.has(reason) &&
  !aboutReplicaSet.has(details?.kind ?? '') &&
  !details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating');

const settledByRetry: ReadonlySet<string> = new Set(['AlreadyExists', 'Conflict', 'NotFound']);
const aboutReplicaSet: ReadonlySet<string> = new Set([replicaSets.plural, replicaSets.kind]);

/** What the failures of the last plan say about the ReplicaSet, by whether it has too few pods or too many. */
export function failureOf(set: ReplicaSet, active: readonly Pod[], failures: readonly StatusError[]): ReplicaFailure | undefined {
  const missing = (set.spec.replicas ?? 1) - active.length;
  const failure = failures.find(isPodFailure);
  if (!failure || missing === 0) return undefined;
  return missing > 0
    ? { reason: 'FailedCreate', message: failure.message }
    : { reason: 'FailedDelete', message: `unable to delete pods: ${failure.message}` };
}
