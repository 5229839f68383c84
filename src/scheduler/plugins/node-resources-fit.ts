import { maxNodeScore, type Plugin, type Rejection } from '../framework.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';

/**
 * Filter: a node must have room for what the pod requests, and for one more pod. Score: LeastAllocated, the mean of the
 * free shares of CPU and memory with the pod on the node.
 */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  preFilter: (pod) => ({ filter: (node) => insufficient(pod, node) }),
  preScore: ({ nonZero }) => ({
    score({ allocatable, nonZeroRequested }) {
      const shares: number[] = [];
      if (allocatable.milliCpu > 0) shares.push(freeShare(nonZeroRequested.milliCpu + nonZero.milliCpu, allocatable.milliCpu));
      if (allocatable.memory > 0) shares.push(freeShare(nonZeroRequested.memory + nonZero.memory, allocatable.memory));
      return shares.length === 0 ? 0 : Math.floor(shares.reduce((sum, share) => sum + share, 0) / shares.length);
    },
  }),
};

const freeShare = (requested: number, capacity: number): number =>
  requested > capacity ? 0 : Math.floor(((capacity - requested) * maxNodeScore) / capacity);

function insufficient({ requests }: PodInfo, node: NodeInfo): Rejection | undefined {
  const { allocatable, requested } = node;
  const reasons: string[] = [];
  let resolvable = true;
  const check = (name: string, wanted: number, used: number, capacity: number) => {
    if (wanted === 0 || wanted <= capacity - used) return;
    reasons.push(`Insufficient ${name}`);
    // More than the node has: no pod that leaves it would help.
    if (wanted > capacity) resolvable = false;
  };
  if (node.pods.length + 1 > node.allowedPods) reasons.push('Too many pods');
  check('cpu', requests.milliCpu, requested.milliCpu, allocatable.milliCpu);
  check('memory', requests.memory, requested.memory, allocatable.memory);
  check('ephemeral-storage', requests.ephemeralStorage, requested.ephemeralStorage, allocatable.ephemeralStorage);
  for (const [name, amount] of requests.scalars)
    check(name, amount, requested.scalars.get(name) ?? 0, allocatable.scalars.get(name) ?? 0);
  return reasons.length > 0 ? { reasons, resolvable } : undefined;
}
