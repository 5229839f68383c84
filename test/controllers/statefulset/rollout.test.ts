import { describe, expect, it } from 'vitest';
import type { StatefulSetSpec } from '../../../src/resources/apps/statefulset.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { kubelets, setPod } from '../support/kubelet.ts';
import { World } from './world.ts';

const rolling = (rollingUpdate?: { partition?: number; maxUnavailable?: number | string }): Partial<StatefulSetSpec> => ({
  updateStrategy: { type: 'RollingUpdate', ...(rollingUpdate && { rollingUpdate }) },
});
const parallel = { podManagementPolicy: 'Parallel' };
const going = (world: World) =>
  world.pods.filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name);

/** A set of which all pods run, whose template then changes. Nodes do nothing after that. */
function rolled(spec: Partial<StatefulSetSpec>, before: (world: World) => void = () => {}): World {
  const world = new World({ replicas: 5, ...spec });
  world.settle();
  before(world);
  world.roll('web:2');
  world.decide();
  return world;
}

describe('RollingUpdate', () => {
  it('replaces one pod after the other, highest first', () => {
    const world = rolled({ replicas: 3 });
    const order: string[] = [];
    for (let i = 0; i < 3; i++) {
      order.push(...going(world));
      kubelets(world.cluster);
      world.decide();
      kubelets(world.cluster);
      world.decide();
    }
    expect(order).toEqual(['web-2', 'web-1', 'web-0']);
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:2', 'web-1': 'web:2', 'web-2': 'web:2' });
  });

  it('says how far it is, and is complete when all pods are updated and ready', () => {
    const world = rolled({ replicas: 2 });
    const [first, second] = world.revisions.map(({ metadata }) => metadata.name);
    expect(world.set.status).toMatchObject({ currentRevision: first, updateRevision: second, currentReplicas: 1 });
    expect(world.set.status).not.toHaveProperty('updatedReplicas');
    world.settle();
    expect(world.set.status).toEqual({
      observedGeneration: 2,
      replicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      currentReplicas: 2,
      updatedReplicas: 2,
      currentRevision: second,
      updateRevision: second,
      collisionCount: 0,
    });
    expect(world.cluster.plan('statefulset default/web')).toMatchObject({ writes: [], events: [] });
  });

  // Which pods go first, by strategy and by which pods are not ready before.
  it.each<[string, Partial<StatefulSetSpec>, number[], string[]]>([
    ['the highest', rolling({}), [], ['web-4']],
    ['a strategy without bounds', rolling(), [], ['web-4']],
    ['only from the partition', rolling({ partition: 4 }), [], ['web-4']],
    ['none when the partition is all', rolling({ partition: 5 }), [], []],
    ['ordered: none while one is broken', rolling({}), [1], []],
    ['parallel: broken ones below do not matter', { ...rolling({}), ...parallel }, [1], ['web-4']],
    ['parallel: a broken one above goes first', { ...rolling({}), ...parallel }, [4], ['web-4']],
    ['as many as may be unavailable', rolling({ maxUnavailable: 2 }), [], ['web-3', 'web-4']],
    ['a share, rounded down', rolling({ maxUnavailable: '50%' }), [], ['web-3', 'web-4']],
    ['a small share, at least one', rolling({ maxUnavailable: '1%' }), [], ['web-4']],
    ['above the partition', rolling({ maxUnavailable: 4, partition: 3 }), [], ['web-3', 'web-4']],
    ['parallel: those that are broken count', { ...rolling({ maxUnavailable: 2 }), ...parallel }, [0], ['web-4']],
    ['parallel: enough are broken', { ...rolling({ maxUnavailable: 2 }), ...parallel }, [0, 1], []],
    ['OnDelete: none', { updateStrategy: { type: 'OnDelete' } }, [], []],
  ])('takes %s', (_, spec, broken, expected) => {
    const world = rolled(spec, (before) => {
      for (const ordinal of broken) setPod(before.cluster, before.pod(ordinal), { ready: false });
    });
    expect(going(world)).toEqual(expected);
  });

  it('waits for a new pod to be available for long enough', () => {
    const world = new World({ replicas: 2, minReadySeconds: 30 });
    for (let i = 0; i < 3; i++, world.cluster.advance(30)) world.settle();
    world.roll('web:2');
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:1', 'web-1': 'web:2' });
    world.cluster.advance(30);
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:2', 'web-1': 'web:2' });
  });

  it('stays where it is when the new pods never become ready, as upstream, until somebody deletes the broken one', () => {
    const world = rolled({ replicas: 2 });
    world.roll('broken');
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:1', 'web-1': 'broken' });
    world.roll('web:1');
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:1', 'web-1': 'broken' });
    world.cluster.remove(pods, 'default', 'web-1');
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:1', 'web-1': 'web:1' });
  });

  it('gets over a broken template by itself when it is Parallel', () => {
    const world = new World({ ...parallel, replicas: 2 });
    world.settle();
    world.roll('broken');
    world.settle();
    world.roll('web:3');
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:3', 'web-1': 'web:3' });
  });
});

describe('a partition', () => {
  it('keeps the pods below it at the current revision, also when they are made anew', () => {
    const world = rolled({ replicas: 3, ...rolling({ partition: 2 }) });
    world.settle();
    const expected = { 'web-0': 'web:1', 'web-1': 'web:1', 'web-2': 'web:2' };
    expect(world.images).toEqual(expected);
    world.cluster.remove(pods, 'default', 'web-0');
    world.settle();
    expect(world.images).toEqual(expected);
    expect(world.set.status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    expect(world.set.status!.currentRevision).not.toBe(world.set.status!.updateRevision);
  });

  it('counts from the first ordinal', () => {
    const world = rolled({ replicas: 3, ordinals: { start: 10 }, ...rolling({ partition: 1 }) });
    world.settle();
    expect(world.images).toEqual({ 'web-10': 'web:1', 'web-11': 'web:2', 'web-12': 'web:2' });
  });
});

it('OnDelete updates what somebody deletes', () => {
  const world = rolled({ replicas: 3, updateStrategy: { type: 'OnDelete' } });
  world.cluster.remove(pods, 'default', 'web-1');
  world.settle();
  expect(world.images).toEqual({ 'web-0': 'web:1', 'web-1': 'web:2', 'web-2': 'web:1' });
});

describe('the history', () => {
  it('names a template that comes back as the newest', () => {
    const world = rolled({ replicas: 1 });
    world.settle();
    const [first, second] = world.revisions;
    world.roll('web:1');
    world.settle();
    expect(world.revisions.map(({ metadata, revision }) => [metadata.name, revision])).toEqual([
      [second!.metadata.name, 2],
      [first!.metadata.name, 3],
    ]);
    expect(world.images).toEqual({ 'web-0': 'web:1' });
  });

  it('is kept up to its limit, without counting what pods are made of', () => {
    const world = new World({ replicas: 2, revisionHistoryLimit: 1, ...rolling({ partition: 1 }) });
    world.settle();
    for (const image of ['web:2', 'web:3', 'web:4']) {
      world.roll(image);
      world.settle();
    }
    const images = world.revisions.map(({ data }) => (data as any).spec.template.spec.containers[0].image);
    expect(images).toEqual(['web:1', 'web:3', 'web:4']);
  });

  it('is the same whichever of its steps are done before a restart', () => {
    const world = rolled({ replicas: 2 });
    const { revisions } = world;
    world.cluster.reconcile('statefulset default/web');
    world.cluster.reconcile('statefulset default/web');
    expect(world.revisions).toEqual(revisions);
  });
});
