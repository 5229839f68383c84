import { nodes, type Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { toleratesTaint } from '../../resources/shared/tolerations.ts';
import { normaliseCounts, type ClusterEvent, type Plugin, type Rejection } from '../framework.ts';

const rejection: Rejection = { reasons: ['node(s) had untolerated taint(s)'], resolvable: false };

/** A node comes that the pod tolerates, or one becomes so. */
const nodeEvent: ClusterEvent<Node> = {
  resource: nodes,
  on: ['add', 'update'],
  hint: ({ pod }, before, after) => !!after && toleratesNode(pod, after) && !(before && toleratesNode(pod, before)),
};

/** Filter: keeps pods off tainted nodes. Score: the fewer PreferNoSchedule taints a pod does not tolerate, the better. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  events: [nodeEvent],
  preFilter: ({ pod }) => ({ filter: ({ node }) => (toleratesNode(pod, node) ? undefined : rejection) }),
  preScore: ({ pod: { spec } }) => ({
    score: ({ node: { spec: of } }) =>
      of.taints?.filter((taint) => taint.effect === 'PreferNoSchedule' && !toleratesTaint(spec.tolerations, taint)).length ?? 0,
    normalise: (scores) => normaliseCounts(scores, { reverse: true }),
  }),
};

/** Whether the pod tolerates all taints of the node that keep pods off. */
export const toleratesNode = ({ spec }: Pod, node: Node): boolean =>
  !node.spec.taints ||
  node.spec.taints.every((taint) => taint.effect === 'PreferNoSchedule' || toleratesTaint(spec.tolerations, taint));
