import type { Snapshot } from '../../machinery/reader.ts';
import {
  emptyPlan,
  keyOf,
  splitKey,
  type Controller,
  type EventDraft,
  type Plan,
  type Write,
} from '../../machinery/reconcile.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import {
  podDisruptionBudgets,
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
} from '../../resources/policy/poddisruptionbudget.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { budgetStatus, disruptedPods, failedStatus } from './budget.ts';
import { expectedOf, UnknownScale } from './expected.ts';
import { clearStaleDisruption, pendingDisruption } from './stale-condition.ts';

/** Keys are of budgets, or with this in front of pods that are said to be about to end. */
const podKeys = 'pod ';

/**
 * Says how many pods may be evicted under each budget, and takes the condition DisruptionTarget back from pods that were not
 * deleted after all. `scheme` tells how the controllers of pods are scaled.
 */
export const disruptionController = (scheme: Scheme): Controller => ({
  name: 'disruption',
  component: 'controllermanager',
  triggers: [
    { resource: podDisruptionBudgets, keys: (budget: PodDisruptionBudget) => [keyOf(budget)] },
    { resource: pods, keys: keysOfPod },
  ],
  reconcile(key, snapshot, { now }): Plan {
    if (key.startsWith(podKeys)) {
      const { namespace, name } = splitKey(key.slice(podKeys.length));
      const pod = snapshot.get(pods, namespace, name);
      return pod ? clearStaleDisruption(pod, now) : emptyPlan();
    }
    const { namespace, name } = splitKey(key);
    const budget = snapshot.get(podDisruptionBudgets, namespace, name);
    return budget ? reconcileBudget(budget, snapshot, scheme, now) : emptyPlan();
  },
});

const selects = ({ spec }: PodDisruptionBudget, pod: Pod): boolean =>
  selectorFromLabelSelector(spec.selector).matches(pod.metadata.labels);

function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  const budgets = snapshot.list(podDisruptionBudgets, pod.metadata.namespace).filter((budget) => selects(budget, pod));
  return [...budgets.map(keyOf), ...(pendingDisruption(pod) ? [podKeys + keyOf(pod)] : [])];
}

function reconcileBudget(budget: PodDisruptionBudget, snapshot: Snapshot, scheme: Scheme, now: Date): Plan {
  const selector = selectorFromLabelSelector(budget.spec.selector);
  const selected = snapshot.list(pods, budget.metadata.namespace).filter(({ metadata }) => selector.matches(metadata.labels));
  const events: EventDraft[] = [];
  if (selected.length === 0) events.push(event(budget, 'Normal', 'NoPods', 'No matching pods found'));
  try {
    const expected = expectedOf(budget.spec, selected, snapshot, scheme);
    if (expected.unmanaged.length > 0) events.push(event(budget, 'Warning', 'UnmanagedPods', unmanagedPods(budget)));
    const disrupted = disruptedPods(budget, selected, now);
    events.push(...disrupted.overdue.map((pod) => event(pod, 'Warning', 'NotDeleted', notDeleted(budget))));
    const plan = writeStatus(budget, budgetStatus(budget, selected, expected, disrupted, now), events);
    return { ...plan, requeueAfterMs: disrupted.nextMs };
  } catch (error) {
    if (!(error instanceof UnknownScale)) throw error;
    const told = `Failed to calculate the number of expected pods: ${error.message}`;
    events.push(event(budget, 'Warning', 'CalculateExpectedPodCountFailed', told));
    return writeStatus(budget, failedStatus(budget, error.message, now), events);
  }
}

const event = (regarding: Pod | PodDisruptionBudget, type: EventDraft['type'], reason: string, message: string): EventDraft => ({
  regarding,
  type,
  reason,
  message,
});

const unmanagedPods = ({ spec }: PodDisruptionBudget): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${selectorFromLabelSelector(spec.selector).toString()}) were found to be unmanaged. ` +
  'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
  'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';

const notDeleted = (budget: PodDisruptionBudget): string =>
  `Pod was expected by PDB ${keyOf(budget)} to be deleted but it wasn't`;

const statusSchema = podDisruptionBudgets.schema.fields['status']!.schema;

/** Events are told with a change only: looking at a budget again says nothing new. */
function writeStatus(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus, events: readonly EventDraft[]): Plan {
  if (semanticEqual(statusSchema, budget.status ?? {}, status)) return emptyPlan();
  const object: PodDisruptionBudget = { ...budget, status };
  const after: Write = { verb: 'update', resource: podDisruptionBudgets, object, subresource: 'status' };
  return { writes: [after], events: events.map((each) => ({ ...each, after })) };
}
