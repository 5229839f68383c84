import { nodes } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { portsConflict } from '../../resources/shared/host-ports.ts';
import type { ClusterEvent, Plugin, Rejection } from '../framework.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';

const rejection: Rejection = { reasons: ["node(s) didn't have free ports for the requested pod ports"], resolvable: true };

/** A pod goes that had a port the pod wants. */
const podEvent: ClusterEvent<Pod> = {
  resource: pods,
  on: ['delete'],
  hint: ({ hostPorts }, before) => !!before && portsConflict(podInfoOf(before).hostPorts, hostPorts),
};

/** Filter: the host ports of a pod must be free on its node. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  events: [podEvent, { resource: nodes, on: ['add'] }],
  preFilter({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return { filter: (node) => (portsConflict(node.hostPorts, hostPorts) ? rejection : undefined) };
  },
};
