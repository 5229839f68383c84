/** Jobs and CronJobs behind the real API, whose validation every status has to pass, across restarts. */
import { expect, it } from 'vitest';
import { cronJobController } from '../../../src/controllers/cronjob/controller.ts';
import { garbageCollector } from '../../../src/controllers/garbagecollector/controller.ts';
import { jobController } from '../../../src/controllers/job/controller.ts';
import { ttlAfterFinishedController } from '../../../src/controllers/ttlafterfinished/controller.ts';
import type { Scheme } from '../../../src/machinery/scheme.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const controllers = (scheme: Scheme) => [jobController, cronJobController, ttlAfterFinishedController, garbageCollector(scheme)];
const batch = '/apis/batch/v1/namespaces/default';
const podsPath = '/api/v1/namespaces/default/pods';
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c:1' }] } };

const endAll = async (cluster: LiveCluster, phase: string) => {
  for (const name of await cluster.names(podsPath)) await cluster.patch(`${podsPath}/${name}/status`, { status: { phase } });
};
const createJob = (cluster: LiveCluster, spec: object = {}) =>
  cluster.request('POST', `${batch}/jobs`, { metadata: { name: 'work' }, spec: { template, ...spec } });
const status = async (cluster: LiveCluster) => (await cluster.request('GET', `${batch}/jobs/work`)).status;
const conditionTypes = async (cluster: LiveCluster) =>
  (await status(cluster)).conditions.map(({ type }: { type: string }) => type);

it('a job is completed, and goes with its pods when its time to live is over', async () => {
  const cluster = await LiveCluster.start(controllers);
  await createJob(cluster, { completions: 2, parallelism: 2, ttlSecondsAfterFinished: 60 });
  await cluster.settle();
  expect(await cluster.names(podsPath)).toHaveLength(2);
  await endAll(cluster, 'Succeeded');
  await cluster.settle();
  expect(await status(cluster)).toMatchObject({ succeeded: 2, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
  expect(await conditionTypes(cluster)).toEqual(['SuccessCriteriaMet', 'Complete']);
  await cluster.advance(60);
  expect(await cluster.names(`${batch}/jobs`)).toEqual([]);
  expect(await cluster.names(podsPath)).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

it.each([
  ['an indexed job fails', { completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimitPerIndex: 0 }, 'Failed'],
  ['a job fails', { backoffLimit: 0, parallelism: 3, completions: 3 }, 'Failed'],
  ['an indexed job succeeds', { completionMode: 'Indexed', completions: 3, parallelism: 3 }, 'Succeeded'],
])('%s, though nobody looked when its pods ended', async (_, spec, phase) => {
  const cluster = await LiveCluster.start(controllers);
  await createJob(cluster, spec);
  await cluster.settle();
  await cluster.restart(() => []);
  await endAll(cluster, phase);
  await cluster.restart(controllers);
  expect(await status(cluster)).toMatchObject({ [phase.toLowerCase()]: 3 });
  expect((await conditionTypes(cluster)).at(-1)).toBe(phase === 'Failed' ? 'Failed' : 'Complete');
  const { items } = await cluster.request('GET', podsPath);
  expect(items.flatMap((pod: { metadata: { finalizers?: string[] } }) => pod.metadata.finalizers ?? [])).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])('every pod is counted once, with a restart after each %i turns', async (turns) => {
  const cluster = await LiveCluster.start(controllers);
  await createJob(cluster, { completions: 6, parallelism: 2, backoffLimit: 3 });
  for (let round = 0; round < 12; round++) {
    await cluster.turns(turns);
    if (round % 3 === 1) {
      const [name] = await cluster.names(`${podsPath}?fieldSelector=status.phase=Pending`);
      if (name) await cluster.patch(`${podsPath}/${name}/status`, { status: { phase: round === 4 ? 'Failed' : 'Succeeded' } });
    }
    await cluster.turns(turns);
    await cluster.restart(controllers);
  }
  await cluster.advance(10);
  const { items } = await cluster.request('GET', podsPath);
  const ended = (phase: string) => items.filter((pod: { status: { phase: string } }) => pod.status.phase === phase).length;
  const { active = 0, succeeded = 0, failed = 0, uncountedTerminatedPods } = await status(cluster);
  expect({ active, succeeded, failed, uncountedTerminatedPods }).toEqual({
    active: ended('Pending'),
    succeeded: ended('Succeeded'),
    failed: ended('Failed'),
    uncountedTerminatedPods: {},
  });
  expect([succeeded, failed, active]).toEqual([3, 1, 2]);
});

it('a job is suspended and resumed', async () => {
  const cluster = await LiveCluster.start(controllers);
  await createJob(cluster, { parallelism: 2, completions: 2 });
  await cluster.patch(`${batch}/jobs/work`, { spec: { suspend: true } });
  await cluster.settle();
  expect(await cluster.names(podsPath)).toEqual([]);
  expect(await status(cluster)).not.toHaveProperty('startTime');
  const nodeSelector = { disk: 'ssd' };
  await cluster.patch(`${batch}/jobs/work`, { spec: { template: { spec: { nodeSelector } } } });
  await cluster.patch(`${batch}/jobs/work`, { spec: { suspend: false } });
  await cluster.settle();
  const { items } = await cluster.request('GET', podsPath);
  expect(items).toHaveLength(2);
  expect(items[0].spec.nodeSelector).toEqual(nodeSelector);
  expect(cluster.errors).toEqual([]);
});

it('a job may fail for good while it is suspended, and then has a start', async () => {
  const cluster = await LiveCluster.start(controllers);
  await createJob(cluster, { completionMode: 'Indexed', completions: 1, backoffLimitPerIndex: 0, podReplacementPolicy: 'Failed' });
  await cluster.settle();
  const [name] = await cluster.names(podsPath);
  await cluster.request('DELETE', `${podsPath}/${name}`);
  await cluster.patch(`${batch}/jobs/work`, { spec: { suspend: true } });
  await cluster.settle();
  await cluster.patch(`${podsPath}/${name}/status`, { status: { phase: 'Failed' } });
  await cluster.settle();
  expect(await conditionTypes(cluster)).toContain('Failed');
  expect(await status(cluster)).toHaveProperty('startTime');
});

it('a deleted job goes with its pods, or leaves them', async () => {
  const cluster = await LiveCluster.start(controllers);
  for (const [policy, left] of [
    ['Background', 0],
    ['Foreground', 0],
    ['Orphan', 1],
  ] as const) {
    await createJob(cluster);
    await cluster.settle();
    await cluster.request('DELETE', `${batch}/jobs/work`, { propagationPolicy: policy });
    await cluster.settle();
    expect(await cluster.names(`${batch}/jobs`)).toEqual([]);
    const { items } = await cluster.request('GET', podsPath);
    expect(items).toHaveLength(left);
    for (const { metadata } of items) expect(metadata).not.toHaveProperty('finalizers');
  }
  expect(cluster.errors).toEqual([]);
});

it('a CronJob starts a job a time, also after a restart', async () => {
  const cluster = await LiveCluster.start(controllers);
  const spec = { schedule: '*/5 * * * *', jobTemplate: { spec: { template } } };
  await cluster.request('POST', `${batch}/cronjobs`, { metadata: { name: 'tick' }, spec });
  await cluster.advance(300);
  await cluster.restart(controllers);
  await cluster.advance(200);
  await cluster.restart(controllers);
  await cluster.advance(100);
  expect(await cluster.names(`${batch}/jobs`)).toEqual(['tick-29453765', 'tick-29453770']);
  await endAll(cluster, 'Succeeded');
  await cluster.settle();
  const { status: seen } = await cluster.request('GET', `${batch}/cronjobs/tick`);
  expect(seen).toEqual({ lastScheduleTime: '2026-01-01T00:10:00Z', lastSuccessfulTime: '2026-01-01T00:10:00Z' });
  expect(cluster.errors).toEqual([]);
});
