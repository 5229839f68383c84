import type { Cluster, NodeFilter, PodIndex, Rejection } from '../../framework.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { constraintsOf, countedPods, nodesOf, type Constraint, type DefaultConstraint } from './constraints.ts';

const mismatch = "node(s) didn't match pod topology spread constraints";
const uneven: Rejection = { reasons: [mismatch], resolvable: true };
const unlabelled: Rejection = { reasons: [`${mismatch} (missing required label)`], resolvable: false };

/** Says whether any pod came or went since it was last looked at. */
class ChangeCount implements PodIndex {
  changes = 0;
  add(): void {
    this.changes++;
  }
  remove(): void {
    this.changes++;
  }
}

const noPods: ReadonlyMap<string, number> = new Map();

/**
 * With the pod, the domain of its node must not have more matching pods than the domain with the fewest has, by more than
 * the skew. Domains without pods count, and there are as good as empty ones while there are fewer than `minDomains`.
 */
export function spreadFilter({ pod }: PodInfo, defaults: readonly DefaultConstraint[], cluster: Cluster): NodeFilter | undefined {
  const constraints = constraintsOf(pod, 'DoNotSchedule', defaults, cluster);
  if (constraints.length === 0) return undefined;
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  const count = cluster.index('pod topology spread changes', () => new ChangeCount());
  const checks = constraints.map((constraint) => {
    const among = nodesOf(pod, constraint, keys);
    const pods = countedPods(pod, constraint, cluster)?.byDomain(constraint.topologyKey, among) ?? noPods;
    const domains = cluster.domains(constraint.topologyKey, among);
    const self = constraint.selector.matches(pod.metadata.labels) ? 1 : 0;
    // How many pods a domain may have without this one.
    const room = () => constraint.maxSkew - self + fewest(constraint, pods, domains);
    return { topologyKey: constraint.topologyKey, pods, room };
  });
  let seen = -1;
  let rooms: number[] = [];
  return ({ labels }) => {
    if (count.changes !== seen) {
      seen = count.changes;
      rooms = checks.map(({ room }) => room());
    }
    for (const [i, { topologyKey, pods }] of checks.entries()) {
      if (!Object.hasOwn(labels, topologyKey)) return unlabelled;
      if ((pods.get(labels[topologyKey]!) ?? 0) > rooms[i]!) return uneven;
    }
    return undefined;
  };
}

/** The number of pods of the domain that has the fewest. */
function fewest({ minDomains }: Constraint, pods: ReadonlyMap<string, number>, domains: ReadonlyMap<string, number>): number {
  // A domain that has no pods is not among the pods' domains.
  if (domains.size < minDomains || pods.size < domains.size) return 0;
  let min = Infinity;
  for (const number of pods.values()) if (number < min) min = number;
  return min;
}
