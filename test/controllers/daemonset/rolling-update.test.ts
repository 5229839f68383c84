import { describe, expect, it } from 'vitest';
import { rollingStep } from '../../../src/controllers/daemonset/rolling-update.ts';
import type { DaemonSet, DaemonSetSpec } from '../../../src/resources/apps/daemonset.ts';
import { daemonSetController } from '../../../src/controllers/daemonset/controller.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { isPodActive, isPodReady } from '../../../src/controllers/support/pods.ts';
import { nodeNameOf } from '../../../src/controllers/daemonset/daemon-pods.ts';
import { setPod } from '../support/kubelet.ts';
import { pod, readyPod } from '../support/objects.ts';
import { World } from './world.ts';

const rolling = (rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string }): Partial<DaemonSetSpec> => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate },
});

/**
 * Nodes and what is on each, in order: `o` an old pod that is available, `n` a new one; `p` and `m` the same not available;
 * in brackets: going. A node in capitals is not to have a pod any more.
 */
function stepOf(picture: string, bounds: Parameters<typeof rolling>[0]) {
  const nodes = new Map<string, { shouldRun: boolean; shouldContinue: boolean }>();
  const byNode = new Map<string, Pod[]>();
  for (const [, name, content] of picture.matchAll(/(\w):(\S*)/g)) {
    const shouldRun = name === name!.toLowerCase();
    nodes.set(name!, { shouldRun, shouldContinue: true });
    const list = [...content!.matchAll(/\((\w)\)|(\w)/g)].map(([, goes, stays], i) => {
      const letter = (goes ?? stays)!;
      const metadata = {
        labels: { 'controller-revision-hash': 'nm'.includes(letter) ? 'new' : 'old' },
        ...(goes && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      };
      return 'on'.includes(letter) ? readyPod(`${name}${i}`, undefined, { metadata }) : pod(`${name}${i}`, { metadata });
    });
    if (list.length > 0) byNode.set(name!, list);
  }
  const set = { metadata: {}, spec: rolling(bounds) } as DaemonSet;
  const actions = rollingStep({ set, hash: 'new', nodes, pods: byNode, now: new Date('2026-01-02T00:00:00Z') });
  return {
    create: actions.create.map(({ nodeName }) => nodeName).join(' '),
    delete: actions.delete.map(({ metadata }) => metadata.name).join(' '),
  };
}

describe('a step without a surge deletes', () => {
  it.each<[string, string, number | string, string]>([
    ['as many as may be missing', 'a:o b:o c:o d:o', 2, 'a0 b0'],
    ['a share, rounded up', 'a:o b:o c:o', '34%', 'a0 b0'],
    ['one, even if none may be missing', 'a:o b:o', 0, 'a0'],
    ['no more while new ones are not available', 'a:m b:o c:o', 1, ''],
    ['no more while a node has none', 'a: b:o c:o', 1, ''],
    ['no more while one is going', 'a:(o) b:o c:o', 1, ''],
    ['all old ones that are not available', 'a:p b:p c:o', 1, 'a0 b0'],
    ['those and as many others as are left', 'a:p b:o c:o', 2, 'a0 b0'],
    ['none of a node with several', 'a:oo b:o c:o', 1, ''],
    ['none of a node with both', 'a:on b:o c:o', 1, ''],
    ['nothing when all are new', 'a:n b:n', 1, ''],
    ['on nodes that are not to have one as well', 'A:o b:n', 1, 'A0'],
  ])('%s: %s', (_, picture, maxUnavailable, expected) => {
    expect(stepOf(picture, { maxUnavailable, maxSurge: 0 })).toEqual({ create: '', delete: expected });
  });
});

describe('a step with a surge', () => {
  it.each<[string, string, number | string, string, string]>([
    ['creates as many as may be more', 'a:o b:o c:o', 2, 'a b', ''],
    ['a share, rounded up', 'a:o b:o c:o', '10%', 'a', ''],
    ['no more while new ones are not available', 'a:om b:o c:o', 1, '', ''],
    ['deletes the old one when the new one is available', 'a:on b:o c:o', 1, 'b', 'a0'],
    ['beside any old one that is not available', 'a:p b:p c:o', 1, 'a b c', ''],
    ['counts a node with several as surging', 'a:oo b:o', 1, '', ''],
    ['goes on where old ones are going', 'a:(o) b:o', 1, 'b', ''],
    ['deletes broken ones where none is to be', 'A:p b:o', 1, 'b', 'A0'],
    ['keeps good ones where none is to be while they are needed', 'A:o b:m', 1, '', ''],
    ['deletes good ones where none is to be when there are enough', 'A:o b:n', 1, '', 'A0'],
  ])('%s: %s', (_, picture, maxSurge, created, deleted) => {
    expect(stepOf(picture, { maxUnavailable: 0, maxSurge })).toEqual({ create: created, delete: deleted });
  });
});

it('a step of OnDelete is nothing', () => {
  const set = { metadata: {}, spec: { updateStrategy: { type: 'OnDelete' } } } as DaemonSet;
  expect(rollingStep({ set, hash: 'new', nodes: new Map(), pods: new Map(), now: new Date(0) })).toEqual({ create: [], delete: [] });
});

describe('a rollout', () => {
  it('replaces pods node by node', () => {
    const world = new World('abc');
    world.settle();
    world.roll('web:2');
    world.decide();
    expect(world.picture).toBe('a:(o) b:o c:o');
    expect(world.set.status).toMatchObject({ observedGeneration: 2 });
    expect(world.set.status).not.toHaveProperty('updatedNumberScheduled');
    world.settle();
    expect(world.picture).toBe('a:n b:n c:n');
    expect(world.set.status).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3 });
  });

  it('with OnDelete updates what somebody deletes', () => {
    const world = new World('ab', { updateStrategy: { type: 'OnDelete' } });
    world.settle();
    world.roll('web:2');
    world.settle();
    expect(world.picture).toBe('a:o b:o');
    world.cluster.remove(pods, 'default', world.on('b')[0]!.metadata.name);
    world.settle();
    expect(world.picture).toBe('a:o b:n');
  });

  it('with a surge starts the new one first', () => {
    const world = new World('ab', rolling({ maxSurge: 1, maxUnavailable: 0 }));
    world.settle();
    world.roll('web:2');
    world.decide();
    expect(world.picture).toBe('a:no b:o');
    world.settle();
    expect(world.picture).toBe('a:n b:n');
  });

  it('with a surge drops an old one that is no longer ready', () => {
    const world = new World('a', rolling({ maxSurge: 1, maxUnavailable: 0 }));
    world.settle();
    world.roll('broken');
    world.settle();
    expect(world.picture).toBe('a:no');
    setPod(world.cluster, world.on('a').find(isPodReady)!, { ready: false });
    world.settle();
    expect(world.picture).toBe('a:n');
  });

  it('with a surge keeps the one that serves, though another is older by a clock that was set back', () => {
    const world = new World('a', rolling({ maxSurge: 1, maxUnavailable: 0 }));
    world.settle();
    const serving = world.on('a')[0]!.metadata.name;
    world.cluster.now = new Date(world.cluster.now.getTime() - 60_000);
    world.roll('broken');
    world.settle();
    expect(world.picture).toBe('a:no');
    world.roll('broken:3');
    world.settle();
    const left = world.on('a').find(({ metadata }) => metadata.name === serving);
    expect(left?.metadata).toMatchObject({ name: serving });
    expect(left?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('gets over a broken template', () => {
    const world = new World('ab');
    world.settle();
    world.roll('broken');
    world.settle();
    expect(world.picture).toBe('a:n b:o');
    world.roll('web:3');
    world.settle();
    expect(world.picture).toBe('a:n b:n');
  });

  it('back takes the revision that there was, and keeps pods that are of it', () => {
    const world = new World('ab', { updateStrategy: { type: 'OnDelete' } });
    world.settle();
    const before = world.pods;
    world.roll('web:2');
    world.settle();
    world.roll('web:1');
    world.settle();
    expect(world.revisions.map(({ revision }) => revision)).toEqual([2, 3]);
    expect(world.picture).toBe('a:n b:n');
    expect(world.pods).toEqual(before);
  });

  it('leaves a history of bounded length, with what pods are made of', () => {
    const world = new World('ab', { revisionHistoryLimit: 1, updateStrategy: { type: 'OnDelete' } });
    world.settle();
    for (const image of ['web:2', 'web:3', 'web:4']) {
      world.roll(image);
      world.settle();
    }
    expect(world.revisions.map(({ revision }) => revision)).toEqual([1, 4]);
  });
});

// Invariants under random operations: no node ever has two running pods without a surge, or three with one; and all comes to rest.
describe.each([
  ['maxUnavailable', rolling({ maxUnavailable: 2, maxSurge: 0 }), 1],
  ['maxSurge', rolling({ maxUnavailable: 0, maxSurge: 2 }), 2],
])('random operations with %s', (_, spec, perNodeMax) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keep to the bounds and settle (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random.next() * count);
    const world = new World('abcde', spec, seed);
    world.cluster.onStep = () => {
      const counts = new Map<string, number>();
      for (const object of world.pods)
        if (!['Failed', 'Succeeded'].includes(object.status?.phase ?? '') && (perNodeMax === 1 || !object.metadata.deletionTimestamp)) {
          const node = nodeNameOf(object)!;
          counts.set(node, (counts.get(node) ?? 0) + 1);
        }
      expect(Math.max(0, ...counts.values())).toBeLessThanOrEqual(perNodeMax);
    };
    for (let i = 0; i < 60; i++) {
      const name = 'abcde'[pick(5)]!;
      // Only what runs on a node changes, and what has ended does not come back to life.
      const some = world.on(name).find((object) => object.spec.nodeName && isPodActive(object));
      const operations = [
        () => world.roll(`web:${pick(3)}`),
        () => some && setPod(world.cluster, some, { phase: 'Failed' }),
        () => some && setPod(world.cluster, some, { ready: random.next() < 0.5 }),
        () => world.changeNode(name, (node) => void (node.spec.taints = random.next() < 0.5 ? [] : [{ key: 'x', effect: 'NoExecute' }])),
        () => some && world.cluster.remove(pods, 'default', some.metadata.name),
        () => world.cluster.advance(pick(20)),
        () => world.nodesAct(() => random.next() < 0.5),
      ];
      operations[pick(operations.length)]!();
      const due = world.cluster.due[0];
      if (due && random.next() < 0.8) world.cluster.reconcile(due);
    }
    for (const name of 'abcde') world.changeNode(name, (node) => void (node.spec.taints = []));
    for (let i = 0; i < 20; i++, world.cluster.advance(900)) world.settle();
    expect(world.picture).toBe('a:n b:n c:n d:n e:n');
    expect(world.set.status).toMatchObject({ desiredNumberScheduled: 5, updatedNumberScheduled: 5, numberAvailable: 5 });
    expect(daemonSetController.reconcile('default/agent', world.cluster, { now: world.cluster.now, random, failures: [] }).writes).toEqual([]);
  });
});
