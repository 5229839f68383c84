import { beforeEach, expect, it } from 'vitest';
import { ttlAfterFinishedController } from '../../../src/controllers/ttlafterfinished/controller.ts';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';
import { TestCluster } from '../support/cluster.ts';
import { template } from '../support/objects.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ controllers: [ttlAfterFinishedController] });
});

const create = (ttlSecondsAfterFinished?: number) =>
  cluster.create(jobs, {
    metadata: { name: 'j', namespace: 'default' },
    spec: { template: template(), ...(ttlSecondsAfterFinished !== undefined && { ttlSecondsAfterFinished }) },
  });
const change = (edit: (job: Job) => void) => cluster.change(jobs, 'default', 'j', edit);
const finish = (type: string, at: string, status = 'True') =>
  change((job) => void (job.status = { conditions: [{ type, status, lastTransitionTime: `2026-01-01T00:00:${at}Z` }] }));
const exists = () => cluster.get(jobs, 'default', 'j') !== undefined;

it.each(['Complete', 'Failed'])('deletes jobs that are %s when their time is over, once, in the foreground', (type) => {
  create(10);
  cluster.advance(5);
  finish(type, '03');
  cluster.settle();
  expect(exists()).toBe(true);
  expect(cluster.nextMs).toBe(8_000);
  cluster.advance(8);
  expect(cluster.plan('ttl-after-finished default/j').writes).toMatchObject([
    { verb: 'delete', propagationPolicy: 'Foreground' },
  ]);
  cluster.settle();
  expect(exists()).toBe(false);
});

it('deletes at once with a time of 0', () => {
  create(0);
  finish('Complete', '00');
  cluster.settle();
  expect(exists()).toBe(false);
});

it.each<[string, number | undefined, () => void]>([
  ['run', 0, () => {}],
  ['are only about to end', 0, () => void finish('SuccessCriteriaMet', '00')],
  ['have no time to live', undefined, () => void finish('Complete', '00')],
  ['are being deleted', 0, () => void change((job) => void (job.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'))],
  ['had not failed after all', 0, () => void finish('Failed', '00', 'False')],
])('leaves jobs alone that %s', (_, ttl, then) => {
  create(ttl);
  then();
  cluster.advance(3600);
  cluster.settle();
  expect(exists()).toBe(true);
  expect(cluster.nextMs).toBeUndefined();
});

it('goes by the time to live as it is now', () => {
  create(10);
  finish('Complete', '00');
  cluster.settle();
  change((job) => void (job.spec.ttlSecondsAfterFinished = 100));
  cluster.advance(10);
  cluster.settle();
  expect(exists()).toBe(true);
  expect(cluster.nextMs).toBe(90_000);
});
