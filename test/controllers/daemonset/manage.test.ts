import { describe, expect, it } from 'vitest';
import { podsPerPlanMax } from '../../../src/controllers/daemonset/controller.ts';
import { daemonSetController } from '../../../src/controllers/daemonset/controller.ts';
import { StatusError } from '../../../src/machinery/status.ts';
import { daemonSets } from '../../../src/resources/apps/daemonset.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { nodes, type Node } from '../../../src/resources/core/node.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { setPod } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';
import { World } from './world.ts';

const tainted = (effect: string) => (node: Node) => void (node.spec.taints = [{ key: 'own', effect }]);

describe('pods', () => {
  it('are created on every node, also on those that come later', () => {
    const world = new World('abc');
    world.settle();
    expect(world.picture).toBe('a:n b:n c:n');
    world.addNode('d');
    world.settle();
    expect(world.picture).toBe('a:n b:n c:n d:n');
    expect(world.messages('SuccessfulCreate')).toHaveLength(4);
    expect(world.messages('SuccessfulCreate')[0]).toMatch(/^Created pod: agent-\w{5}$/);
  });

  it('come and go with the labels of nodes', () => {
    const world = new World('ab', { template: { ...template(), spec: { ...template().spec, nodeSelector: { disk: 'ssd' } } } });
    world.settle();
    expect(world.picture).toBe('a: b:');
    world.changeNode('b', ({ metadata }) => void (metadata.labels = { disk: 'ssd' }));
    world.settle();
    expect(world.picture).toBe('a: b:n');
    world.changeNode('b', ({ metadata }) => void (metadata.labels = {}));
    world.settle();
    expect(world.picture).toBe('a: b:');
  });

  it('stay on a node that takes no new ones, and leave one that takes none at all', () => {
    const world = new World('ab');
    world.settle();
    world.changeNode('a', tainted('NoSchedule'));
    world.settle();
    expect(world.picture).toBe('a:n b:n');
    expect(world.set.status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1 });
    world.cluster.remove(pods, 'default', world.on('a')[0]!.metadata.name);
    world.changeNode('b', tainted('NoExecute'));
    world.settle();
    expect(world.picture).toBe('a: b:');
  });

  it('that wait for a node which is gone are deleted', () => {
    const world = new World('ab');
    world.decide();
    world.cluster.remove(nodes, '', 'b');
    world.decide();
    expect(world.pods).toHaveLength(1);
  });

  it('beyond one on a node are deleted, the youngest first', () => {
    const world = new World('a');
    world.settle();
    const [first] = world.pods;
    world.cluster.advance(60);
    world.cluster.create(pods, { ...first!, metadata: { ...first!.metadata, name: 'more' } });
    world.settle();
    expect(world.pods).toEqual([first]);
  });

  it('are adopted and released', () => {
    const world = new World('a');
    world.settle();
    const [{ metadata }] = world.pods as [(typeof world.pods)[0]];
    world.cluster.change(pods, 'default', metadata.name, (pod) => void delete pod.metadata.ownerReferences);
    world.settle();
    expect(world.pods).toHaveLength(1);
    expect(world.pods[0]!.metadata.ownerReferences).toHaveLength(1);
    world.cluster.change(pods, 'default', metadata.name, (pod) => void (pod.metadata.labels = { app: 'other' }));
    world.settle();
    expect(world.cluster.get(pods, 'default', metadata.name)!.metadata).not.toHaveProperty('ownerReferences');
    expect(world.pods).toHaveLength(2);
  });

  it('on their way out are waited for, unless they have ended', () => {
    const world = new World('a');
    world.settle();
    const deleteFirst = () =>
      world.cluster.change(pods, 'default', world.pods[0]!.metadata.name, ({ metadata }) => {
        metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      });
    deleteFirst();
    world.decide();
    expect(world.picture).toBe('a:(n)');
    setPod(world.cluster, world.pods[0]!, { phase: 'Failed' });
    world.decide();
    expect(world.picture).toBe('a:(n)n');
  });

  it('are created and deleted in bounded numbers', () => {
    const world = new World('', {});
    for (let i = 0; i < podsPerPlanMax + 3; i++) world.addNode(`node-${i}`);
    world.cluster.reconcile('daemonset default/agent');
    const plan = world.cluster.reconcile('daemonset default/agent');
    expect(plan.writes.filter(({ verb }) => verb === 'create')).toHaveLength(podsPerPlanMax);
    expect(plan.requeueAfterMs).toBe(0);
    world.decide();
    expect(world.pods).toHaveLength(podsPerPlanMax + 3);
  });
});

describe('pods that fail', () => {
  const fail = (world: World) => setPod(world.cluster, world.on('a').find(({ metadata }) => !metadata.deletionTimestamp)!, { phase: 'Failed' });

  it('are replaced at once the first time, then after a growing while', () => {
    const world = new World('a');
    world.settle();
    const waits: number[] = [];
    for (let i = 0; i < 13; i++) {
      const before = world.on('a')[0]!.metadata.uid;
      fail(world);
      world.settle();
      const since = world.cluster.now.getTime();
      while (world.on('a')[0]!.metadata.uid === before) {
        world.cluster.advance(world.cluster.nextMs! / 1000);
        world.settle();
      }
      waits.push((world.cluster.now.getTime() - since) / 1000);
    }
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    expect(world.messages('FailedDaemonPod')).toHaveLength(13);
    expect(world.messages('FailedDaemonPod')[0]).toMatch(/^Found failed daemon pod default\/agent-\w+ on node a, will try to kill it$/);
  });

  it('do not wait when the last failure was long ago, or of another template', () => {
    const world = new World('a');
    world.settle();
    for (const before of [() => world.cluster.advance(1801), () => world.roll('web:2'), () => world.roll('web:3')]) {
      fail(world);
      world.settle();
      expect(world.on('a')[0]!.status!.phase).toBe('Running');
      before();
      world.settle();
    }
  });

  it('are deleted and not replaced where none is to run any more', () => {
    const world = new World('a');
    world.settle();
    world.changeNode('a', tainted('NoSchedule'));
    fail(world);
    world.settle();
    expect(world.picture).toBe('a:');
  });
});

it('pods that have ended well are replaced too', () => {
  const world = new World('a');
  world.settle();
  setPod(world.cluster, world.pods[0]!, { phase: 'Succeeded' });
  world.settle();
  expect(world.on('a')[0]!.status!.phase).toBe('Running');
  expect(world.messages('SucceededDaemonPod')[0]).toMatch(/ on node a, will try to delete it$/);
});

describe('the status', () => {
  it('has all numbers', () => {
    const world = new World('abc', { minReadySeconds: 10 });
    world.addNode('x', {}, [{ key: 'own', effect: 'NoSchedule' }]);
    world.decide();
    expect(world.set.status).toEqual({
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 0,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberUnavailable: 3,
    });
    world.settle();
    expect(world.set.status).toMatchObject({ numberReady: 3, numberUnavailable: 3 });
    expect(world.cluster.nextMs).toBe(10_000);
    world.cluster.advance(10);
    world.settle();
    expect(world.set.status).toMatchObject({ numberReady: 3, numberAvailable: 3 });
    expect(world.set.status).not.toHaveProperty('numberUnavailable');
    expect(world.cluster.plan('daemonset default/agent')).toMatchObject({ writes: [], events: [] });
  });
});

describe('refusals', () => {
  it('are told, and one pod finds out whether they have passed', () => {
    const world = new World('abcd');
    const refusal = new StatusError('Forbidden', 'exceeded quota', { kind: 'pods', name: 'agent-x' });
    world.cluster.refuse = (write) => (write.verb === 'create' && write.resource === pods ? refusal : undefined);
    world.decide();
    world.cluster.advance(1);
    expect(world.cluster.plan(world.cluster.due[0]!).writes.filter(({ verb }) => verb === 'create')).toHaveLength(1);
    world.decide();
    expect(new Set(world.messages('FailedCreate'))).toEqual(new Set(['Error creating: exceeded quota']));
    world.cluster.refuse = () => undefined;
    world.cluster.advance(1);
    world.settle();
    expect(world.pods).toHaveLength(4);
  });

  it('are not asked for in a namespace that goes, nor by a set that goes', () => {
    const world = new World('a');
    world.settle();
    world.cluster.create(namespaces, { metadata: { name: 'default', deletionTimestamp: '2026-01-01T00:00:00Z' } });
    world.cluster.remove(pods, 'default', world.pods[0]!.metadata.name);
    world.decide();
    expect(world.pods).toEqual([]);
    world.cluster.remove(namespaces, '', 'default');
    world.cluster.change(daemonSets, 'default', 'agent', ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
    world.decide();
    expect(world.pods).toEqual([]);
  });
});

describe('nodes', () => {
  const trigger = daemonSetController.triggers.find(({ resource }) => resource === nodes)!;
  it('concern the sets when their labels or taints change, not when they report their state', () => {
    const node = (labels: object, taints: object[], more: object = {}) => ({ metadata: { name: 'a', labels }, spec: { taints }, ...more }) as any;
    const base = node({ disk: 'ssd' }, []);
    expect(trigger.concerns!(node({ disk: 'ssd' }, [], { status: { phase: 'x' } }), base)).toBe(false);
    expect(trigger.concerns!(node({}, []), base)).toBe(true);
    expect(trigger.concerns!(node({ disk: 'ssd' }, [{ key: 'x', effect: 'NoExecute' }]), base)).toBe(true);
  });

  it('concern only the sets that may have a pod there', () => {
    const world = new World('a', { template: { ...template(), spec: { ...template().spec, nodeSelector: { disk: 'ssd' } } } });
    const node = world.cluster.get(nodes, '', 'a')!;
    expect(trigger.keys(node, world.cluster)).toEqual([]);
    const fitting = { ...node, metadata: { ...node.metadata, labels: { disk: 'ssd' } } };
    expect(trigger.keys(fitting, world.cluster)).toEqual(['default/agent']);
  });
});
