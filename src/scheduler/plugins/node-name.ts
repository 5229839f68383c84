import { nodes } from '../../resources/core/node.ts';
import type { Plugin, Rejection } from '../framework.ts';

const rejection: Rejection = { reasons: ["node(s) didn't match the requested node name"], resolvable: false };

/** Filter: a pod that names its node runs there or nowhere. */
export const nodeName: Plugin = {
  name: 'NodeName',
  events: [{ resource: nodes, on: ['add'] }],
  preFilter({ pod }) {
    const wanted = pod.spec.nodeName;
    return wanted ? { filter: (node) => (node.name === wanted ? undefined : rejection) } : undefined;
  },
};
