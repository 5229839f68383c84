import { maxNodeScore, type Plugin } from '../framework.ts';
import { amountIn, defaultResources, sharesOf, type Share, type WeightedResource } from './resource-shares.ts';

/** Upstream's NodeResourcesBalancedAllocationArgs: what should be used evenly. */
export interface BalancedAllocationArgs {
  readonly resources?: readonly WeightedResource[];
}

/**
 * Score: prefers nodes whose resources the pod makes more evenly used. A pod that asks for none of them is left alone, so
 * that many such pods do not end on one node.
 */
export function createBalancedAllocation({ resources = defaultResources }: BalancedAllocationArgs = {}): Plugin {
  return {
    name: 'NodeResourcesBalancedAllocation',
    preScore(pod) {
      if (resources.every(({ name }) => amountIn(pod.requests, name) === 0)) return undefined;
      return {
        score(node) {
          const shares = sharesOf(resources, pod, node, { assumed: false });
          const before = balanceOf(shares, 'before');
          const after = balanceOf(shares, 'after');
          // Between 50 (less even than before) and 100 (more even); 75 for no difference.
          return Math.floor(maxNodeScore / 2) + Math.trunc((maxNodeScore / 2 + after - before) / 2);
        },
      };
    },
  };
}

export const balancedAllocation = createBalancedAllocation();

/** 100 for parts that are all the same, less by their standard deviation. */
function balanceOf(shares: readonly Share[], when: 'before' | 'after'): number {
  const parts = shares.map((share) => Math.min(1, share[when] / share.capacity));
  return Math.floor((1 - deviationOf(parts)) * maxNodeScore);
}

function deviationOf(parts: readonly number[]): number {
  if (parts.length < 2) return 0;
  // Half the difference, which is the same, spares the rounding errors of squares.
  if (parts.length === 2) return Math.abs(parts[0]! - parts[1]!) / 2;
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return Math.sqrt(parts.reduce((sum, part) => sum + (part - mean) ** 2, 0) / parts.length);
}
