import { rfc3339 } from '../../lib/clock.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { disruptionAllowedCondition, withDisruptionAllowed, withSyncFailed } from '../../resources/policy/disruption-allowed.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../resources/policy/poddisruptionbudget.ts';
import { isPodReady } from '../support/pods.ts';
import type { Expected } from './expected.ts';

/** How long an allowed eviction is counted on before the pod is seen to end. */
const deletionTimeoutMs = 2 * 60_000;

export interface Disrupted {
  /** Pods whose eviction was allowed and that are to end any moment, with the time of that. */
  waiting: Record<string, string>;
  /** Pods that should have ended and did not. */
  overdue: readonly Pod[];
  /** In how many milliseconds the next of them is overdue. */
  nextMs: number | undefined;
}

/** What became of the evictions that were allowed. Those of pods that end or have ended are done. */
export function disruptedPods({ status }: PodDisruptionBudget, pods: readonly Pod[], now: Date): Disrupted {
  const waiting: Record<string, string> = {};
  const overdue: Pod[] = [];
  let nextMs: number | undefined;
  for (const pod of pods) {
    const since = status?.disruptedPods?.[pod.metadata.name];
    if (since === undefined || pod.metadata.deletionTimestamp !== undefined) continue;
    const leftMs = Date.parse(since) + deletionTimeoutMs - now.getTime();
    if (leftMs <= 0) {
      overdue.push(pod);
      continue;
    }
    waiting[pod.metadata.name] = since;
    nextMs = Math.min(nextMs ?? leftMs, leftMs);
  }
  return { waiting, overdue, nextMs };
}

/** The status of a budget over these pods. */
export function budgetStatus(
  { metadata, status = {} }: PodDisruptionBudget,
  pods: readonly Pod[],
  { expectedPods, desiredHealthy }: Pick<Expected, 'expectedPods' | 'desiredHealthy'>,
  { waiting }: Pick<Disrupted, 'waiting'>,
  now: Date,
): PodDisruptionBudgetStatus {
  const healthy = pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && waiting[pod.metadata.name] === undefined && isPodReady(pod),
  );
  const currentHealthy = healthy.length;
  const next: PodDisruptionBudgetStatus = {
    currentHealthy,
    desiredHealthy,
    expectedPods,
    // Nothing may be evicted while no pods are known: the first ones would be unprotected until the next look.
    disruptionsAllowed: expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy),
    observedGeneration: metadata.generation,
    conditions: status.conditions,
    ...(Object.keys(waiting).length > 0 && { disruptedPods: waiting }),
  };
  if (!conditionFits(next)) next.conditions = withDisruptionAllowed(next, rfc3339(now));
  return next;
}

/** The message and the generation of a condition alone are no reason to write. */
function conditionFits(status: PodDisruptionBudgetStatus): boolean {
  const condition = disruptionAllowedCondition(status);
  if (!condition || condition.observedGeneration !== status.observedGeneration) return false;
  return (status.disruptionsAllowed ?? 0) > 0
    ? condition.status === 'True' && condition.reason === 'SufficientPods'
    : condition.status === 'False' && condition.reason === 'InsufficientPods';
}

/** The status of a budget that cannot be worked out: nothing may be evicted. */
export const failedStatus = ({ status = {} }: PodDisruptionBudget, message: string, now: Date): PodDisruptionBudgetStatus => ({
  ...status,
  disruptionsAllowed: 0,
  conditions: withSyncFailed(status, message, rfc3339(now)),
});
