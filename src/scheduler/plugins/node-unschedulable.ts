import type { Taint } from '../../resources/core/node.ts';
import type { Plugin, Rejection } from '../framework.ts';
import { toleratesTaint } from '../../resources/shared/tolerations.ts';

const rejection: Rejection = { reasons: ['node(s) were unschedulable'], resolvable: false };
const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Filter: keeps pods off cordoned nodes, unless they tolerate the taint that stands for it. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  preFilter({ pod }) {
    if (toleratesTaint(pod.spec.tolerations, unschedulable)) return undefined;
    return { filter: ({ node }) => (node.spec.unschedulable ? rejection : undefined) };
  },
};
