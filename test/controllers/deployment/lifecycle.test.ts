import { beforeEach, describe, expect, it } from 'vitest';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { template } from '../support/objects.ts';
import { createWorld } from './world.ts';

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
let expectRest: World['expectRest'];
beforeEach(() => {
  ({ cluster, web, sets, change, create, setImage, settle, setOf, progressing, expectRest } = createWorld());
});

describe('pausing', () => {
  it('does not hide a deadline that was missed', () => {
    create({ template: template('broken:1'), progressDeadlineSeconds: 60 });
    settle();
    cluster.advance(61);
    settle();
    change((d) => void (d.spec.paused = true));
    settle();
    expect(progressing()!.reason).toBe('ProgressDeadlineExceeded');
  });

  it('holds a rollout back, still scales, and goes on when resumed', () => {
    create();
    settle();
    change((d) => void (d.spec.paused = true));
    setImage('web:2');
    settle();
    expect(sets()).toHaveLength(1);
    expect(progressing()).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' });
    change((d) => void (d.spec.replicas = 5));
    settle();
    expect(sets()[0]!.spec.replicas).toBe(5);
    expectRest();
    change((d) => void (d.spec.paused = false));
    const reasons = new Set<string>();
    cluster.onStep = () => reasons.add(progressing()?.reason ?? '');
    settle();
    expect(reasons).toContain('NewReplicaSetCreated');
    expect(setOf('web:2').status!.availableReplicas).toBe(5);
    expectRest();
  });

  it('notes that it was resumed, so that the time of the pause does not count', () => {
    create({ progressDeadlineSeconds: 60 });
    settle();
    change((d) => void (d.spec.paused = true));
    settle();
    cluster.advance(1000);
    change((d) => void (d.spec.paused = false));
    const seen: string[] = [];
    cluster.onStep = () => seen.push(progressing()!.reason!);
    settle();
    expect(seen).not.toContain('ProgressDeadlineExceeded');
    expect(progressing()!.reason).toBe('NewReplicaSetAvailable');
  });
});

describe('scaling', () => {
  it('in the middle of a rollout keeps the proportions', () => {
    create({ replicas: 10, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    settle();
    setImage('broken:2');
    settle();
    expect([setOf('web:1').spec.replicas, setOf('broken:2').spec.replicas]).toEqual([8, 5]);
    change((d) => void (d.spec.replicas = 15));
    settle();
    // 18 may be there: 5 more, three of them for the larger one.
    expect([setOf('web:1').spec.replicas, setOf('broken:2').spec.replicas]).toEqual([11, 7]);
    expect(setOf('broken:2').metadata.annotations!['deployment.kubernetes.io/max-replicas']).toBe('18');
    expectRest();
  });

  it('to 0 and back leaves nothing behind', () => {
    create();
    settle();
    change((d) => void (d.spec.replicas = 0));
    settle();
    expect(cluster.list(pods)).toEqual([]);
    expectRest();
    change((d) => void (d.spec.replicas = 2));
    settle();
    expect(web().status!.availableReplicas).toBe(2);
    expect(sets()).toHaveLength(1);
  });

  it('takes notice of a ReplicaSet that someone has sized before', () => {
    create();
    settle();
    cluster.change(replicaSets, 'default', sets()[0]!.metadata.name, (set) => void (set.spec.replicas = 5));
    change((d) => void (d.spec.replicas = 5));
    settle();
    setImage('web:2');
    settle();
    expect(setOf('web:2').status!.availableReplicas).toBe(5);
    expectRest();
  });
});

describe('ownership', () => {
  it('adopts a ReplicaSet that matches and has no controller, with its pods', () => {
    create();
    settle();
    const [set] = sets();
    const names = cluster.list(pods).map((pod) => pod.metadata.name);
    cluster.remove(deployments, 'default', 'web');
    cluster.change(replicaSets, 'default', set!.metadata.name, (s) => delete s.metadata.ownerReferences);
    settle();
    create();
    settle();
    expect(sets()).toHaveLength(1);
    expect(sets()[0]!.metadata.ownerReferences![0]!.uid).toBe(web().metadata.uid);
    expect(cluster.list(pods).map((pod) => pod.metadata.name)).toEqual(names);
    expect(progressing()!.reason).toBe('NewReplicaSetAvailable');
    expectRest();
  });

  it('adopts a ReplicaSet whose labels come to match', () => {
    create();
    settle();
    const { labels: _labels, ...metadata } = { ...sets()[0]!.metadata, ownerReferences: [], name: 'other' };
    cluster.create(replicaSets, { metadata, spec: { ...sets()[0]!.spec, replicas: 0 } });
    settle();
    expect(cluster.get(replicaSets, 'default', 'other')!.metadata.ownerReferences).toEqual([]);
    cluster.change(replicaSets, 'default', 'other', (set) => void (set.metadata.labels = { app: 'web' }));
    settle();
    expect(cluster.get(replicaSets, 'default', 'other')!.metadata.ownerReferences).toMatchObject([{ uid: web().metadata.uid }]);
  });

  it('releases a ReplicaSet that does not match any more, and makes another', () => {
    create();
    settle();
    const { name } = sets()[0]!.metadata;
    cluster.change(replicaSets, 'default', name, (s) => void (s.metadata.labels = { app: 'other' }));
    settle();
    expect(cluster.get(replicaSets, 'default', name)!.metadata.ownerReferences).toBeUndefined();
    expect(sets()).toHaveLength(2);
    // The name of its hash is taken by the one that was released.
    expect(web().status!.collisionCount).toBe(1);
    expectRest();
  });

  it('leaves alone what belongs to another Deployment of the same name', () => {
    create();
    settle();
    const old = sets()[0]!;
    cluster.remove(deployments, 'default', 'web');
    create();
    settle();
    expect(cluster.get(replicaSets, 'default', old.metadata.name)!.metadata.ownerReferences).toEqual(
      old.metadata.ownerReferences,
    );
    expect(sets()).toHaveLength(2);
  });

  it('only reports while it is being deleted', () => {
    create();
    settle();
    change((d) => {
      d.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      d.spec.replicas = 7;
      d.spec.paused = true;
      d.spec.template = template('web:2');
    });
    settle();
    expect(sets()).toHaveLength(1);
    expect(sets()[0]!.spec.replicas).toBe(3);
    expect(web().status!.observedGeneration).toBe(web().metadata.generation);
    expect(progressing()!.reason).toBe('NewReplicaSetAvailable');
    expectRest();
  });
});
