import type { Node } from '../../resources/core/node.ts';
import type { Api } from '../api.ts';
import type { Timers } from '../timers.ts';

export type NetworkedNode = Node & { spec: { podCIDR: string } };

const firstDelayMs = 50;
const longestDelayMs = 2_000;
const attemptsMax = 10;

/**
 * Waits until the cluster has given the node a network for its pods (its controller `nodeipam`, or that of a
 * kube-controller-manager with `--allocate-node-cidrs`). Rejects when that takes some ten seconds, and with the API's errors.
 */
export async function awaitPodCIDR(api: Api, node: Node, timers: Timers): Promise<NetworkedNode> {
  let current = node;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (current.spec.podCIDR) return current as NetworkedNode;
    await new Promise<void>((resolve) => void timers.after(Math.min(firstDelayMs * 2 ** attempt, longestDelayMs), resolve));
    current = await api.get<Node>(`/api/v1/nodes/${node.metadata.name}`);
  }
  throw new Error('the cluster has given the node no network for pods (is no controller "nodeipam" running?)');
}
