import { emptyPlan, keyOf, splitKey, type Controller, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { statefulSets, type StatefulSet, type StatefulSetStatus } from '../../resources/apps/statefulset.ts';
import { persistentVolumeClaims } from '../../resources/core/persistentvolumeclaim.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { historyOf, revisionDeletion, revisionTrigger, type History, type RecordedKind } from '../history/history.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { candidatesFor, claim, claimWrites, ownerKeys } from '../support/ownership.ts';
import { concernsOwner, nextAvailabilityMs } from '../support/pods.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { Actions, failureEvents, isRefusal, writesPerPlanMax } from './actions.ts';
import { keysOfClaim } from './claims.ts';
import { ordinalOf, revisionOf } from './identity.ts';
import { calculateStatus } from './status.ts';
import { membersOf, planStep } from './step.ts';

const kind: RecordedKind<StatefulSet> = {
  resource: statefulSets,
  selectorOf: ({ spec }) => selectorFromLabelSelector(spec.selector),
  hashLabel: 'controller.kubernetes.io/hash',
};

/** Keeps numbered pods running, each with a name and claims of its own that it finds again. */
export const statefulSetController: Controller = {
  name: 'statefulset',
  component: 'statefulset-controller',
  triggers: [
    { resource: statefulSets, keys: (set) => [keyOf(set)] },
    {
      resource: pods,
      concerns: concernsOwner,
      keys: (pod, snapshot) => ownerKeys(pod, statefulSets, kind.selectorOf, snapshot),
    },
    { resource: persistentVolumeClaims, keys: keysOfClaim },
    revisionTrigger(kind),
  ],
  reconcile,
};

function reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan {
  const { namespace, name } = splitKey(key);
  const set = snapshot.get(statefulSets, namespace, name);
  if (!set) return emptyPlan();
  const recorded = historyOf(kind, set, snapshot);
  if ('writes' in recorded) return { writes: recorded.writes, events: [] };
  const isMember = (pod: Pod) => ordinalOf(set, pod) !== undefined;
  const claims = claim(set, kind.selectorOf(set), candidatesFor(snapshot, pods, set), isMember);
  const claiming = claimWrites(set, statefulSets, pods, claims);
  // Whose the pods are comes first: each of these writes brings the key up again.
  if (claiming.length > 0) return { writes: claiming, events: [] };
  return sync(set, claims.claimed.filter(isMember), recorded.history, snapshot, context);
}

function sync(
  set: StatefulSet,
  members: readonly Pod[],
  { revisions, update }: History,
  snapshot: Snapshot,
  { now, failures }: ReconcileContext,
): Plan {
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  const pair = { current, update };
  const actions = new Actions(set, failures.some(isRefusal) ? 1 : writesPerPlanMax);
  const { plan } = actions;
  const mayAct = !set.metadata.deletionTimestamp && !isNamespaceTerminating(snapshot, set.metadata.namespace ?? '');
  const outdated = mayAct
    ? planStep({ set, members: membersOf(set, members), revisions: pair, snapshot, now, actions })
    : 0;
  if (actions.isFull) plan.requeueAfterMs = 0;
  plan.events.unshift(...failureEvents(set, failures, snapshot));

  const status = calculateStatus(set, members, pair, outdated, now);
  const object: StatefulSet = { ...set, status };
  if (!semanticEqual(statusSchema, set.status ?? {}, status))
    plan.writes.push({ verb: 'update', subresource: 'status', resource: statefulSets, object });
  const live = new Set([current, update].map(({ metadata }) => metadata.name).concat(members.map(revisionOf)));
  const past = revisions.filter(({ metadata }) => !live.has(metadata.name));
  const limit = set.spec.revisionHistoryLimit ?? 10;
  if (limit >= 0) plan.writes.push(...past.slice(0, Math.max(0, past.length - limit)).map(revisionDeletion));
  plan.requeueAfterMs ??= availabilityCheckMs(set, members, status, now);
  return plan;
}

const statusSchema = statefulSets.schema.fields['status']!.schema;

/** When ready pods become available, if any of them are not yet. */
function availabilityCheckMs(
  { spec }: StatefulSet,
  members: readonly Pod[],
  status: StatefulSetStatus,
  now: Date,
): number | undefined {
  const minReadySeconds = spec.minReadySeconds ?? 0;
  if (minReadySeconds === 0 || (status.readyReplicas ?? 0) === (status.availableReplicas ?? 0)) return undefined;
  return nextAvailabilityMs(members, minReadySeconds, now) ?? minReadySeconds * 1000;
}
