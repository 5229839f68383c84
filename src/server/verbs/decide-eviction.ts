/** Whether a pod may be evicted (registry/core/pod/storage `EvictionREST`). */
import { rfc3339 } from '../../lib/clock.ts';
import { copyObject, withoutManagedFields } from '../../machinery/meta.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { forbidden, StatusError, type StatusCause } from '../../machinery/status.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { disruptionAllowedCondition, syncFailed, withDisruptionAllowed } from '../../resources/policy/disruption-allowed.ts';
import type { PodDisruptionBudget } from '../../resources/policy/poddisruptionbudget.ts';

/** How many allowed evictions may wait to be seen by the disruption controller. */
const disruptedPodsMax = 2000;

/**
 * The budget that the eviction of a pod takes from; undefined if it takes from none: no budget is about the pod, or its end
 * harms nothing. `budgets` are those of its namespace. Throws 500 if several are about the pod, 429 or 403 if its budget
 * does not allow it.
 */
export function budgetToTakeFrom(pod: Pod, budgets: readonly PodDisruptionBudget[]): PodDisruptionBudget | undefined {
  if (isDisruptedAnyway(pod)) return undefined;
  const [budget, ...others] = budgets.filter(({ spec }) => selectorFromLabelSelector(spec.selector).matches(pod.metadata.labels));
  if (!budget) return undefined;
  if (others.length > 0)
    throw new StatusError('', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  if (!isReady(pod) && mayEvictUnhealthy(budget)) return undefined;
  checkBudget(budget);
  return budget;
}

/** Ended, not begun, or ending. */
const isDisruptedAnyway = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '');

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;

/** A pod that is not ready was not counted on: it may go if the others suffice, or always if the budget says so. */
function mayEvictUnhealthy({ spec, status = {} }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function checkBudget({ metadata, status = {} }: PodDisruptionBudget): void {
  const { name, generation = 0 } = metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = status;
  if (observedGeneration < generation)
    throw budgetViolated(`The disruption budget ${name} is still being processed by the server.`, 10);
  const refuse = (why: string) => forbidden({ group: 'policy', resource: 'poddisruptionbudget', name }, why);
  if (disruptionsAllowed < 0) throw refuse('pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > disruptedPodsMax)
    throw refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  if (disruptionsAllowed === 0) throw budgetViolated(whyNone(name, status));
}

function whyNone(name: string, status: NonNullable<PodDisruptionBudget['status']>): string {
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  const condition = disruptionAllowedCondition(status);
  const told = condition?.status === 'False' && condition.message ? condition : undefined;
  // Of a budget that could not be worked out, the numbers say nothing.
  if (told?.reason === syncFailed)
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${told.message}`;
  if (currentHealthy <= desiredHealthy)
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  const none = `The disruption budget ${name} does not allow evicting pods currently`;
  return told ? `${none} (${told.reason}): ${told.message}` : none;
}

function budgetViolated(message: string, retryAfterSeconds?: number): StatusError {
  const causes: StatusCause[] = [{ reason: 'DisruptionBudget', message }];
  return new StatusError('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** The budget after one of its disruptions was given to a pod. The controller counts anew once it sees the pod end. */
export function takenFrom(budget: PodDisruptionBudget, podName: string, now: Date): PodDisruptionBudget {
  const next = copyObject(withoutManagedFields(budget));
  const status = (next.status ??= {});
  const time = rfc3339(now);
  status.disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1;
  if (status.disruptionsAllowed === 0) status.conditions = withDisruptionAllowed(status, time);
  status.disruptedPods = { ...status.disruptedPods, [podName]: time };
  return next;
}

/** The pod with the condition that says why it ends. */
export function markedForEviction(pod: Pod, now: Date): Pod {
  const next = copyObject(pod);
  const status = (next.status ??= {});
  const type = 'DisruptionTarget';
  const before = status.conditions?.find((condition) => condition.type === type);
  const condition = {
    type,
    status: 'True',
    lastTransitionTime: before?.status === 'True' ? before.lastTransitionTime : rfc3339(now),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = status.conditions ?? [];
  status.conditions = before ? others.map((each) => (each === before ? condition : each)) : [...others, condition];
  return next;
}
