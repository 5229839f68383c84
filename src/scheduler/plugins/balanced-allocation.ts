import { maxNodeScore, type Plugin } from '../framework.ts';
import { amountIn, defaultResources, Shares, type WeightedResource } from './resource-shares.ts';

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
      const shares = new Shares(resources, pod, { assumed: false });
      return {
        score(node) {
          shares.read(node);
          const before = balanceOf(shares.before, shares);
          const after = balanceOf(shares.after, shares);
          // Between 50 (less even than before) and 100 (more even); 75 for no difference.
          return Math.floor(maxNodeScore / 2) + Math.trunc((maxNodeScore / 2 + after - before) / 2);
        },
      };
    },
  };
}

export const balancedAllocation = createBalancedAllocation();

/** 100 if the same part of everything is taken, less by the standard deviation of the parts. */
function balanceOf(taken: readonly number[], shares: Shares): number {
  return Math.floor((1 - deviationOf(taken, shares)) * maxNodeScore);
}

function deviationOf(taken: readonly number[], { count, capacity }: Shares): number {
  if (count < 2) return 0;
  // Half the difference, which is the same, spares the rounding errors of squares.
  if (count === 2) return Math.abs(part(taken[0]!, capacity[0]!) - part(taken[1]!, capacity[1]!)) / 2;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += part(taken[i]!, capacity[i]!) / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (part(taken[i]!, capacity[i]!) - mean) ** 2;
  return Math.sqrt(squares / count);
}

const part = (taken: number, capacity: number): number => Math.min(1, taken / capacity);
