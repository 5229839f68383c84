import { expect, it } from 'vitest';
import { scheduledTimeAnnotation } from '../../../src/controllers/cronjob/new-job.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { internalError } from '../../../src/machinery/status.ts';
import { CronWorld } from './world.ts';

const runs = 30;

/**
 * A CronJob whose every write may be lost. No time ever gets two jobs, the policy on concurrent ones holds at every step, and
 * the last time that was due gets its job once writes land again.
 */
function life(seed: number, concurrencyPolicy: string): void {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random.next() * n);
  const world = new CronWorld(seed);
  let loss = 0;
  world.refuse = () => (random.next() < loss ? internalError('lost') : undefined);
  const limits = { successfulJobsHistoryLimit: below(3), failedJobsHistoryLimit: below(2) };
  world.start({ schedule: '*/5 * * * *', concurrencyPolicy, ...limits });
  const seen = new Map<string, string>();
  world.onStep = () => {
    for (const { metadata } of world.jobs) {
      const time = metadata.annotations![scheduledTimeAnnotation]!;
      expect(seen.get(time) ?? metadata.uid).toBe(metadata.uid);
      seen.set(time, metadata.uid);
    }
    if (concurrencyPolicy !== 'Allow') expect(world.unfinished.length).toBeLessThanOrEqual(1);
  };
  loss = 0.3;
  for (let step = 0; step < 120; step++) {
    const { due, unfinished } = world;
    const choice = below(10);
    if (choice < 2) world.advance(below(200));
    else if (choice < 4 && unfinished.length > 0)
      world.finish(unfinished[below(unfinished.length)]!, below(3) ? 'Complete' : 'Failed');
    else if (due.length > 0) world.reconcile(due[0]!);
  }
  loss = 0;
  for (const job of world.unfinished) world.finish(job);
  world.settle();
  world.advance(1);
  world.settle();
  const last = Math.floor(world.now.getTime() / 300_000) * 300_000;
  if (last > Date.parse('2026-01-01T00:00:00Z')) {
    expect(world.cronJob.status!.lastScheduleTime).toBe(new Date(last).toISOString().replace('.000', ''));
    expect(seen.has(world.cronJob.status!.lastScheduleTime!)).toBe(true);
  }
  expect((world.cronJob.status?.active ?? []).map(({ uid }) => uid)).toEqual(world.unfinished.map(({ metadata }) => metadata.uid));
  expect(world.plan('cronjob default/tick').writes).toEqual([]);
}

it.each(['Allow', 'Forbid', 'Replace'])('every time gets one job, with %s', (policy) => {
  const first = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  for (let seed = first; seed < first + runs; seed++) {
    try {
      life(seed, policy);
    } catch (error) {
      console.error(`failed with SEED=${seed}`);
      throw error;
    }
  }
});
