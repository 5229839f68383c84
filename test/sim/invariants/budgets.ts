import { selectorFromLabelSelector } from '../../../src/machinery/selectors.ts';
import { isPodReady } from '../../../src/controllers/support/pods.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { podDisruptionBudgets, type PodDisruptionBudget } from '../../../src/resources/policy/poddisruptionbudget.ts';
import type { SimState } from '../state.ts';
import { titleOf, type Invariant } from './invariant.ts';

/** As upstream counts: a pod that was declared failed with its node may say that it is ready for good. */
const healthyUnder = (state: SimState, { metadata, spec }: PodDisruptionBudget): number =>
  state
    .list(pods, metadata.namespace)
    .filter(
      (pod) =>
        pod.metadata.deletionTimestamp === undefined &&
        isPodReady(pod) &&
        selectorFromLabelSelector(spec?.selector).matches(pod.metadata.labels),
    ).length;

/** In a drain, which begins at rest, evictions leave as many healthy pods as the budget wants, or all there were. */
export const budgets: Invariant = {
  commit({ weather, sinceRest, after }) {
    if (weather !== 'drain') return [];
    const [rest] = sinceRest;
    return rest!.list(podDisruptionBudgets).flatMap((budget) => {
      const least = Math.min(budget.status?.desiredHealthy ?? 0, healthyUnder(rest!, budget));
      const healthy = healthyUnder(after, budget);
      return healthy < least ? [`${titleOf(budget)} wants ${least} healthy pods, and evictions left ${healthy}`] : [];
    });
  },
  rest: (state) =>
    state.list(podDisruptionBudgets).flatMap((budget) => {
      const healthy = healthyUnder(state, budget);
      const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0, expectedPods = 0 } = budget.status ?? {};
      const allowed = expectedPods > 0 ? Math.max(0, healthy - desiredHealthy) : 0;
      // Of pods without a controller that it knows it says nothing.
      if (disruptionsAllowed === 0 && budget.status?.conditions?.some(({ reason }) => reason === 'SyncFailed')) return [];
      if (currentHealthy === healthy && disruptionsAllowed === allowed) return [];
      const said = `${currentHealthy} healthy and ${disruptionsAllowed} allowed`;
      return [`at rest, ${titleOf(budget)} says ${said}, there are ${healthy} and ${allowed}`];
    }),
};
