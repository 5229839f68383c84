import type { Deployment } from '../../resources/apps/deployment.ts';
import { scaledValue } from '../support/int-or-percent.ts';

/** The size that is asked for. Defaults fill it in; an object without it counts as 1. */
export const replicasOf = (deployment: Deployment): number => deployment.spec.replicas ?? 1;

export const isRollingUpdate = (deployment: Deployment): boolean => deployment.spec.strategy?.type !== 'Recreate';

/**
 * How many pods may be there on top of `desired`, and how many of them may be missing: percentages of `desired`, a surge
 * rounded up and an absence rounded down. Both 0 would stop every rollout, so then one may be missing.
 */
export function resolveFenceposts(
  surge: number | string | undefined,
  unavailable: number | string | undefined,
  desired: number,
): { maxSurge: number; maxUnavailable: number } {
  const maxSurge = scaledValue(surge, desired, 'up') ?? 0;
  const maxUnavailable = scaledValue(unavailable, desired, 'down') ?? 0;
  return maxSurge === 0 && maxUnavailable === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}

const fencepostsOf = (deployment: Deployment) => {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  return resolveFenceposts(maxSurge, maxUnavailable, replicasOf(deployment));
};

/** Pods that may be there during a rollout on top of those that are asked for. */
export const maxSurge = (deployment: Deployment): number => (isRollingUpdate(deployment) ? fencepostsOf(deployment).maxSurge : 0);

/** Pods of those asked for that may be missing during a rollout. */
export function maxUnavailable(deployment: Deployment): number {
  const desired = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || desired === 0) return 0;
  return Math.min(fencepostsOf(deployment).maxUnavailable, desired);
}
