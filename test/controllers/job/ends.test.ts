import { beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../src/resources/batch/job.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
const failOne = () => {
  world.end(world.active[0]!, 1);
  world.rest();
};

it('a job does not end before it began, though the clock was set back', () => {
  world.start();
  world.rest();
  const { startTime } = world.job.status!;
  world.advance(-20);
  world.end(world.active[0]!, 0);
  world.rest();
  expect(world.conditions).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
  expect(world.job.status).toMatchObject({ startTime, completionTime: startTime });
});

it('a pod that was noted as failed, because it was deleted, is let go though it ends well', () => {
  world.start({ completions: 2 });
  world.rest();
  const [pod] = world.active;
  world.change(pods, 'default', pod!.metadata.name, ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:30Z'));
  world.reconcile('job default/work');
  expect(world.job.status!.uncountedTerminatedPods).toEqual({ failed: [pod!.metadata.uid] });
  world.end(pod!, 0);
  world.rest();
  expect(world.pods.map(({ metadata }) => metadata.name)).not.toContain(pod!.metadata.name);
  expect(world.job.status).toMatchObject({ failed: 1, uncountedTerminatedPods: {} });
});

describe('failures', () => {
  it('are replaced after 10 s, 20 s, 40 s, … ten minutes at the most', () => {
    world.start({ backoffLimit: 20 });
    world.rest();
    for (const seconds of [10, 20, 40, 80, 160, 320, 600, 600]) {
      failOne();
      expect(world.active).toEqual([]);
      expect(world.nextMs).toBe(seconds * 1000);
      world.advance(seconds - 1);
      world.rest();
      expect(world.active).toEqual([]);
      world.advance(1);
      world.rest();
      expect(world.active).toHaveLength(1);
    }
    expect(world.job.status).toMatchObject({ failed: 8, active: 1 });
  });

  it('before a success delay nothing', () => {
    world.start({ completions: 3, parallelism: 1 });
    world.rest();
    failOne();
    world.advance(10);
    world.rest();
    world.advance(5);
    world.end(world.active[0]!, 0);
    world.rest();
    expect(world.active).toHaveLength(1);
    world.advance(1);
    failOne();
    expect(world.nextMs).toBe(10_000);
  });

  it('beyond the limit fail the job, and what still runs is ended and counted', () => {
    world.start({ backoffLimit: 0, parallelism: 3, completions: 3 });
    world.rest();
    failOne();
    expect(world.conditions).toEqual(['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']);
    expect(world.job.status).toMatchObject({ failed: 3, ready: 0, terminating: 0 });
    expect(world.job.status).not.toHaveProperty('active');
    expect(world.job.status).not.toHaveProperty('completionTime');
    expect(world.pods.every(({ metadata }) => !metadata.finalizers)).toBe(true);
    expect(world.events.at(-1)).toEqual({
      type: 'Warning',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
      regarding: 'Job/work',
    });
    expect(world.nextMs).toBeUndefined();
  });

  it.each([
    [0, 1, true],
    [2, 1, false],
    [2, 2, true],
  ])('in place: with a limit of %i, %i restarts are too many: %s', (backoffLimit, restartCount, isFailed) => {
    world.start({
      backoffLimit,
      template: {
        metadata: { labels: { app: 'work' } },
        spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'c' }] },
      },
    });
    world.rest();
    world.change(pods, 'default', world.active[0]!.metadata.name, ({ status }) => {
      status!.containerStatuses = [{ name: 'c', image: 'c', imageID: '', ready: true, restartCount }];
    });
    world.rest();
    expect(world.conditions.includes('Failed BackoffLimitExceeded')).toBe(isFailed);
  });

  it('of the time: the deadline ends the job', () => {
    world.start({ activeDeadlineSeconds: 30, parallelism: 2, completions: 2 });
    world.rest();
    expect(world.nextMs).toBe(30_000);
    world.advance(30);
    world.rest();
    expect(world.conditions).toEqual(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    expect(world.job.status).toMatchObject({ failed: 2 });
    expect(world.events.at(-1)).toMatchObject({ message: 'Job was active longer than specified deadline' });
  });
});

describe('the pod failure policy', () => {
  const rules = (...list: object[]) => ({ podFailurePolicy: { rules: list } as Job['spec']['podFailurePolicy'] });

  it('fails the job', () => {
    world.start({
      ...rules({ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }),
      parallelism: 2,
      completions: 2,
    });
    world.rest();
    const [pod] = world.active;
    world.end(pod!, 42);
    world.rest();
    expect(world.conditions).toEqual(['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy']);
    const message = `Container c for pod default/${pod!.metadata.name} failed with exit code 42 matching FailJob rule at index 0`;
    expect(world.events.at(-1)).toMatchObject({ reason: 'PodFailurePolicy', message });
    expect(world.job.status).toMatchObject({ failed: 2 });
  });

  it('ignores failures, which still delay the next pod', () => {
    const onPodConditions = [{ type: 'DisruptionTarget', status: 'True' }];
    world.start({ ...rules({ action: 'Ignore', onPodConditions }), backoffLimit: 0 });
    world.rest();
    const { name } = world.active[0]!.metadata;
    world.end(world.active[0]!, 1);
    world.change(
      pods,
      'default',
      name,
      ({ status }) => void status!.conditions!.push({ type: 'DisruptionTarget', status: 'True' }),
    );
    world.rest();
    expect(world.conditions).toEqual([]);
    expect(world.job.status).not.toHaveProperty('failed');
    expect(world.get(pods, 'default', name)!.metadata).not.toHaveProperty('finalizers');
    expect(world.nextMs).toBe(10_000);
    world.advance(10);
    world.rest();
    expect(world.active).toHaveLength(1);
  });

  it('counts pods that are being deleted only when they have ended', () => {
    world.start({ ...rules({ action: 'Count', onExitCodes: { operator: 'In', values: [1] } }) });
    world.rest();
    world.change(
      pods,
      'default',
      world.active[0]!.metadata.name,
      ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z'),
    );
    world.settle();
    expect(world.pods).toHaveLength(1);
    expect(world.job.status).toMatchObject({ terminating: 1 });
    expect(world.job.status).not.toHaveProperty('failed');
  });
});

describe('pods that are deleted', () => {
  const deleteOne = () =>
    world.change(
      pods,
      'default',
      world.active[0]!.metadata.name,
      ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z'),
    );

  it('count as failed, and are replaced before they have ended', () => {
    world.start({ podReplacementPolicy: 'TerminatingOrFailed' });
    world.rest();
    deleteOne();
    world.settle();
    expect(world.job.status).toMatchObject({ failed: 1, terminating: 1 });
    expect(world.active).toHaveLength(1);
  });

  it('are only replaced when they have ended, if the job says so', () => {
    world.start({ podReplacementPolicy: 'Failed' });
    world.rest();
    deleteOne();
    world.settle();
    expect(world.active).toHaveLength(0);
    expect(world.job.status).toMatchObject({ terminating: 1 });
    world.end(world.pods[0]!, 143);
    world.advance(10);
    world.settle();
    expect(world.job.status).toMatchObject({ failed: 1, terminating: 0, active: 1 });
  });
});

it('a finished job is left alone', () => {
  world.start();
  world.rest();
  world.end(world.active[0]!, 0);
  world.rest();
  world.changeJob((job) => void (job.spec.parallelism = 5));
  world.rest();
  expect(world.pods).toHaveLength(1);
});

it('a job without anything to do is complete at once', () => {
  world.start({ completions: 0 });
  world.rest();
  expect(world.conditions).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
});
