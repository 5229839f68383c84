import { cronJobs } from '../../../src/resources/batch/cronjob.ts';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';
import type { Dice } from '../../support/dice.ts';
import { createIn, deleteSome, patchSome, type Operation } from './operation.ts';
import { working } from './templates.ts';

function jobSpec(dice: Dice): object {
  const template = working(dice);
  const isIndexed = dice.once(3);
  const isPerIndex = isIndexed && template.spec.restartPolicy === 'Never' && dice.once(2);
  return {
    template,
    completions: 1 + dice.below(4),
    parallelism: 1 + dice.below(3),
    ...(isIndexed && { completionMode: 'Indexed' }),
    ...(isPerIndex ? { backoffLimitPerIndex: dice.below(2) } : { backoffLimit: dice.below(4) }),
    ...(dice.once(4) && { podReplacementPolicy: 'Failed' }),
    ...(dice.once(4) && { ttlSecondsAfterFinished: dice.some([0, 60]) }),
    ...(dice.once(5) && { activeDeadlineSeconds: 300 }),
    ...(dice.once(8) && { suspend: true }),
  };
}

const cronJob = (dice: Dice): object => ({
  metadata: { name: dice.some(['tick', 'tock']) },
  spec: {
    schedule: dice.some(['*/1 * * * *', '*/5 * * * *']),
    concurrencyPolicy: dice.some(['Allow', 'Forbid', 'Replace']),
    successfulJobsHistoryLimit: dice.below(3),
    failedJobsHistoryLimit: dice.below(3),
    ...(dice.once(3) && { startingDeadlineSeconds: dice.some([30, 200]) }),
    jobTemplate: { spec: jobSpec(dice) },
  },
});

export const jobOperations: readonly Operation[] = [
  {
    name: 'create a job',
    weight: 6,
    run: (scene) =>
      createIn(scene, jobs, { metadata: { name: scene.dice.some(['one', 'two', 'three']) }, spec: jobSpec(scene.dice) }),
  },
  { name: 'create a CronJob', weight: 2, run: (scene) => createIn(scene, cronJobs, cronJob(scene.dice)) },
  {
    name: 'suspend or resume a job',
    weight: 2,
    run: (scene) => patchSome<Job>(scene, jobs, ({ spec }) => ({ spec: { suspend: !spec.suspend } })),
  },
  {
    name: 'change the parallelism of a job',
    weight: 2,
    run: (scene) => patchSome(scene, jobs, () => ({ spec: { parallelism: scene.dice.below(4) } })),
  },
  { name: 'delete a job', weight: 2, run: (scene) => deleteSome(scene, scene.dice.some([jobs, jobs, cronJobs])) },
];
