import { controllerOf } from '../../machinery/meta.ts';
import {
  emptyPlan,
  keyOf,
  splitKey,
  type Controller,
  type EventDraft,
  type Plan,
  type ReconcileContext,
} from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { replicaSets, type ReplicaSet } from '../../resources/apps/replicaset.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { candidatesFor, claim, claimWrites, isControlledBy, refersTo } from '../support/ownership.ts';
import { isPodActive, isPodTerminating, nextAvailabilityMs } from '../support/pods.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { failureOf, managePods } from './replicas.ts';
import { calculateStatus, type ReplicaFailure } from './status.ts';

/** Keeps the number of pods of a ReplicaSet at what is asked for. */
export const replicaSetController: Controller = {
  name: 'replicaset',
  component: 'replicaset-controller',
  triggers: [
    { resource: replicaSets, keys: (set) => [keyOf(set)] },
    { resource: pods, keys: keysOfPod },
  ],
  reconcile,
};

function reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan {
  const { namespace, name } = splitKey(key);
  const set = snapshot.get(replicaSets, namespace, name);
  if (!set) return emptyPlan();
  const selector = selectorFromLabelSelector(set.spec.selector);
  const candidates = candidatesFor(snapshot, pods, set);
  const claims = claim(set, selector, candidates.filter(isPodActive));
  const claiming = claimWrites(set, replicaSets, pods, claims);
  // Whose the pods are comes first: each of these writes brings the key up again.
  if (claiming.length > 0) return { writes: claiming, events: [] };

  const active = claims.claimed;
  const terminating = candidates.filter(
    (pod) => isPodTerminating(pod) && isControlledBy(pod, set) && selector.matches(pod.metadata.labels),
  );
  const failure = failureOf(set, active, context.failures);
  const plan = set.metadata.deletionTimestamp ? emptyPlan() : managePods(set, active, snapshot, context);
  if (failure) plan.events.unshift(failureEvent(set, failure));

  // Pods that this very plan deletes do not count any more, so that a rollout does not rely on them; unless deleting failed.
  const deleted = new Set(plan.writes.map((write) => (write.verb === 'delete' ? write.uid : undefined)));
  const staying = failure ? active : active.filter((pod) => !deleted.has(pod.metadata.uid));
  const status = calculateStatus(set, staying, terminating, failure, context.now);
  const object: ReplicaSet = { ...set, status };
  if (!sameStatus(set.status, status)) plan.writes.push({ verb: 'update', subresource: 'status', resource: replicaSets, object });
  plan.requeueAfterMs ??= availabilityCheckMs(set, staying, status, context.now);
  return plan;
}

const statusSchema = replicaSets.schema.fields['status']!.schema;
const sameStatus = (a: ReplicaSet['status'], b: ReplicaSet['status']) => semanticEqual(statusSchema, a ?? {}, b ?? {});

function failureEvent(set: ReplicaSet, { reason, message }: ReplicaFailure): EventDraft {
  const told =
    reason === 'FailedCreate'
      ? `Error creating: ${message}`
      : `Error deleting: ${message.replace(/^unable to delete pods: /, '')}`;
  return { regarding: set, type: 'Warning', reason, message: told };
}

/** When ready pods become available, if any of them are not yet. */
function availabilityCheckMs(
  set: ReplicaSet,
  active: readonly Pod[],
  status: ReplicaSet['status'],
  now: Date,
): number | undefined {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  if (minReadySeconds === 0 || (status?.readyReplicas ?? 0) === (status?.availableReplicas ?? 0)) return undefined;
  return nextAvailabilityMs(active, minReadySeconds, now) ?? minReadySeconds * 1000;
}

/** A pod concerns its ReplicaSet; one without a controller all ReplicaSets that select it. */
function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  const reference = controllerOf(pod);
  if (reference) return refersTo(reference, replicaSets) ? [`${pod.metadata.namespace}/${reference.name}`] : [];
  return snapshot
    .list(replicaSets, pod.metadata.namespace)
    .filter((set) => selectorFromLabelSelector(set.spec.selector).matches(pod.metadata.labels))
    .map(keyOf);
}
