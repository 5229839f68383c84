import { nodes, type Node, type Taint } from '../../resources/core/node.ts';
import { toleratesTaint } from '../../resources/shared/tolerations.ts';
import type { ClusterEvent, Plugin, Rejection } from '../framework.ts';

const rejection: Rejection = { reasons: ['node(s) were unschedulable'], resolvable: false };
const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** A node that is not cordoned comes, or one is uncordoned. */
const nodeEvent: ClusterEvent<Node> = {
  resource: nodes,
  on: ['add', 'update'],
  hint: (_pod, before, after) => !after?.spec.unschedulable && (!before || !!before.spec.unschedulable),
};

/** Filter: keeps pods off cordoned nodes, unless they tolerate the taint that stands for it. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  events: [nodeEvent],
  preFilter({ pod }) {
    if (toleratesTaint(pod.spec.tolerations, unschedulable)) return undefined;
    return { filter: ({ node }) => (node.spec.unschedulable ? rejection : undefined) };
  },
};
