import { samePlain } from '../../machinery/plain.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { daemonSets, type DaemonSet } from '../../resources/apps/daemonset.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { historyOf, revisionDeletion, revisionTrigger, type History, type RecordedKind } from '../history/history.ts';
import { revisionLabel } from '../history/revision.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { candidatesFor, claim, claimWrites, ownerKeys } from '../support/ownership.ts';
import { freshPodNames, isPodFailure, planPodCreation, planPodDeletion, podFailureEvent } from '../support/pod-control.ts';
import { concernsOwner, nextAvailabilityMs } from '../support/pods.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { newPod, podsByNode } from './daemon-pods.ts';
import { manage } from './manage.ts';
import type { DaemonActions, DaemonState } from './nodes.ts';
import { placementOf } from './placement.ts';
import { rollingStep } from './rolling-update.ts';
import { calculateStatus } from './status.ts';

/** Pods that one plan creates, and that it deletes, at most (upstream's `BurstReplicas`); the next one goes on. */
export const podsPerPlanMax = 250;

const kind: RecordedKind<DaemonSet> = {
  resource: daemonSets,
  selectorOf: ({ spec }) => selectorFromLabelSelector(spec.selector),
  hashLabel: revisionLabel,
};

/** Keeps one pod running on every node that it is for. */
export const daemonSetController: Controller = {
  name: 'daemonset',
  component: 'daemonset-controller',
  triggers: [
    { resource: daemonSets, keys: (set) => [keyOf(set)] },
    {
      resource: pods,
      concerns: concernsOwner,
      keys: (pod, snapshot) => ownerKeys(pod, daemonSets, kind.selectorOf, snapshot),
    },
    // Nodes report their state all the time; where pods belong follows from labels and taints.
    {
      resource: nodes,
      concerns: (node: Node, previous: Node) =>
        !samePlain(node.metadata.labels, previous.metadata.labels) || !samePlain(node.spec.taints, previous.spec.taints),
      keys: keysOfNode,
    },
    revisionTrigger(kind),
  ],
  reconcile,
};

/** A node concerns the sets that have, or may have, a pod there. */
function keysOfNode(node: Node, snapshot: Snapshot): string[] {
  return snapshot
    .list(daemonSets)
    .filter((set) => placementOf(set)(node).shouldContinue)
    .map(keyOf);
}

function reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan {
  const { namespace, name } = splitKey(key);
  const set = snapshot.get(daemonSets, namespace, name);
  // What is left of a set that is being deleted is the garbage collector's.
  if (!set || set.metadata.deletionTimestamp) return emptyPlan();
  const recorded = historyOf(kind, set, snapshot);
  if ('writes' in recorded) return { writes: recorded.writes, events: [] };
  const claims = claim(set, kind.selectorOf(set), candidatesFor(snapshot, pods, set));
  const claiming = claimWrites(set, daemonSets, pods, claims);
  // Whose the pods are comes first: each of these writes brings the key up again.
  if (claiming.length > 0) return { writes: claiming, events: [] };
  return sync(set, claims.claimed, recorded.history, snapshot, context);
}

function sync(set: DaemonSet, owned: readonly Pod[], history: History, snapshot: Snapshot, context: ReconcileContext): Plan {
  const placement = placementOf(set);
  const state: DaemonState = {
    set,
    hash: history.update.metadata.labels?.[revisionLabel] ?? history.update.metadata.name,
    nodes: new Map(snapshot.list(nodes).map((node) => [node.metadata.name, placement(node)])),
    pods: podsByNode(owned),
    now: context.now,
  };
  const managed = manage(state);
  const isManaged = managed.create.length + managed.delete.length === 0;
  const plan = planOf(isManaged ? rollingStep(state) : managed, state, snapshot, context);
  plan.events.unshift(...managed.events);
  plan.events.unshift(...failureEvents(set, owned, context));

  const status = calculateStatus(state);
  const object: DaemonSet = { ...set, status };
  if (!semanticEqual(statusSchema, set.status ?? {}, status))
    plan.writes.push({ verb: 'update', subresource: 'status', resource: daemonSets, object });
  plan.writes.push(...surplusRevisions(set, owned, history).map(revisionDeletion));
  const delays = [plan.requeueAfterMs, managed.retryAfterMs, availabilityCheckMs(set, owned, context.now)];
  const given = delays.filter((delay) => delay !== undefined);
  if (given.length > 0) plan.requeueAfterMs = Math.min(...given);
  return plan;
}

const statusSchema = daemonSets.schema.fields['status']!.schema;

function planOf(
  actions: DaemonActions,
  { set, hash }: DaemonState,
  snapshot: Snapshot,
  { random, failures }: ReconcileContext,
): Plan {
  const plan = emptyPlan();
  // After a failure one pod finds out whether it has passed: a quota would refuse all the others as well.
  const creationsMax = failures.some((failure) => isPodFailure(failure, daemonSets)) ? 1 : podsPerPlanMax;
  const created = isNamespaceTerminating(snapshot, set.metadata.namespace ?? '') ? [] : actions.create.slice(0, creationsMax);
  for (const pod of actions.delete.slice(0, podsPerPlanMax)) planPodDeletion(plan, set, pod);
  const names = freshPodNames(set, created.length, snapshot, random);
  for (const [i, { nodeName, failures: before }] of created.entries())
    planPodCreation(plan, set, newPod(set, hash, names[i]!, nodeName, before));
  if (created.length === podsPerPlanMax || actions.delete.length > podsPerPlanMax) plan.requeueAfterMs = 0;
  return plan;
}

/** What the API refused of the last plan. The pod that a failure names exists if it was to be deleted. */
const failureEvents = (set: DaemonSet, owned: readonly Pod[], { failures }: ReconcileContext) =>
  failures
    .filter((failure) => isPodFailure(failure, daemonSets))
    .slice(0, 1)
    .map(({ details, message }) => {
      const exists = owned.some(({ metadata }) => metadata.name === details?.name);
      return podFailureEvent(set, exists ? 'FailedDelete' : 'FailedCreate', message);
    });

/** The past revisions beyond the limit, lowest first, without those that pods are still made of. */
function surplusRevisions({ spec }: DaemonSet, owned: readonly Pod[], { revisions, update }: History) {
  const past = revisions.filter((revision) => revision !== update);
  const surplus = past.length - (spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  const live = new Set(owned.map(({ metadata }) => metadata.labels?.[revisionLabel]));
  return past.filter(({ metadata }) => !live.has(metadata.labels?.[revisionLabel] ?? metadata.name)).slice(0, surplus);
}

/** When the next ready pod becomes available, if one is waiting for that. */
const availabilityCheckMs = ({ spec }: DaemonSet, owned: readonly Pod[], now: Date): number | undefined =>
  spec.minReadySeconds ? nextAvailabilityMs(owned, spec.minReadySeconds, now) : undefined;
