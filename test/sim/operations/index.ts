import type { Dice } from '../../support/dice.ts';
import type { Weather } from '../invariants/invariant.ts';
import { deviceOperations } from './devices.ts';
import { faultOperations } from './faults.ts';
import { jobOperations } from './jobs.ts';
import { limitOperations } from './limits.ts';
import { namespaceOperations } from './namespaces.ts';
import { nodeOperations } from './nodes.ts';
import type { Operation } from './operation.ts';
import { podOperations } from './pods.ts';
import { serviceOperations } from './services.ts';
import { workloadOperations } from './workloads.ts';

/** Everything that can happen. */
export const operations: readonly Operation[] = [
  ...workloadOperations,
  ...jobOperations,
  ...serviceOperations,
  ...limitOperations,
  ...podOperations,
  ...deviceOperations,
  ...namespaceOperations,
  ...nodeOperations,
  ...faultOperations,
];

/** One of them, by weight. */
export function someOperation(dice: Dice, weather: Weather): Operation {
  const choice = operations.filter((operation) => weather === 'storm' || operation.also?.includes(weather));
  let at = dice.below(choice.reduce((sum, { weight }) => sum + weight, 0));
  return choice.find(({ weight }) => (at -= weight) < 0)!;
}
