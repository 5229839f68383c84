import type { Cluster, FilterFailure, Rejection } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { budgetsOf, splitByBudgets } from './budgets.ts';
import { byImportance } from './importance.ts';

/** A node that would take the pod if its victims left. */
export interface Candidate {
  readonly node: NodeInfo;
  /** The most important first; never empty. */
  readonly victims: readonly PodInfo[];
  /** How many of them no disruption budget allows. */
  readonly violations: number;
}

const noVictims: Rejection = { reasons: ['No preemption victims found for incoming pod'], resolvable: false };

/**
 * The fewest, least important pods of lower priority that have to leave the node for the pod to fit, found by taking all
 * of them off and putting back what still fits: first those that a budget protects, then the others, the important ones
 * first. Why not, if the pod does not even fit without them.
 */
export function candidateOn(pod: PodInfo, node: NodeInfo, failure: FilterFailure, cluster: Cluster): Candidate | Rejection {
  const lower = node.pods.filter((other) => other.priority < pod.priority).sort(byImportance(cluster.now));
  if (lower.length === 0) return noVictims;
  const away = new Set(lower);
  for (const each of lower) cluster.remove(each, node);
  try {
    const rejection = failure.check(node);
    if (rejection) return rejection;
    let refused: PodInfo | undefined;
    const returns = (each: PodInfo): boolean => {
      if (refused && areAlike(each, refused)) return false;
      cluster.add(each, node);
      if (!failure.check(node)) return away.delete(each);
      cluster.remove(each, node);
      refused = each;
      return false;
    };
    const { violating, others } = splitByBudgets(lower, budgetsOf(cluster));
    const violations = violating.filter((each) => !returns(each)).length;
    for (const each of others) returns(each);
    // Nobody has to leave: the node fits by what happened since it was filtered, and the next look at the pod finds it.
    if (away.size === 0) return noVictims;
    return { node, victims: lower.filter((each) => away.has(each)), violations };
  } finally {
    for (const each of away) cluster.add(each, node);
  }
}

/** Whether filters cannot tell the two apart, so that where there is no room for the one there is none for the other. */
const areAlike = (a: PodInfo, b: PodInfo): boolean =>
  a.requests === b.requests && a.groupKey !== undefined && a.groupKey === b.groupKey && isPlain(a) && isPlain(b);

/** Nothing but its requests and labels matters to others. */
const isPlain = ({ hostPorts, pod: { spec } }: PodInfo): boolean =>
  hostPorts.length === 0 &&
  !spec.affinity &&
  (spec.volumes ?? []).every(({ projected, emptyDir, configMap, secret }) => projected ?? emptyDir ?? configMap ?? secret);
