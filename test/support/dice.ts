import type { Random } from '../../src/lib/random.ts';

/** Randomness as tests want it. */
export interface Dice {
  below(limit: number): number;
  some<T>(values: readonly T[]): T;
  /** Whether something happens that happens once in `times`. */
  once(times: number): boolean;
}

export function diceOf(random: Random): Dice {
  const below = (limit: number) => Math.floor(random.next() * limit);
  return { below, some: (values) => values[below(values.length)]!, once: (times) => below(times) === 0 };
}
