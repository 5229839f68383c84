import { beforeEach, describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../src/resources/batch/job-spec.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
const start = (spec: Partial<JobSpec>) => {
  world.start({ completionMode: 'Indexed', parallelism: spec.completions ?? 3, completions: 3, ...spec });
  world.rest();
};
const end = (...ends: [index: number, exitCode: number][]) => {
  for (const [index, exitCode] of ends) world.endIndex(index, exitCode);
  world.rest();
};
const status = () => world.job.status!;

it('gives every pod its index: name, host name, annotation, label and variable', () => {
  start({ completions: 2 });
  const [, pod] = world.pods;
  expect(pod!.metadata).toMatchObject({
    name: expect.stringMatching(/^work-1-[a-z0-9]{5}$/),
    generateName: 'work-1-',
    annotations: { 'batch.kubernetes.io/job-completion-index': '1' },
    labels: { app: 'work', 'batch.kubernetes.io/job-completion-index': '1' },
  });
  expect(pod!.spec.hostname).toBe('work-1');
  expect(pod!.spec.containers[0]!.env).toEqual([
    {
      name: 'JOB_COMPLETION_INDEX',
      valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
    },
  ]);
});

it('lets failed pods go that nothing can replace, because their namespace ends', () => {
  world.create(namespaces, { metadata: { name: 'default' } });
  start({ completions: 1, backoffLimitPerIndex: 1 });
  end([0, 1]);
  const [held] = world.pods;
  expect(held!.metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
  world.change(namespaces, '', 'default', ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
  world.change(pods, 'default', held!.metadata.name, ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
  world.rest();
  expect(world.pods).toEqual([]);
  expect(status()).toMatchObject({ failed: 1, uncountedTerminatedPods: {} });
});

it('cuts long names so that the index stays', () => {
  world.start({ completionMode: 'Indexed', completions: 1 }, { name: 'a'.repeat(70) });
  world.settle();
  expect(world.pods[0]!.metadata.generateName).toBe(`${'a'.repeat(55)}-0-`);
});

it('starts the lowest indexes that are left', () => {
  start({ completions: 6, parallelism: 3 });
  expect(world.running).toEqual(['0', '1', '2']);
  end([1, 0]);
  expect(world.running).toEqual(['0', '2', '3']);
  expect(status()).toMatchObject({ completedIndexes: '1', succeeded: 1 });
  end([0, 0], [2, 0]);
  expect(world.running).toEqual(['3', '4', '5']);
  expect(status()).toMatchObject({ completedIndexes: '0-2', succeeded: 3 });
  end([3, 0], [5, 0]);
  expect(status()).toMatchObject({ completedIndexes: '0-3,5', succeeded: 5 });
  end([4, 0]);
  expect(status()).toMatchObject({ completedIndexes: '0-5', succeeded: 6 });
  expect(world.conditions.at(-1)).toBe('Complete CompletionsReached');
});

it('keeps one pod an index, and none with an index that is not valid', () => {
  start({ completions: 2 });
  for (const [i, annotations] of [
    { 'batch.kubernetes.io/job-completion-index': '0' },
    {},
    { 'batch.kubernetes.io/job-completion-index': '7' },
  ].entries())
    world.create(pods, {
      metadata: { name: `stray-${i}`, namespace: 'default', labels: { app: 'work' }, annotations },
      spec: { containers: [] },
    });
  world.rest();
  expect(world.running).toEqual(['0', '1']);
  expect(status()).not.toHaveProperty('failed');
});

it('grows and shrinks with its completions', () => {
  start({ completions: 4 });
  end([3, 0], [1, 0]);
  expect(status()).toMatchObject({ completedIndexes: '1,3', succeeded: 2 });
  world.changeJob(({ spec }) => void (spec.completions = spec.parallelism = 2));
  world.rest();
  expect(world.running).toEqual(['0']);
  expect(status()).toMatchObject({ completedIndexes: '1', succeeded: 1 });
  world.changeJob(({ spec }) => void (spec.completions = spec.parallelism = 3));
  world.rest();
  expect(world.running).toEqual(['0', '2']);
});

describe('a limit per index', () => {
  it('counts the failures of each, and goes on with the others', () => {
    start({ completions: 2, backoffLimitPerIndex: 1 });
    end([0, 1], [1, 0]);
    expect(status()).toMatchObject({ failedIndexes: '', completedIndexes: '1' });
    // The failed pod stays until its replacement has taken over the count.
    expect(status()).not.toHaveProperty('failed');
    expect(world.nextMs).toBe(10_000);
    world.advance(10);
    world.rest();
    expect(world.active[0]!.metadata.annotations).toMatchObject({ 'batch.kubernetes.io/job-index-failure-count': '1' });
    expect(status()).toMatchObject({ failed: 1 });
    end([0, 1]);
    expect(status()).toMatchObject({ failed: 2, failedIndexes: '0', completedIndexes: '1', succeeded: 1 });
    expect(world.conditions).toEqual(['FailureTarget FailedIndexes', 'Failed FailedIndexes']);
    expect(world.events.at(-1)).toMatchObject({ message: 'Job has failed indexes' });
  });

  it('ends the job when too many indexes have failed', () => {
    start({ completions: 5, backoffLimitPerIndex: 0, maxFailedIndexes: 1 });
    end([0, 1]);
    expect(world.conditions).toEqual([]);
    end([1, 1]);
    expect(world.conditions.at(-1)).toBe('Failed MaxFailedIndexesExceeded');
    expect(status()).toMatchObject({ failedIndexes: '0,1', failed: 5 });
  });

  it('is not reached by failures that are ignored, though these delay', () => {
    const rules = [
      { action: 'Ignore', onExitCodes: { operator: 'In', values: [9] } },
      { action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } },
    ];
    start({ completions: 2, backoffLimitPerIndex: 3, podFailurePolicy: { rules } });
    end([0, 9], [1, 42]);
    expect(status()).toMatchObject({ failedIndexes: '1' });
    world.advance(10);
    world.rest();
    expect(world.active[0]!.metadata.annotations).toMatchObject({
      'batch.kubernetes.io/job-index-failure-count': '0',
      'batch.kubernetes.io/job-index-ignored-failure-count': '1',
    });
    end([0, 9]);
    expect(world.nextMs).toBe(20_000);
    expect(status()).toMatchObject({ failed: 1 });
  });
});

describe('a success policy', () => {
  it('ends the job early: what still runs is removed and counts for nothing', () => {
    start({ completions: 4, successPolicy: { rules: [{ succeededIndexes: '0,2' }] } });
    end([0, 0], [1, 0]);
    expect(world.conditions).toEqual([]);
    end([2, 0]);
    expect(world.conditions).toEqual(['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy']);
    expect(status()).toMatchObject({ succeeded: 3, completedIndexes: '0-2', ready: 0, terminating: 0 });
    expect(status()).not.toHaveProperty('failed');
    expect(status().conditions!.at(-1)!.message).toBe('Matched rules at index 0');
    expect(world.active).toEqual([]);
    expect(world.events.at(-1)).toMatchObject({ reason: 'Completed' });
  });

  it('comes after failure', () => {
    start({ completions: 2, backoffLimit: 0, successPolicy: { rules: [{ succeededCount: 1 }] } });
    end([0, 0], [1, 1]);
    expect(world.conditions.at(-1)).toBe('Failed BackoffLimitExceeded');
  });
});
