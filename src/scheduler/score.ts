import type { Cluster } from './framework.ts';
import type { Profile } from './profile.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** The node with the highest weighted sum of scores; one of them by chance if there are several. */
export function bestNode(pod: PodInfo, feasible: readonly NodeInfo[], cluster: Cluster, profile: Profile): NodeInfo {
  if (feasible.length === 1) return feasible[0]!;
  const totals = new Float64Array(feasible.length);
  for (const { plugin, weight = 0 } of profile.plugins) {
    if (weight === 0) continue;
    const scorer = plugin.preScore?.(pod, feasible, cluster);
    if (!scorer) continue;
    const scores: number[] = [];
    for (const node of feasible) scores.push(scorer.score(node));
    scorer.normalise?.(scores, feasible);
    for (let i = 0; i < scores.length; i++) totals[i]! += scores[i]! * weight;
  }
  let best = 0;
  let ties = 1;
  for (let i = 1; i < totals.length; i++) {
    if (totals[i]! < totals[best]!) continue;
    if (totals[i]! > totals[best]!) ties = 1;
    else if (Math.floor(cluster.random.next() * ++ties) !== 0) continue;
    best = i;
  }
  return feasible[best]!;
}
