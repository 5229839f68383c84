import { maxNodeScore, type Plugin } from '../framework.ts';

/**
 * Score: prefers nodes whose CPU and memory the pod makes more evenly used. A pod that asks for neither is left alone.
 */
export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  preScore({ requests }) {
    if (requests.milliCpu === 0 && requests.memory === 0) return undefined;
    return {
      score({ allocatable, requested }) {
        const balance = (milliCpu: number, memory: number) =>
          balanceOf([share(milliCpu, allocatable.milliCpu), share(memory, allocatable.memory)]);
        const before = balance(requested.milliCpu, requested.memory);
        const after = balance(requested.milliCpu + requests.milliCpu, requested.memory + requests.memory);
        // Between 50 (less even than before) and 100 (more even); 75 for no difference.
        return Math.floor(maxNodeScore / 2 + (maxNodeScore / 2 + after - before) / 2);
      },
    };
  },
};

const share = (requested: number, capacity: number): number | undefined =>
  capacity === 0 ? undefined : Math.min(1, requested / capacity);

/** 100 for shares that are all the same, less by their standard deviation: two shares deviate by half their difference. */
function balanceOf([a, b]: [number | undefined, number | undefined]): number {
  const deviation = a === undefined || b === undefined ? 0 : Math.abs(a - b) / 2;
  return Math.floor((1 - deviation) * maxNodeScore);
}
