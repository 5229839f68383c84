import type { Plugin } from '../../framework.ts';
import { systemDefaults, type DefaultConstraint } from './constraints.ts';
import { spreadEvents } from './events.ts';
import { spreadFilter } from './filter.ts';
import { spreadScorer } from './score.ts';

/** Upstream's PodTopologySpreadArgs. */
export interface PodTopologySpreadArgs {
  /** For pods without constraints of their own. Default: softly over hosts and zones (defaultingType System). */
  readonly defaultConstraints?: readonly DefaultConstraint[];
}

/**
 * Keeps pods that are alike apart. Filter: the constraints that say `DoNotSchedule`. Score: those that say `ScheduleAnyway`.
 */
export function createPodTopologySpread({ defaultConstraints = systemDefaults }: PodTopologySpreadArgs = {}): Plugin {
  return {
    name: 'PodTopologySpread',
    events: spreadEvents,
    preFilter(pod, cluster) {
      const filter = spreadFilter(pod, defaultConstraints, cluster);
      return filter && { filter };
    },
    preScore: (pod, feasible, cluster) => spreadScorer(pod, feasible, defaultConstraints, cluster),
  };
}

export const podTopologySpread = createPodTopologySpread();
