import type { Operation, Scene } from './operation.ts';

const arm = ({ world, dice }: Scene) => {
  const fault = dice.some([
    { type: 'crash', happens: true } as const,
    { type: 'crash', happens: false } as const,
    { type: 'unknown', happens: true } as const,
    { type: 'unknown', happens: false } as const,
    { type: 'unavailable' } as const,
  ]);
  world.faults.push({ after: dice.below(8), fault });
};

/** Time passes, and everybody does what is due, but no kubelet. */
async function wait({ world, dice }: Scene): Promise<void> {
  for (let left = 1000 * dice.some([1, 5, 15, 40, 100, 400]); left > 0;) {
    await world.quiesce();
    const step = Math.min(left, Math.max(1, world.nextMs ?? left));
    world.clock.pass(step);
    left -= step;
  }
}

export const faultOperations: readonly Operation[] = [
  { name: 'a commit will fail', weight: 6, also: ['calm', 'drain'], run: async (scene) => arm(scene) },
  { name: 'restart', isExclusive: true, weight: 2, also: ['calm', 'drain'], run: ({ world }) => world.restart() },
  {
    name: 'another process takes over',
    isExclusive: true,
    weight: 2,
    also: ['calm', 'drain'],
    run: ({ world }) => world.takeOver(),
  },
  { name: 'wait', isExclusive: true, weight: 10, also: ['calm'], run: wait },
  {
    name: 'the clock jumps forward',
    weight: 1,
    run: async ({ world, dice }) => world.clock.jump(1000 * dice.some([30, 120, 1200])),
  },
  { name: 'the clock jumps back', weight: 1, run: async ({ world, dice }) => world.clock.jump(-1000 * dice.some([1, 3, 20])) },
];
