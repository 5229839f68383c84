import { describe, expect, it } from 'vitest';
import { StatusError } from '../../../src/machinery/status.ts';
import { statefulSets } from '../../../src/resources/apps/statefulset.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { writesPerPlanMax } from '../../../src/controllers/statefulset/actions.ts';
import { kubelets, setPod } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';
import { World } from './world.ts';

describe('pods', () => {
  it('have a name, labels and a host name of their own', () => {
    const world = new World({ replicas: 2, ordinals: { start: 3 } });
    world.settle();
    expect(world.podNames).toEqual(['web-3', 'web-4']);
    const { metadata, spec } = world.pod(4);
    expect(metadata).toMatchObject({ generateName: 'web-', ownerReferences: [{ kind: 'StatefulSet', name: 'web', controller: true }] });
    expect(metadata.labels).toEqual({
      app: 'web',
      'statefulset.kubernetes.io/pod-name': 'web-4',
      'apps.kubernetes.io/pod-index': '4',
      'controller-revision-hash': world.set.status!.updateRevision,
    });
    expect(spec).toMatchObject({ hostname: 'web-4', subdomain: 'web' });
  });

  it('get their name label back', () => {
    const world = new World({ replicas: 1 });
    world.settle();
    world.cluster.change(pods, 'default', 'web-0', ({ metadata }) => {
      delete metadata.labels!['statefulset.kubernetes.io/pod-name'];
    });
    world.settle();
    expect(world.pod(0).metadata.labels).toHaveProperty(['statefulset.kubernetes.io/pod-name'], 'web-0');
    expect(world.messages('SuccessfulUpdate')).toEqual(['Update Pod web-0 in StatefulSet web successful']);
  });

  it.each(['web-0', 'web-00', 'web-x', 'web-99999999999', 'other-0'])('are adopted only under their name: %s', (name) => {
    const world = new World({ replicas: 1 });
    world.cluster.create(pods, { metadata: { name, namespace: 'default', labels: { app: 'web' } }, spec: template().spec });
    world.decide();
    const adopted = world.cluster.get(pods, 'default', name)!.metadata.ownerReferences !== undefined;
    expect(adopted).toBe(name === 'web-0');
  });

  it('are released when their labels change, and their name is waited for', () => {
    const world = new World({ replicas: 1 });
    world.settle();
    world.cluster.change(pods, 'default', 'web-0', ({ metadata }) => {
      metadata.labels = { app: 'other' };
    });
    world.cluster.reconcile('statefulset default/web');
    expect(world.pod(0).metadata).not.toHaveProperty('ownerReferences');
  });

  it.each(['Failed', 'Succeeded'])('are made anew when they end: %s', (phase) => {
    const world = new World();
    world.settle();
    const { uid } = world.pod(1).metadata;
    setPod(world.cluster, world.pod(1), { phase });
    world.settle();
    expect(world.pod(1).metadata.uid).not.toBe(uid);
    expect(world.pod(1).status!.phase).toBe('Running');
  });
});

describe('OrderedReady', () => {
  it('creates each pod when the one before it is ready', () => {
    const world = new World();
    for (const names of [['web-0'], ['web-0', 'web-1'], ['web-0', 'web-1', 'web-2']]) {
      world.decide();
      expect(world.podNames).toEqual(names);
      kubelets(world.cluster);
    }
    world.settle();
    expect(world.set.status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3 });
    expect(world.messages('SuccessfulCreate')).toEqual([0, 1, 2].map((i) => `Create Pod web-${i} in StatefulSet web successful`));
  });

  it('waits for minReadySeconds, and looks again by itself', () => {
    const world = new World({ replicas: 2, minReadySeconds: 10 });
    world.settle();
    expect(world.podNames).toEqual(['web-0']);
    expect(world.set.status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    expect(world.cluster.nextMs).toBe(10_000);
    world.cluster.advance(10);
    world.settle();
    expect(world.podNames).toEqual(['web-0', 'web-1']);
  });

  it('deletes one pod at a time, highest first, and waits until it is gone', () => {
    const world = new World();
    world.settle();
    world.change((spec) => {
      spec.replicas = 1;
    });
    world.decide();
    expect(world.pods.map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([false, false, true]);
    world.settle();
    expect(world.podNames).toEqual(['web-0']);
    expect(world.messages('SuccessfulDelete')).toEqual([2, 1].map((i) => `Delete Pod web-${i} in StatefulSet web successful`));
  });

  // The pods that are not ready when a set of four is scaled to one, and which of them goes first.
  it.each<[number[], string[]]>([
    [[], ['web-3']],
    [[3], ['web-3']],
    [[2], ['web-3']],
    [[2, 3], []],
    [[0], []],
  ])('scales down with %j not ready by deleting %j', (broken, expected) => {
    const world = new World({ replicas: 4 });
    world.settle();
    for (const ordinal of broken) setPod(world.cluster, world.pod(ordinal), { ready: false });
    world.change((spec) => {
      spec.replicas = 1;
    });
    world.decide();
    expect(world.pods.filter((pod) => pod.metadata.deletionTimestamp).map(({ metadata }) => metadata.name)).toEqual(expected);
  });

  it('does nothing for later pods while an earlier one is not ready', () => {
    const world = new World();
    world.settle();
    setPod(world.cluster, world.pod(0), { ready: false });
    world.cluster.remove(pods, 'default', 'web-2');
    world.decide();
    expect(world.podNames).toEqual(['web-0', 'web-1']);
  });

  it('moves with the first ordinal', () => {
    const world = new World({ replicas: 2 });
    world.settle();
    world.change((spec) => {
      spec.ordinals = { start: 1 };
    });
    world.settle();
    expect(world.podNames).toEqual(['web-1', 'web-2']);
  });
});

describe('Parallel', () => {
  const parallel = { podManagementPolicy: 'Parallel' };

  it('creates and deletes all at once', () => {
    const world = new World({ ...parallel, replicas: 4 });
    world.cluster.reconcile('statefulset default/web');
    world.cluster.reconcile('statefulset default/web');
    expect(world.podNames).toHaveLength(4);
    world.settle();
    world.change((spec) => {
      spec.replicas = 0;
    });
    world.decide();
    expect(world.pods.filter(({ metadata }) => metadata.deletionTimestamp)).toHaveLength(4);
  });

  it('creates no more than a bounded number at once, and goes on', () => {
    const world = new World({ ...parallel, replicas: writesPerPlanMax + 5 });
    world.cluster.reconcile('statefulset default/web');
    const plan = world.cluster.reconcile('statefulset default/web');
    expect(plan.writes.filter(({ verb }) => verb === 'create')).toHaveLength(writesPerPlanMax);
    expect(plan.requeueAfterMs).toBe(0);
    world.decide();
    expect(world.podNames).toHaveLength(writesPerPlanMax + 5);
  });

  it('stands a set that wants two billion pods', () => {
    const world = new World({ ...parallel, replicas: 2 ** 31 - 1 });
    world.cluster.reconcile('statefulset default/web');
    expect(world.cluster.plan('statefulset default/web').writes.length).toBeLessThan(writesPerPlanMax + 5);
  });

  it('tries one pod after a refusal', () => {
    const world = new World({ ...parallel, replicas: 5 });
    const refusal = new StatusError('Forbidden', 'exceeded quota', { kind: 'pods', name: 'web-0' });
    world.cluster.refuse = (write) => (write.verb === 'create' && write.resource === pods ? refusal : undefined);
    world.decide();
    world.cluster.advance(1);
    expect(world.cluster.plan(world.cluster.due[0]!).writes.filter(({ verb }) => verb === 'create')).toHaveLength(1);
    world.decide();
    expect(world.messages('FailedCreate')).toContain('Create Pod web-0 in StatefulSet web failed error: exceeded quota');
  });
});

it('does nothing but status while the set is being deleted', () => {
  const world = new World({ replicas: 1 });
  world.settle();
  world.cluster.change(statefulSets, 'default', 'web', ({ metadata }) => {
    metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  });
  world.cluster.remove(pods, 'default', 'web-0');
  world.decide();
  expect(world.podNames).toEqual([]);
  expect(world.set.status).toMatchObject({ replicas: 0 });
});

it('creates nothing in a namespace that is being deleted', () => {
  const world = new World();
  world.cluster.create(namespaces, { metadata: { name: 'default', deletionTimestamp: '2026-01-01T00:00:00Z' } });
  world.decide();
  expect(world.revisions).toEqual([]);
  expect(world.podNames).toEqual([]);
});
