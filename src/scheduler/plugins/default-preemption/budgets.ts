import { selectorFromLabelSelector, type Selector } from '../../../machinery/selectors.ts';
import { podDisruptionBudgets, type PodDisruptionBudget } from '../../../resources/policy/poddisruptionbudget.ts';
import type { Cluster } from '../../framework.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';

interface Budget {
  readonly budget: PodDisruptionBudget;
  readonly selector: Selector;
}

/** The disruption budgets of the cluster, by namespace. */
export type Budgets = ReadonlyMap<string, readonly Budget[]>;

/** Looked up once a pass. */
export const budgetsOf = (cluster: Cluster): Budgets =>
  cluster.state('disruption budgets', () => {
    const budgets = new Map<string, Budget[]>();
    for (const budget of cluster.reader.list(podDisruptionBudgets)) {
      const selector = selectorFromLabelSelector(budget.spec.selector);
      // Here, unlike in evictions, an empty selector matches nothing too.
      if (selector.nothing || selector.requirements.length === 0) continue;
      const namespace = budget.metadata.namespace ?? '';
      budgets.set(namespace, [...(budgets.get(namespace) ?? []), { budget, selector }]);
    }
    return budgets;
  });

/**
 * The pods whose disruption a budget does not allow once those before them are disrupted, and the others; both in the order
 * given. Pods that a budget has counted as disrupted already are not counted again.
 */
export function splitByBudgets(
  pods: readonly PodInfo[],
  budgets: Budgets,
): { violating: readonly PodInfo[]; others: readonly PodInfo[] } {
  if (budgets.size === 0) return { violating: [], others: pods };
  const left = new Map<Budget, number>();
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    const { name, namespace = '', labels } = info.pod.metadata;
    let violates = false;
    for (const each of budgets.get(namespace) ?? []) {
      const { disruptedPods = {}, disruptionsAllowed = 0 } = each.budget.status ?? {};
      if (!labels || !each.selector.matches(labels) || Object.hasOwn(disruptedPods, name)) continue;
      const allowed = (left.get(each) ?? disruptionsAllowed) - 1;
      left.set(each, allowed);
      if (allowed < 0) violates = true;
    }
    (violates ? violating : others).push(info);
  }
  return { violating, others };
}
