import { nodes } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { ClusterEvent, Plugin, Rejection } from '../framework.ts';
import { podInfoOf, portsConflict, type HostPort } from '../snapshot/pod-info.ts';

const rejection: Rejection = { reasons: ["node(s) didn't have free ports for the requested pod ports"], resolvable: true };

const anyConflict = (some: readonly HostPort[], others: readonly HostPort[]): boolean =>
  some.some((a) => others.some((b) => portsConflict(a, b)));

/** A pod goes that had a port the pod wants. */
const podEvent: ClusterEvent<Pod> = {
  resource: pods,
  on: ['delete'],
  hint: ({ hostPorts }, before) => !!before && anyConflict(podInfoOf(before).hostPorts, hostPorts),
};

/** Filter: the host ports of a pod must be free on its node. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  events: [podEvent, { resource: nodes, on: ['add'] }],
  preFilter({ hostPorts }) {
    if (hostPorts.length === 0) return undefined;
    return { filter: (node) => (anyConflict(node.hostPorts, hostPorts) ? rejection : undefined) };
  },
};
