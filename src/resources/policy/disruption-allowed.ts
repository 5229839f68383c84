/** The condition of a budget that says whether a pod may be evicted (component-helpers/apps/poddisruptionbudget). */
import type { Condition } from '../shared/condition.ts';
import type { PodDisruptionBudgetStatus } from './poddisruptionbudget.ts';

const type = 'DisruptionAllowed';

export const disruptionAllowedCondition = (status: PodDisruptionBudgetStatus): Condition | undefined =>
  status.conditions?.find((condition) => condition.type === type);

/** The conditions with the one about disruptions as `disruptionsAllowed` says; `now` in RFC 3339. */
export const withDisruptionAllowed = (status: PodDisruptionBudgetStatus, now: string): Condition[] =>
  (status.disruptionsAllowed ?? 0) > 0
    ? withStatus(status, 'True', 'SufficientPods', '', now)
    : withStatus(status, 'False', 'InsufficientPods', '', now);

/** The conditions of a budget whose status could not be worked out. */
export const withSyncFailed = (status: PodDisruptionBudgetStatus, message: string, now: string): Condition[] =>
  withStatus(status, 'False', syncFailed, message, now);

/** The reason that a budget's status is not to be relied on. */
export const syncFailed = 'SyncFailed';

function withStatus(
  { conditions = [], observedGeneration }: PodDisruptionBudgetStatus,
  status: string,
  reason: string,
  message: string,
  now: string,
): Condition[] {
  const before = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
  const next: Condition = { type, status, reason, message, lastTransitionTime, observedGeneration };
  return before ? conditions.map((condition) => (condition === before ? next : condition)) : [...conditions, next];
}
