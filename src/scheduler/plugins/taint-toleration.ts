import { normaliseCounts, type Plugin, type Rejection } from '../framework.ts';
import { toleratesTaint } from '../../resources/shared/tolerations.ts';

const rejection: Rejection = { reasons: ['node(s) had untolerated taint(s)'], resolvable: false };

/** Filter: keeps pods off tainted nodes. Score: the fewer PreferNoSchedule taints a pod does not tolerate, the better. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  preFilter: ({ pod: { spec } }) => ({
    filter({ node }) {
      const untolerated = node.spec.taints?.some(
        (taint) => taint.effect !== 'PreferNoSchedule' && !toleratesTaint(spec.tolerations, taint),
      );
      return untolerated ? rejection : undefined;
    },
  }),
  preScore: ({ pod: { spec } }) => ({
    score: ({ node }) =>
      (node.spec.taints ?? []).filter((taint) => taint.effect === 'PreferNoSchedule' && !toleratesTaint(spec.tolerations, taint))
        .length,
    normalise: (scores) => normaliseCounts(scores, { reverse: true }),
  }),
};
