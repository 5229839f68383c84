import type { Plugin } from '../../framework.ts';
import { affinityEvents } from './events.ts';
import { affinityFilter } from './filter.ts';
import { affinityScorer } from './score.ts';

/** Upstream's InterPodAffinityArgs. */
export interface InterPodAffinityArgs {
  /** 0…100; what a placed pod's required affinity for the pod is worth in scores. Default: 1. */
  readonly hardPodAffinityWeight?: number;
  /** Pods that prefer nothing themselves are not drawn by what placed pods prefer. Default: false. */
  readonly ignorePreferredTermsOfExistingPods?: boolean;
}

/**
 * Filter: required affinity and anti-affinity to other pods, and the anti-affinity of placed pods to this one. Score: by the
 * preferred ones of both sides, and the required affinity of placed pods.
 */
export function createInterPodAffinity(args: InterPodAffinityArgs = {}): Plugin {
  const { hardPodAffinityWeight = 1, ignorePreferredTermsOfExistingPods = false } = args;
  return {
    name: 'InterPodAffinity',
    events: affinityEvents,
    preFilter(pod, cluster) {
      const filter = affinityFilter(pod, cluster);
      return filter && { filter };
    },
    preScore: (pod, _feasible, cluster) =>
      affinityScorer(pod, cluster, { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods }),
  };
}

export const interPodAffinity = createInterPodAffinity();
