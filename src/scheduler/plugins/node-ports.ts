import type { Plugin, Rejection } from '../framework.ts';
import { portsConflict } from '../snapshot/pod-info.ts';

const rejection: Rejection = { reasons: ["node(s) didn't have free ports for the requested pod ports"], resolvable: true };

/** Filter: the host ports of a pod must be free on its node. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  preFilter({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return {
      filter: (node) =>
        node.hostPorts.some((used) => hostPorts.some((wanted) => portsConflict(used, wanted))) ? rejection : undefined,
    };
  },
};
