import { beforeEach, describe, expect, it } from 'vitest';
import { replicaSetController } from '../../../src/controllers/replicaset/controller.ts';
import { podsPerPlanMax } from '../../../src/controllers/replicaset/replicas.ts';
import { StatusError } from '../../../src/machinery/status.ts';
import { replicaSets, type ReplicaSet } from '../../../src/resources/apps/replicaset.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { TestCluster } from '../support/cluster.ts';
import { kubelets, setPod } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ controllers: [replicaSetController] });
});

const web = () => cluster.get(replicaSets, 'default', 'web')!;
const all = () => cluster.list(pods, 'default');
const change = (edit: (set: ReplicaSet) => void) => cluster.change(replicaSets, 'default', 'web', edit);
const settle = () => cluster.settle(() => kubelets(cluster));
const create = (spec: Partial<ReplicaSet['spec']> = {}) =>
  cluster.create(replicaSets, {
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
  });
const barePod = (name: string, labels: Record<string, string>) =>
  cluster.create(pods, {
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'web', image: 'web:1' }] },
  });
const expectRest = () => expect(cluster.plan('replicaset default/web')).toMatchObject({ writes: [], events: [] });

describe('pods', () => {
  it('are made from the template', () => {
    const metadata = { labels: { app: 'web' }, annotations: { note: 'x' }, finalizers: ['example.com/hold'] };
    create({ replicas: 1, template: { ...template(), metadata } });
    cluster.settle();
    const [pod] = all();
    expect(pod!.metadata).toMatchObject({ ...metadata, generateName: 'web-' });
    expect(pod!.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(pod!.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: web().metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(cluster.events).toEqual([
      { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod!.metadata.name}`, regarding: 'ReplicaSet/web' },
    ]);
  });

  it('are counted in the status', () => {
    create({ minReadySeconds: 10 });
    cluster.settle();
    expect(web().status).toEqual({ replicas: 3, fullyLabeledReplicas: 3, terminatingReplicas: 0, observedGeneration: 1 });
    settle();
    expect(web().status).toMatchObject({ replicas: 3, readyReplicas: 3 });
    expect(web().status).not.toHaveProperty('availableReplicas');
    expect(cluster.nextMs).toBe(10_000);
    cluster.advance(10);
    settle();
    expect(web().status).toMatchObject({ availableReplicas: 3 });
    expect(cluster.nextMs).toBeUndefined();
    expectRest();
  });

  it('that were deleted, failed or ended are replaced, the ended ones left', () => {
    create();
    settle();
    const [first, second, third] = all();
    cluster.remove(pods, 'default', first!.metadata.name);
    setPod(cluster, second!, { phase: 'Failed' });
    setPod(cluster, third!, { phase: 'Succeeded' });
    settle();
    expect(all()).toHaveLength(5);
    expect(web().status).toMatchObject({ replicas: 3, readyReplicas: 3 });
  });

  it('that are being deleted count as terminating and are replaced at once', () => {
    create();
    settle();
    cluster.change(
      pods,
      'default',
      all()[0]!.metadata.name,
      (pod) => void (pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'),
    );
    cluster.settle();
    expect(all()).toHaveLength(4);
    expect(web().status).toMatchObject({ replicas: 3, terminatingReplicas: 1 });
  });

  it('count as terminating only where they are its own and selected', () => {
    create({ replicas: 1 });
    settle();
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    barePod('orphan', { app: 'web' });
    cluster.change(pods, 'default', 'orphan', (pod) => void (pod.metadata.deletionTimestamp = deletionTimestamp));
    const { name } = all().find((pod) => pod.metadata.name !== 'orphan')!.metadata;
    cluster.change(pods, 'default', name, (pod) => {
      pod.metadata.deletionTimestamp = deletionTimestamp;
      pod.metadata.labels = { app: 'other' };
    });
    cluster.settle();
    expect(web().status).toMatchObject({ replicas: 1, terminatingReplicas: 0 });
  });

  it('count as fully labeled with all labels of the template', () => {
    create({ replicas: 2, template: template('web:1', { app: 'web', tier: 'front' }) });
    barePod('plain', { app: 'web' });
    cluster.settle();
    expect(web().status).toMatchObject({ replicas: 2, fullyLabeledReplicas: 1 });
  });

  it('go first from nodes with more pods of the ReplicaSets of the same owner', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'd', controller: true };
    const spec = { selector: { matchLabels: { set: 'old' } }, template: template('web:0', { set: 'old' }), replicas: 2 };
    cluster.create(replicaSets, { metadata: { name: 'old', namespace: 'default', ownerReferences: [owner] }, spec });
    create({ replicas: 2 });
    change((set) => void (set.metadata.ownerReferences = [owner]));
    cluster.settle();
    const own = all().filter((pod) => pod.metadata.name.startsWith('web'));
    const place = (name: string, node: string) => cluster.change(pods, 'default', name, (pod) => void (pod.spec.nodeName = node));
    // The uid decides among equals, so both ways are tried.
    for (const [crowded, lonely] of [own, [...own].reverse()].map((pair) => pair.map((pod) => pod.metadata.name))) {
      for (const pod of all().filter((pod) => pod.metadata.name.startsWith('old'))) place(pod.metadata.name, 'node-1');
      place(crowded!, 'node-1');
      place(lonely!, 'node-2');
      change((set) => void (set.spec.replicas = 1));
      expect(cluster.plan('replicaset default/web').writes).toMatchObject([
        { verb: 'delete', name: crowded },
        { verb: 'update' },
      ]);
      change((set) => void (set.spec.replicas = 2));
    }
  });

  it('beyond the size are deleted, those that do least first', () => {
    create();
    settle();
    const [first, second, third] = all();
    setPod(cluster, second!, { ready: false });
    change((set) => void (set.spec.replicas = 1));
    cluster.change(pods, 'default', third!.metadata.name, (pod) => {
      pod.metadata.annotations = { 'controller.kubernetes.io/pod-deletion-cost': '-5' };
    });
    settle();
    expect(all().map((pod) => pod.metadata.name)).toEqual([first!.metadata.name]);
    expect(
      cluster.events
        .filter((e) => e.reason === 'SuccessfulDelete')
        .map((e) => e.message)
        .sort(),
    ).toEqual([second!, third!].map((pod) => `Deleted pod: ${pod.metadata.name}`).sort());
    expectRest();
  });

  it('are created in bounded plans', () => {
    create({ replicas: podsPerPlanMax + 20 });
    const plan = cluster.reconcile('replicaset default/web');
    expect(plan.writes.filter((write) => write.verb === 'create')).toHaveLength(podsPerPlanMax);
    expect(plan.requeueAfterMs).toBe(0);
    cluster.settle();
    expect(all()).toHaveLength(podsPerPlanMax + 20);
    change((set) => void (set.spec.replicas = 0));
    const deletion = cluster.reconcile('replicaset default/web');
    expect(deletion.writes.filter((write) => write.verb === 'delete')).toHaveLength(podsPerPlanMax);
    expect(deletion.requeueAfterMs).toBe(0);
    cluster.settle();
    expect(all()).toHaveLength(0);
  });

  it('that are on their way out with this plan do not count in the status it writes', () => {
    create();
    settle();
    change((set) => void (set.spec.replicas = 1));
    cluster.reconcile('replicaset default/web');
    expect(web().status).toMatchObject({ replicas: 1, readyReplicas: 1, availableReplicas: 1, observedGeneration: 2 });
  });

  it('are not created in a namespace that is being deleted, nor for a ReplicaSet that is', () => {
    cluster.create(namespaces, { metadata: { name: 'default', deletionTimestamp: '2026-01-01T00:00:00Z' } });
    create();
    cluster.settle();
    expect(all()).toEqual([]);
    cluster.remove(namespaces, '', 'default');
    change((set) => void (set.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
    cluster.settle();
    expect(all()).toEqual([]);
    expect(web().status!.observedGeneration).toBe(1);
  });
});

describe('what the API refuses', () => {
  const quota = () => new StatusError('Forbidden', 'pods "x" is forbidden: exceeded quota', { kind: 'pods' });

  it('shows as condition and event, and is tried with one pod at a time until it passes', () => {
    cluster.refuse = (write) => (write.verb === 'create' && all().length >= 2 ? quota() : undefined);
    create({ replicas: 5 });
    cluster.settle();
    expect(all()).toHaveLength(2);
    expect(web().status).toMatchObject({ replicas: 2 });
    expect(web().status!.conditions).toEqual([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'pods "x" is forbidden: exceeded quota',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ]);
    expect(cluster.events).toContainEqual({
      type: 'Warning',
      reason: 'FailedCreate',
      message: 'Error creating: pods "x" is forbidden: exceeded quota',
      regarding: 'ReplicaSet/web',
    });
    expect(cluster.events.filter((e) => e.reason === 'SuccessfulCreate')).toHaveLength(2);
    cluster.advance(1);
    const [again] = cluster.due;
    expect(cluster.reconcile(again!).writes).toHaveLength(1);
    cluster.refuse = () => undefined;
    cluster.advance(1);
    cluster.settle();
    expect(all()).toHaveLength(5);
    expect(web().status).not.toHaveProperty('conditions');
    expectRest();
  });

  it('is forgotten when the size is what there is', () => {
    cluster.refuse = (write) => (write.verb === 'create' && all().length >= 2 ? quota() : undefined);
    create({ replicas: 5 });
    cluster.settle();
    change((set) => void (set.spec.replicas = 2));
    cluster.settle();
    expect(web().status).not.toHaveProperty('conditions');
    expect(cluster.events.map((e) => e.reason)).not.toContain('FailedDelete');
  });

  it('about its own status says nothing of pods', () => {
    create();
    cluster.refuse = (write) =>
      write.verb === 'update' ? new StatusError('Invalid', 'no', { kind: 'ReplicaSet', name: 'web' }) : undefined;
    cluster.reconcile('replicaset default/web');
    cluster.refuse = () => undefined;
    cluster.remove(pods, 'default', all()[0]!.metadata.name);
    cluster.remove(pods, 'default', all()[0]!.metadata.name);
    cluster.reconcile('replicaset default/web');
    expect(all()).toHaveLength(3);
    expect(cluster.events.filter((e) => e.type === 'Warning')).toEqual([]);
  });

  it('because the namespace is going is no failure of the ReplicaSet', () => {
    const causes = [{ reason: 'NamespaceTerminating', message: 'namespace default is being terminated' }];
    cluster.refuse = (write) =>
      write.verb === 'create' ? new StatusError('Forbidden', 'no', { kind: 'pods', causes }) : undefined;
    create();
    cluster.settle();
    cluster.advance(1);
    cluster.settle();
    expect(cluster.events).toEqual([]);
    expect(web().status).not.toHaveProperty('conditions');
  });

  it('of deletions shows as FailedDelete', () => {
    create();
    settle();
    cluster.refuse = (write) =>
      write.verb === 'delete' ? new StatusError('Forbidden', 'not today', { kind: 'pods', name: write.name }) : undefined;
    change((set) => void (set.spec.replicas = 2));
    cluster.settle();
    expect(web().status!.conditions).toMatchObject([{ reason: 'FailedDelete', message: 'unable to delete pods: not today' }]);
    expect(cluster.events.at(-1)).toMatchObject({ reason: 'FailedDelete', message: 'Error deleting: not today' });
    expect(web().status!.replicas).toBe(3);
  });

  it.each(['Conflict', 'NotFound', 'AlreadyExists'] as const)('with %s is simply tried again', (reason) => {
    let refusals = 1;
    cluster.refuse = (write) =>
      write.verb === 'create' && refusals-- > 0 ? new StatusError(reason, 'no', { kind: 'pods' }) : undefined;
    create();
    cluster.settle();
    cluster.advance(1);
    cluster.settle();
    expect(all()).toHaveLength(3);
    expect(cluster.events.filter((e) => e.type === 'Warning')).toEqual([]);
  });
});

describe('ownership', () => {
  it('adopts pods that match and have no controller', () => {
    barePod('one', { app: 'web' });
    barePod('two', { app: 'db' });
    create({ replicas: 2 });
    settle();
    expect(all()).toHaveLength(3);
    expect(cluster.get(pods, 'default', 'one')!.metadata.ownerReferences).toMatchObject([
      { uid: web().metadata.uid, controller: true },
    ]);
    expect(cluster.get(pods, 'default', 'two')!.metadata.ownerReferences).toBeUndefined();
    expect(web().status!.replicas).toBe(2);
  });

  it('adopts a pod whose labels come to match', () => {
    create({ replicas: 1 });
    settle();
    barePod('one', { app: 'db' });
    settle();
    cluster.change(pods, 'default', 'one', (pod) => void (pod.metadata.labels = { app: 'web' }));
    settle();
    expect(all()).toHaveLength(1);
  });

  it('releases a pod that does not match any more and makes another', () => {
    create({ replicas: 1 });
    settle();
    const { name } = all()[0]!.metadata;
    cluster.change(pods, 'default', name, (pod) => void (pod.metadata.labels = { app: 'debug' }));
    settle();
    expect(all()).toHaveLength(2);
    expect(cluster.get(pods, 'default', name)!.metadata.ownerReferences).toBeUndefined();
    expectRest();
  });

  it('leaves alone what ended, and what belongs to an earlier ReplicaSet of the same name', () => {
    barePod('one', { app: 'web' });
    setPod(cluster, all()[0]!, { phase: 'Succeeded' });
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'gone', controller: true };
    barePod('two', { app: 'web' });
    cluster.change(pods, 'default', 'two', (pod) => void (pod.metadata.ownerReferences = [owner]));
    create({ replicas: 1 });
    settle();
    expect(all()).toHaveLength(3);
    expect(cluster.get(pods, 'default', 'one')!.metadata.ownerReferences).toBeUndefined();
    expect(cluster.get(pods, 'default', 'two')!.metadata.ownerReferences).toEqual([owner]);
  });
});
