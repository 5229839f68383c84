import { beforeEach, describe, expect, it } from 'vitest';
import { StatusError } from '../../../src/machinery/status.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { kubelets } from '../support/kubelet.ts';
import { createWorld, revision } from './world.ts';

type World = ReturnType<typeof createWorld>;
let cluster: World['cluster'];
let web: World['web'];
let sets: World['sets'];
let change: World['change'];
let create: World['create'];
let setImage: World['setImage'];
let settle: World['settle'];
let setOf: World['setOf'];
let progressing: World['progressing'];
let available: World['available'];
let messages: World['messages'];
let expectRest: World['expectRest'];
beforeEach(() => {
  ({ cluster, web, sets, change, create, setImage, settle, setOf, progressing, available, messages, expectRest } = createWorld());
});

describe('a new Deployment', () => {
  it('gets a ReplicaSet, pods and a status', () => {
    create({}, { team: 'a', 'kubectl.kubernetes.io/last-applied-configuration': '{}' });
    settle();
    const [set] = sets();
    const hash = set!.metadata.labels!['pod-template-hash']!;
    expect(set!.metadata.name).toBe(`web-${hash}`);
    expect(set!.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(set!.spec.template.metadata!.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(set!.metadata.annotations).toEqual({
      team: 'a',
      'deployment.kubernetes.io/revision': '1',
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    });
    expect(set!.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'web',
        uid: web().metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(revision(web())).toBe('1');
    expect(web().status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: web().metadata.generation,
    });
    expect(web().status).not.toHaveProperty('unavailableReplicas');
    expect(available()).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(progressing()).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "web-${hash}" has successfully progressed.`,
    });
    expect(messages('ScalingReplicaSet')).toEqual([`Scaled up replica set web-${hash} from 0 to 3`]);
    expect(messages('SuccessfulCreate').sort()).toEqual(cluster.list(pods).map((p) => `Created pod: ${p.metadata.name}`));
    expectRest();
  });

  it('says that it created a ReplicaSet until its pods make progress', () => {
    create();
    cluster.settle();
    expect(progressing()).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    expect(available()).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
  });

  it('tells in conditions and events that its ReplicaSet cannot be created, and that it then was', () => {
    cluster.refuse = (write) =>
      write.verb === 'create' && write.resource === replicaSets
        ? new StatusError('Forbidden', 'exceeded quota', { kind: 'replicasets', name: write.object.metadata.name })
        : undefined;
    create();
    cluster.settle();
    expect(progressing()).toMatchObject({ status: 'False', reason: 'ReplicaSetCreateError' });
    expect(progressing()!.message).toMatch(/^Failed to create new replica set "web-[a-z0-9]+": exceeded quota$/);
    expect(cluster.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'ReplicaSetCreateError' });
    expect(messages('ScalingReplicaSet')).toEqual([]);
    cluster.refuse = () => undefined;
    cluster.advance(2);
    const seen = new Set<string>();
    cluster.onStep = () => seen.add(progressing()!.reason!);
    settle();
    expect(seen).toContain('NewReplicaSetCreated');
    expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expectRest();
  });
});

describe('a ReplicaSet that cannot be created', () => {
  const refuse = (reason: 'AlreadyExists' | 'Conflict' | 'Forbidden') => {
    cluster.refuse = (write) =>
      write.verb === 'create'
        ? new StatusError(reason, 'no', { kind: 'replicasets', name: write.object.metadata.name })
        : undefined;
  };

  it.each(['AlreadyExists', 'Conflict'] as const)('because of %s is tried again without a word', (reason) => {
    refuse(reason);
    create();
    cluster.settle();
    expect(cluster.events).toEqual([]);
    expect(progressing()!.reason).toBe('NewReplicaSetCreated');
  });

  it('is told even where no pods are asked for', () => {
    refuse('Forbidden');
    create({ replicas: 0 });
    cluster.settle();
    expect(progressing()!.reason).toBe('ReplicaSetCreateError');
  });

  it('because the namespace is being deleted is not tried', () => {
    cluster.create(namespaces, { metadata: { name: 'default', deletionTimestamp: '2026-01-01T00:00:00Z' } });
    create();
    cluster.settle();
    expect(sets()).toEqual([]);
  });
});

describe('a rolling update', () => {
  it('replaces all pods and keeps the old ReplicaSet at 0', () => {
    create();
    settle();
    setImage('web:2');
    settle();
    expect(setOf('web:1').spec.replicas).toBe(0);
    expect(setOf('web:2').status).toMatchObject({ replicas: 3, availableReplicas: 3 });
    expect(revision(setOf('web:2'))).toBe('2');
    expect(revision(web())).toBe('2');
    expect(progressing()!.message).toContain(setOf('web:2').metadata.name);
    expectRest();
  });

  it('goes to the template of before with a new revision when that is undone', () => {
    create();
    settle();
    setImage('web:2');
    settle();
    setImage('web:1');
    settle();
    expect(sets()).toHaveLength(2);
    expect(revision(setOf('web:1'))).toBe('3');
    expect(setOf('web:1').metadata.annotations!['deployment.kubernetes.io/revision-history']).toBe('1');
    expect(revision(web())).toBe('3');
    expect(setOf('web:1').status!.availableReplicas).toBe(3);
    expect(setOf('web:2').spec.replicas).toBe(0);
    expectRest();
  });

  it('stops for pods that never become ready, and misses its deadline', () => {
    create({ replicas: 4, progressDeadlineSeconds: 60 });
    settle();
    setImage('broken:2');
    settle();
    expect(setOf('web:1').spec.replicas).toBe(3);
    expect(setOf('broken:2').spec.replicas).toBe(2);
    expect(progressing()!.reason).toBe('ReplicaSetUpdated');
    expect(cluster.nextMs).toBe(61_000);
    cluster.advance(60);
    settle();
    expect(progressing()!.reason).toBe('ReplicaSetUpdated');
    cluster.advance(1);
    settle();
    expect(progressing()).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(progressing()!.message).toBe(`ReplicaSet "${setOf('broken:2').metadata.name}" has timed out progressing.`);
    expect(cluster.nextMs).toBeUndefined();
    expectRest();
    setImage('web:1');
    settle();
    expect(progressing()).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(setOf('broken:2').spec.replicas).toBe(0);
  });

  it('takes broken pods of an older rollout first', () => {
    create({ replicas: 4 });
    settle();
    setImage('broken:2');
    settle();
    setImage('web:3');
    cluster.settle();
    // 3 of web:1 are available, which is the minimum: only the broken ones can go.
    expect(setOf('web:1').spec.replicas).toBe(3);
    expect(setOf('broken:2').spec.replicas).toBe(0);
    settle();
    expect(setOf('web:3').status!.availableReplicas).toBe(4);
    expectRest();
  });

  it('waits for minReadySeconds before it goes on', () => {
    create({ replicas: 2, minReadySeconds: 10, progressDeadlineSeconds: 600 });
    settle();
    expect(web().status).toMatchObject({ readyReplicas: 2 });
    expect(web().status!.availableReplicas).toBeUndefined();
    cluster.advance(10);
    settle();
    expect(web().status).toMatchObject({ availableReplicas: 2 });
    setImage('web:2');
    settle();
    expect(setOf('web:1').spec.replicas).toBe(2);
    for (let i = 0; i < 4; i++) {
      cluster.advance(10);
      settle();
    }
    expect(setOf('web:1').spec.replicas).toBe(0);
    expect(setOf('web:2').status!.availableReplicas).toBe(2);
  });

  it('is not needed to hand a changed minReadySeconds or annotation to the ReplicaSet', () => {
    create();
    settle();
    change((d) => void (d.spec.minReadySeconds = 5));
    settle();
    expect(sets()[0]!.spec.minReadySeconds).toBe(5);
    change((d) => void (d.metadata.annotations = { ...d.metadata.annotations, team: 'b' }));
    settle();
    expect(sets()[0]!.metadata.annotations!.team).toBe('b');
    expect(sets()).toHaveLength(1);
  });

  it('keeps revisionHistoryLimit old ReplicaSets, newest revisions first', () => {
    create({ revisionHistoryLimit: 2 });
    for (const image of ['web:2', 'web:3', 'web:4', 'web:5']) {
      settle();
      setImage(image);
    }
    settle();
    expect(sets().map(revision).sort()).toEqual(['3', '4', '5']);
    expectRest();
  });

  it('deletes exactly the ReplicaSets it has looked at, also while it is paused', () => {
    create({ revisionHistoryLimit: 1 });
    settle();
    setImage('web:2');
    settle();
    change((d) => {
      d.spec.paused = true;
      d.spec.revisionHistoryLimit = 0;
    });
    const { name, namespace, uid, resourceVersion } = setOf('web:1').metadata;
    const deletion = cluster.plan('deployment default/web').writes.find((write) => write.verb === 'delete');
    expect(deletion).toEqual({ verb: 'delete', resource: replicaSets, namespace, name, uid, resourceVersion });
    settle();
    expect(sets()).toHaveLength(1);
  });
});

describe('Recreate', () => {
  it('starts no new pod before the last old one has ended', () => {
    create({ strategy: { type: 'Recreate' } });
    settle();
    setImage('web:2');
    cluster.onStep = () => {
      const images = new Set(cluster.list(pods).map((pod) => pod.spec.containers[0]!.image));
      expect(images.size).toBeLessThanOrEqual(1);
    };
    cluster.settle();
    expect(cluster.list(pods).every((pod) => pod.metadata.deletionTimestamp)).toBe(true);
    expect(setOf('web:2')).toBeUndefined();
    settle();
    expect(setOf('web:2').status!.availableReplicas).toBe(3);
    expect(messages('ScalingReplicaSet')[1]).toBe(`Scaled down replica set ${setOf('web:1').metadata.name} from 3 to 0`);
    expectRest();
  });

  it('waits for a pod that is on its way out and nobody counts any more', () => {
    create({ strategy: { type: 'Recreate' }, replicas: 1 });
    settle();
    const { name } = cluster.list(pods)[0]!.metadata;
    cluster.change(pods, 'default', name, (pod) => {
      pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      pod.metadata.labels = {};
    });
    setImage('web:2');
    cluster.settle(() => kubelets(cluster, (pod) => pod.metadata.name !== name));
    expect(setOf('web:2')).toBeUndefined();
    cluster.remove(pods, 'default', name);
    settle();
    expect(setOf('web:2').status!.availableReplicas).toBe(1);
  });
});
