import { maxNodeScore, type Cluster, type Scorer } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import {
  constraintsOf,
  countedPods,
  hasOwnConstraints,
  hostnameLabel,
  nodesOf,
  systemDefaults,
  type Constraint,
  type DefaultConstraint,
} from './constraints.ts';

/** The fewer pods like this one there are in a node's domains, the better. */
export function spreadScorer(
  { pod }: PodInfo,
  feasible: readonly NodeInfo[],
  defaults: readonly DefaultConstraint[],
  cluster: Cluster,
): Scorer | undefined {
  const constraints = constraintsOf(pod, 'ScheduleAnyway', defaults, cluster);
  if (constraints.length === 0) return undefined;
  // The system's defaults also serve clusters without zones; other constraints leave nodes without their labels aside.
  const keys = hasOwnConstraints(pod) || defaults !== systemDefaults ? constraints.map(({ topologyKey }) => topologyKey) : [];
  const ignored = new Set(feasible.filter(({ labels }) => keys.some((key) => !Object.hasOwn(labels, key))));
  const scored = feasible.filter((node) => !ignored.has(node));
  const parts = constraints.map((constraint) => {
    const pods = countedPods(pod, constraint, cluster);
    const { topologyKey } = constraint;
    if (topologyKey === hostnameLabel) return { constraint, weight: weightOf(scored.length), byNode: pods?.byNode };
    const values = new Set(scored.map(({ labels }) => labels[topologyKey]));
    const byDomain = pods?.byDomain(topologyKey, nodesOf(pod, constraint, keys));
    return { constraint, weight: weightOf(values.size), byDomain };
  });
  return {
    score(node) {
      if (ignored.has(node)) return 0;
      let score = 0;
      for (const { constraint, weight, byNode, byDomain } of parts) {
        const value = node.labels[constraint.topologyKey];
        if (value === undefined) continue;
        const count = (byDomain ? byDomain.get(value) : byNode?.get(node)) ?? 0;
        score += pointsOf(count, constraint, weight);
      }
      return Math.round(score);
    },
    normalise(scores, nodes) {
      let [min, max] = [Infinity, 0];
      for (const [i, score] of scores.entries())
        if (!ignored.has(nodes[i]!)) [min, max] = [Math.min(min, score), Math.max(max, score)];
      for (const [i, score] of scores.entries()) {
        if (ignored.has(nodes[i]!)) scores[i] = 0;
        else scores[i] = max === 0 ? maxNodeScore : Math.floor((maxNodeScore * (max + min - score)) / max);
      }
    },
  };
}

/** A pod weighs more, the more domains there are, so that few large domains do not drown many small ones. */
const weightOf = (domains: number): number => Math.log(domains + 2);

const pointsOf = (count: number, { maxSkew }: Constraint, weight: number): number => count * weight + (maxSkew - 1);
