import { maxNodeScore, type Cluster, type Scorer } from '../../framework.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { termIndexOf, type TermGroup, type TermKind } from './term-index.ts';
import { namespaceLabelsOf, selectionOf, termsOf, type WeightedTerm } from './terms.ts';

/** What each pod in a domain adds to the score of its nodes. */
interface Pull {
  topologyKey: string;
  counts: ReadonlyMap<string, number>;
  weight: number;
}

const kinds: ReadonlySet<TermKind> = new Set(['requiredAffinity', 'preferredAffinity', 'preferredAntiAffinity']);

export interface ScoreOptions {
  /** What a required affinity of a placed pod counts when it is about the pod. */
  readonly hardPodAffinityWeight: number;
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

/** What the pod prefers of the placed pods, and what they prefer of it. */
export function affinityScorer({ pod }: PodInfo, cluster: Cluster, options: ScoreOptions): Scorer | undefined {
  const { preferredAffinity, preferredAntiAffinity } = termsOf(pod);
  if (options.ignorePreferredTermsOfExistingPods && preferredAffinity.length === 0 && preferredAntiAffinity.length === 0)
    return undefined;
  const own = [
    ...preferredAffinity.flatMap((each) => pullOf(each, each.weight, cluster)),
    ...preferredAntiAffinity.flatMap((each) => pullOf(each, -each.weight, cluster)),
  ];
  const others = termIndexOf(cluster)
    .about(pod, namespaceLabelsOf(pod, cluster), kinds)
    .map((group) => ({
      topologyKey: group.term.topologyKey,
      counts: group.domains,
      weight: weightOf(group, options.hardPodAffinityWeight),
    }));
  const pulls = [...own, ...others].filter(({ counts, weight }) => counts.size > 0 && weight !== 0);
  if (pulls.length === 0) return undefined;
  return {
    score({ labels }) {
      let score = 0;
      for (const { topologyKey, counts, weight } of pulls)
        if (Object.hasOwn(labels, topologyKey)) score += (counts.get(labels[topologyKey]!) ?? 0) * weight;
      return score;
    },
    normalise(scores) {
      let [min, max] = [Infinity, -Infinity];
      for (const score of scores) [min, max] = [Math.min(min, score), Math.max(max, score)];
      for (const [i, score] of scores.entries())
        scores[i] = max > min ? Math.floor(maxNodeScore * ((score - min) / (max - min))) : 0;
    },
  };
}

function pullOf({ term }: WeightedTerm, weight: number, cluster: Cluster): Pull[] {
  const selection = selectionOf([term], cluster);
  if (!selection) return [];
  return [{ topologyKey: term.topologyKey, counts: cluster.matchingPods(selection).byDomain(term.topologyKey), weight }];
}

function weightOf({ kind, weight }: TermGroup, hardPodAffinityWeight: number): number {
  if (kind === 'requiredAffinity') return hardPodAffinityWeight;
  return kind === 'preferredAntiAffinity' ? -weight : weight;
}
