import { unavailableMessage } from '../../failure.ts';
import type { Cluster, FilterFailure, Plugin, PostFiltered } from '../../framework.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { candidateOn, type Candidate } from './candidates.ts';
import { pickCandidate } from './pick.ts';

/** Upstream's DefaultPreemptionArgs: after how many candidates the search ends, as a share of the nodes and at the least. */
export interface DefaultPreemptionArgs {
  readonly minCandidateNodesPercentage?: number;
  readonly minCandidateNodesAbsolute?: number;
}

const notHelpful = 'Preemption is not helpful for scheduling';

/**
 * Post-filter: for a pod that fits nowhere, looks for pods of lower priority whose node would take it if they left. They
 * are deleted, and the pod waits for its room on that node.
 */
export function createDefaultPreemption(args: DefaultPreemptionArgs = {}): Plugin {
  const { minCandidateNodesPercentage = 10, minCandidateNodesAbsolute = 100 } = args;
  const wanted = (nodes: number) =>
    Math.min(nodes, Math.max(Math.floor((nodes * minCandidateNodesPercentage) / 100), minCandidateNodesAbsolute));
  return {
    name: 'DefaultPreemption',
    // Who is turned down here is turned down by filters, whose events say when to look again.
    events: [],
    postFilter(pod, failure, cluster): PostFiltered {
      const message = whyNotEligible(pod, failure, cluster);
      if (message !== undefined) return { message };
      const reasons = new Map<string, number>();
      const candidates = candidatesFor(pod, failure, cluster, wanted(failure.resolvable.length), reasons);
      const best = pickCandidate(candidates, cluster.now);
      if (best) return { nominatedNodeName: best.node.name, victims: best.victims };
      const others = failure.nodeCount - failure.resolvable.length;
      if (others > 0) reasons.set(notHelpful, (reasons.get(notHelpful) ?? 0) + others);
      return { nominatedNodeName: '', message: unavailableMessage(failure.nodeCount, reasons) };
    },
  };
}

export const defaultPreemption = createDefaultPreemption();

/** Why the pod may not preempt others (now), if it may not. */
function whyNotEligible({ pod, priority }: PodInfo, { resolvable }: FilterFailure, cluster: Cluster): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const node = cluster.node(pod.status?.nominatedNodeName ?? '');
  // Where the pod could not go even if others left, it does not wait for them.
  if (!node || !resolvable.includes(node)) return undefined;
  const leaving = node.pods.some((other) => other.priority < priority && isLeavingForAnother(other));
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

const isLeavingForAnother = ({ pod: { metadata, status } }: PodInfo): boolean => {
  if (metadata.deletionTimestamp === undefined) return false;
  const condition = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  return condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
};

/**
 * Enough candidates among the nodes that others could leave, beginning anywhere; one of them, at least, without violation
 * of a budget if there is such a node. Counts the reasons of the other nodes in `reasons`.
 */
function candidatesFor(
  pod: PodInfo,
  failure: FilterFailure,
  cluster: Cluster,
  wanted: number,
  reasons: Map<string, number>,
): Candidate[] {
  const { resolvable } = failure;
  const start = Math.floor(cluster.random.next() * resolvable.length);
  const lawful: Candidate[] = [];
  const violating: Candidate[] = [];
  for (let i = 0; i < resolvable.length; i++) {
    if (lawful.length > 0 && lawful.length + violating.length >= wanted) break;
    const found = candidateOn(pod, resolvable[(start + i) % resolvable.length]!, failure, cluster);
    if ('victims' in found) {
      // Of the others a bounded number will do.
      if (found.violations === 0) lawful.push(found);
      else if (violating.length < wanted) violating.push(found);
    } else for (const reason of found.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [...lawful, ...violating];
}
