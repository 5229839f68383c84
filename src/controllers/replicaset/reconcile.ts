import { emptyPlan, splitKey, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { candidatesFor, claim, claimWrites, isControlledBy } from '../support/ownership.ts';
import { podFailureEvent } from '../support/pod-control.ts';
import { isPodActive, isPodTerminating, nextAvailabilityMs } from '../support/pods.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { failureOf, managePods } from './replicas.ts';
import type { Replicated, ReplicatedKind } from './replicated.ts';
import { calculateStatus } from './status.ts';

/** Decides the next step of one ReplicaSet, or of an object of the other kind that keeps a number of equal pods. */
export function reconcileReplicas<T extends Replicated>(
  kind: ReplicatedKind<T>,
  key: string,
  snapshot: Snapshot,
  context: ReconcileContext,
): Plan {
  const { resource } = kind;
  const { namespace, name } = splitKey(key);
  const set = snapshot.get(resource, namespace, name);
  if (!set) return emptyPlan();
  const selector = kind.selectorOf(set);
  const candidates = candidatesFor(snapshot, pods, set);
  const claims = claim(set, selector, candidates.filter(isPodActive));
  const claiming = claimWrites(set, resource, pods, claims);
  // Whose the pods are comes first: each of these writes brings the key up again.
  if (claiming.length > 0) return { writes: claiming, events: [] };

  const active = claims.claimed;
  const terminating = candidates.filter(
    (pod) => isPodTerminating(pod) && isControlledBy(pod, set) && selector.matches(pod.metadata.labels),
  );
  const failure = failureOf(kind, set, active, context.failures);
  const plan = set.metadata.deletionTimestamp ? emptyPlan() : managePods(kind, set, active, snapshot, context);
  if (failure)
    plan.events.unshift(podFailureEvent(set, failure.reason, failure.message.replace(/^unable to delete pods: /, '')));

  // Pods that this very plan deletes do not count any more, so that a rollout does not rely on them; unless deleting failed.
  const deleted = new Set(plan.writes.map((write) => (write.verb === 'delete' ? write.uid : undefined)));
  const staying = failure ? active : active.filter((pod) => !deleted.has(pod.metadata.uid));
  const status = calculateStatus(set, staying, kind.countsTerminating ? terminating : undefined, failure, context.now);
  if (!semanticEqual(resource.schema.fields['status']!.schema, set.status ?? {}, status))
    plan.writes.push({ verb: 'update', subresource: 'status', resource, object: { ...set, status } });
  plan.requeueAfterMs ??= availabilityCheckMs(set, staying, status, context.now);
  return plan;
}

/** When ready pods become available, if any of them are not yet. */
function availabilityCheckMs(
  { spec }: Replicated,
  active: readonly Pod[],
  status: NonNullable<Replicated['status']>,
  now: Date,
): number | undefined {
  const minReadySeconds = spec.minReadySeconds ?? 0;
  if (minReadySeconds === 0 || (status.readyReplicas ?? 0) === (status.availableReplicas ?? 0)) return undefined;
  return nextAvailabilityMs(active, minReadySeconds, now) ?? minReadySeconds * 1000;
}
