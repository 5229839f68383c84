import { beforeEach, describe, expect, it } from 'vitest';
import { uncountedMax } from '../../../src/controllers/job/accounting.ts';
import { podsPerPlanMax } from '../../../src/controllers/job/manage.ts';
import { trackingFinalizer } from '../../../src/controllers/job/pod-facts.ts';
import { forbidden } from '../../../src/machinery/status.ts';
import { jobs } from '../../../src/resources/batch/job.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const expectRest = () => expect(world.plan('job default/work')).toMatchObject({ writes: [], events: [] });

describe('pods', () => {
  it('are made from the template, with a finalizer', () => {
    world.start();
    world.settle();
    const [pod] = world.pods;
    expect(pod!.metadata).toMatchObject({
      generateName: 'work-',
      labels: { app: 'work' },
      finalizers: [trackingFinalizer],
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'work', uid: world.job.metadata.uid, controller: true }],
    });
    expect(pod!.metadata.annotations).toBeUndefined();
    expect(world.job.status).toEqual({
      active: 1,
      ready: 0,
      terminating: 0,
      startTime: '2026-01-01T00:00:00Z',
      uncountedTerminatedPods: {},
    });
    expect(world.events).toEqual([
      { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod!.metadata.name}`, regarding: 'Job/work' },
    ]);
    world.rest();
    expect(world.job.status).toMatchObject({ active: 1, ready: 1 });
    expectRest();
  });

  it('run as many at once as asked for, never more than are needed', () => {
    world.start({ parallelism: 2, completions: 3 });
    world.rest();
    expect(world.active).toHaveLength(2);
    world.end(world.active[0]!, 0);
    world.rest();
    expect(world.active).toHaveLength(2);
    expect(world.job.status).toMatchObject({ active: 2, succeeded: 1 });
    world.end(world.active[0]!, 0);
    world.rest();
    expect(world.active).toHaveLength(1);
    world.end(world.active[0]!, 0);
    world.rest();
    expect(world.conditions).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
    expect(world.job.status).toEqual({
      ready: 0,
      terminating: 0,
      succeeded: 3,
      startTime: '2026-01-01T00:00:00Z',
      completionTime: '2026-01-01T00:00:00Z',
      uncountedTerminatedPods: {},
      conditions: [expect.anything(), expect.anything()],
    });
    expect(world.pods.every(({ metadata }) => !metadata.finalizers)).toBe(true);
    expect(world.reasons.at(-1)).toBe('Completed');
    expectRest();
  });

  it('without a number of completions, the first success starts no more and the last end completes', () => {
    world.start({ parallelism: 3, completions: undefined });
    world.rest();
    world.end(world.active[0]!, 0);
    world.rest();
    expect(world.active).toHaveLength(2);
    world.end(world.active[0]!, 1);
    world.rest();
    expect(world.conditions).toEqual([]);
    world.end(world.active[0]!, 0);
    world.rest();
    expect(world.conditions.at(-1)).toBe('Complete CompletionsReached');
    expect(world.job.status).toMatchObject({ succeeded: 2, failed: 1 });
  });

  it('are created a bounded number at a time', () => {
    world.start({ parallelism: podsPerPlanMax + 10, completions: 2000 });
    expect(world.reconcile('job default/work').writes).toHaveLength(podsPerPlanMax + 1);
    world.settle();
    expect(world.pods).toHaveLength(podsPerPlanMax + 10);
  });

  it('that end all at once are noted a bounded number at a time', () => {
    const count = uncountedMax + 20;
    world.start({ parallelism: count, completions: count });
    world.settle();
    for (const pod of world.pods) world.end(pod, 0);
    let most = 0;
    world.onStep = () => void (most = Math.max(most, world.job.status?.uncountedTerminatedPods?.succeeded?.length ?? 0));
    world.settle();
    expect(most).toBe(uncountedMax);
    expect(world.job.status).toMatchObject({ succeeded: count, uncountedTerminatedPods: {} });
    expect(world.conditions.at(-1)).toBe('Complete CompletionsReached');
  });

  it('that are too many are given up without being counted', () => {
    world.start({ parallelism: 3, completions: 9 });
    world.rest();
    world.changeJob((job) => void (job.spec.parallelism = 1));
    world.rest();
    expect(world.pods).toHaveLength(1);
    expect(world.job.status).toMatchObject({ active: 1 });
    expect(world.job.status).not.toHaveProperty('failed');
    expect(world.reasons.filter((reason) => reason === 'SuccessfulDelete')).toHaveLength(2);
  });

  it('that are on their way out go first, when the way was interrupted', () => {
    world.start({ parallelism: 2, completions: 9 });
    world.rest();
    const [first, second] = world.pods;
    world.changeJob((job) => void (job.spec.parallelism = 1));
    world.reconcile('job default/work');
    const released = world.pods.find(({ metadata }) => !metadata.finalizers)!;
    // The other one looks worse now.
    const other = [first, second].find((pod) => pod!.metadata.uid !== released.metadata.uid)!;
    world.change(pods, 'default', other.metadata.name, ({ status }) => void (status!.conditions = []));
    world.rest();
    expect(world.pods.map(({ metadata }) => metadata.name)).toEqual([other.metadata.name]);
  });

  it('go in the order of how far they have come', () => {
    world.start({ parallelism: 2, completions: 9 });
    world.settle();
    const [first, second] = world.pods;
    world.kubelet(first!);
    world.changeJob((job) => void (job.spec.parallelism = 1));
    world.settle();
    expect(world.pods.map(({ metadata }) => metadata.name)).toEqual([first!.metadata.name]);
    expect(second).toBeDefined();
  });

  it('that cannot be created are told of, and one tries at a time', () => {
    world.refuse = (write) =>
      write.verb === 'create' ? forbidden({ group: '', resource: 'pods', name: '' }, 'exceeded quota: small') : undefined;
    world.start({ parallelism: 5 });
    world.settle();
    expect(world.pods).toHaveLength(0);
    world.advance(1);
    const [id] = world.due;
    const plan = world.reconcile(id!);
    expect(plan.writes.filter(({ verb }) => verb === 'create')).toHaveLength(1);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'Warning', reason: 'FailedCreate', message: expect.stringContaining('Error creating: ') }),
    );
    expect(world.job.status?.active).toBeUndefined();
  });
});

describe('ownership', () => {
  it('takes orphans that match, with the finalizer', () => {
    const metadata = { name: 'orphan', namespace: 'default', labels: { app: 'work' } };
    world.create(pods, { metadata, spec: { containers: [{ name: 'c', image: 'c:1' }] } });
    world.start({ parallelism: 2, completions: 2 });
    world.rest();
    expect(world.active).toHaveLength(2);
    expect(world.get(pods, 'default', 'orphan')!.metadata).toMatchObject({
      finalizers: [trackingFinalizer],
      ownerReferences: [{ uid: world.job.metadata.uid }],
    });
  });

  it('lets go of pods that match no longer, without the finalizer', () => {
    world.start();
    world.rest();
    const { name } = world.active[0]!.metadata;
    world.change(pods, 'default', name, (pod) => void (pod.metadata.labels = { app: 'other' }));
    world.rest();
    expect(world.get(pods, 'default', name)!.metadata).not.toHaveProperty('ownerReferences');
    expect(world.get(pods, 'default', name)!.metadata).not.toHaveProperty('finalizers');
    expect(world.active).toHaveLength(2);
  });

  it('frees the pods of a job that is gone', () => {
    world.start();
    world.rest();
    world.remove(jobs, 'default', 'work');
    world.rest();
    expect(world.pods).toHaveLength(1);
    expect(world.pods[0]!.metadata).not.toHaveProperty('finalizers');
  });

  it('frees the pods of a job that is being deleted, counts nothing and starts nothing', () => {
    world.start({ parallelism: 2 }, { finalizers: ['foregroundDeletion'] });
    world.rest();
    world.end(world.active[0]!, 1);
    world.changeJob((job) => void (job.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
    world.rest();
    expect(world.pods.every(({ metadata }) => !metadata.finalizers)).toBe(true);
    expect(world.pods).toHaveLength(2);
    expect(world.job.status).toMatchObject({ failed: 1 });
  });

  it('leaves jobs that others manage alone, with their pods', () => {
    world.start({ managedBy: 'example.com/queue' });
    world.settle();
    expect(world.job.status).toBeUndefined();
    world.start({ managedBy: 'kubernetes.io/job-controller' }, { name: 'own' });
    world.settle();
    expect(world.pods).toHaveLength(1);
  });
});

describe('suspension', () => {
  it('of a new job starts nothing, not even its time', () => {
    world.start({ suspend: true });
    world.rest();
    expect(world.pods).toEqual([]);
    expect(world.conditions).toEqual(['Suspended JobSuspended']);
    expect(world.job.status).not.toHaveProperty('startTime');
    expect(world.reasons).toEqual(['Suspended']);
    world.advance(60);
    world.changeJob((job) => void (job.spec.suspend = false));
    world.rest();
    expect(world.active).toHaveLength(1);
    expect(world.job.status).toMatchObject({
      startTime: '2026-01-01T00:01:00Z',
      conditions: [{ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }],
    });
    expect(world.reasons).toEqual(['Suspended', 'SuccessfulCreate', 'Resumed']);
  });

  it('removes the pods, and they count for nothing', () => {
    world.start({ parallelism: 3, completions: 3 });
    world.rest();
    world.end(world.active[0]!, 0);
    world.changeJob((job) => void (job.spec.suspend = true));
    world.rest();
    expect(world.active).toEqual([]);
    expect(world.conditions).toEqual(['Suspended JobSuspended']);
    expect(world.job.status).toMatchObject({ succeeded: 1 });
    expect(world.job.status).not.toHaveProperty('failed');
    expect(world.job.status).not.toHaveProperty('startTime');
    world.changeJob((job) => void (job.spec.suspend = false));
    world.rest();
    expect(world.active).toHaveLength(2);
  });

  it('stops the time of the deadline', () => {
    world.start({ activeDeadlineSeconds: 30 });
    world.rest();
    world.advance(20);
    world.changeJob((job) => void (job.spec.suspend = true));
    world.rest();
    world.advance(20);
    world.rest();
    expect(world.conditions).toEqual(['Suspended JobSuspended']);
    world.changeJob((job) => void (job.spec.suspend = false));
    world.rest();
    expect(world.nextMs).toBe(30_000);
  });
});
