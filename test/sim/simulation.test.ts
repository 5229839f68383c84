/**
 * Seeded runs of a whole cluster in memory; docs/controllers.md says how to replay one. `SIM_SEED` is the first seed,
 * `SIM_RUNS` how many follow it.
 */
import { describe, expect, it } from 'vitest';
import { play, scriptOf, type Outcome, type Script } from './run.ts';
import { failedSeeds } from './seeds.ts';
import { shrink } from './shrink.ts';

const firstSeed = Number(process.env['SIM_SEED'] ?? 1);
const runs = Number(process.env['SIM_RUNS'] ?? 40);
const timeout = 120_000;
/** How often a failing script is played to find a shorter one. */
const shrinkingPlays = 120;
const linesShown = 80;

async function run(seed: number): Promise<void> {
  const script = scriptOf(seed);
  const { problems } = await play(script);
  if (problems.length > 0) {
    const shortest = await shrink(script, shrinkingPlays);
    throw new Error(describeFailure(seed, shortest.script, shortest.outcome));
  }
}

function describeFailure(seed: number, { parts }: Script, { problems, log }: Outcome): string {
  const steps = parts.map(({ weather, steps }) => `${weather}: ${steps.map(({ name }) => name).join(', ') || 'nothing'}`);
  return [`seed ${seed}:`, ...problems.slice(0, 10), '', 'It takes no more than', ...steps, '', ...log.slice(-linesShown)].join(
    '\n',
  );
}

describe('a cluster keeps its promises and comes to rest', () => {
  it.each(failedSeeds)('seed %i: %s', { timeout }, run);

  it.each(Array.from({ length: runs }, (_, i) => firstSeed + i))('seed %i', { timeout }, run);
});

it('a seed says everything', { timeout }, async () => {
  const [first, second] = [await play(scriptOf(firstSeed)), await play(scriptOf(firstSeed))];
  expect(second.log).toEqual(first.log);
});
