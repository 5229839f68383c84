import type { Random } from '../../lib/random.ts';

/** Numbers that are given out one by one, both ends included. */
export interface NumberPool {
  readonly first: number;
  readonly last: number;
  /** Numbers below are given out only once the others are gone: they are left to those who ask for a certain one. */
  readonly dynamicFrom: number;
}

/** A free number, by chance; undefined when all are taken. */
export function pickFree(pool: NumberPool, isTaken: (n: number) => boolean, random: Random): number | undefined {
  return (
    pickBetween(pool.dynamicFrom, pool.last, isTaken, random) ?? pickBetween(pool.first, pool.dynamicFrom - 1, isTaken, random)
  );
}

/** Starts somewhere and goes round once. */
function pickBetween(first: number, last: number, isTaken: (n: number) => boolean, random: Random): number | undefined {
  const size = last - first + 1;
  if (size <= 0) return undefined;
  const start = Math.floor(random.next() * size);
  for (let i = 0; i < size; i++) {
    const n = first + ((start + i) % size);
    if (!isTaken(n)) return n;
  }
  return undefined;
}
