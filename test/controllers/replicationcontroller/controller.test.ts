import { beforeEach, expect, it } from 'vitest';
import { replicationControllerController } from '../../../src/controllers/replicationcontroller/controller.ts';
import { StatusError } from '../../../src/machinery/status.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import {
  replicationControllers,
  type ReplicationController,
  type ReplicationControllerSpec,
} from '../../../src/resources/core/replicationcontroller.ts';
import { TestCluster } from '../support/cluster.ts';
import { kubelets } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';

// What it shares with ReplicaSets is tested there; here is what differs.

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ controllers: [replicationControllerController] });
});
const create = (spec: Partial<ReplicationControllerSpec> = {}) =>
  cluster.create(replicationControllers, {
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 2, template: template(), ...spec },
  });
const web = (): ReplicationController => cluster.get(replicationControllers, 'default', 'web')!;
const settle = () => cluster.settle(() => kubelets(cluster));

it('keeps pods of its template, which it owns', () => {
  create();
  settle();
  expect(cluster.list(pods, 'default')).toHaveLength(2);
  for (const { metadata } of cluster.list(pods, 'default'))
    expect(metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'ReplicationController', name: 'web', uid: web().metadata.uid, controller: true, blockOwnerDeletion: true },
    ]);
  cluster.change(replicationControllers, 'default', 'web', ({ spec }) => void (spec.replicas = 0));
  settle();
  expect(cluster.list(pods, 'default')).toEqual([]);
});

it('has the status of a ReplicaSet, without what its kind has no field for', () => {
  create();
  settle();
  expect(web().status).toEqual({ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 });
});

it('adopts pods that its labels select, and releases those that they no longer do', () => {
  cluster.create(pods, { metadata: { name: 'bare', namespace: 'default', labels: { app: 'web' } }, spec: template().spec });
  create({ replicas: 1 });
  settle();
  const bare = () => cluster.get(pods, 'default', 'bare')!;
  expect(cluster.list(pods, 'default')).toEqual([bare()]);
  expect(bare().metadata.ownerReferences).toHaveLength(1);
  cluster.change(pods, 'default', 'bare', ({ metadata }) => void (metadata.labels = { app: 'other' }));
  settle();
  expect(bare().metadata).not.toHaveProperty('ownerReferences');
  expect(cluster.list(pods, 'default')).toHaveLength(2);
});

it('says when the API refuses its pods', () => {
  const refusal = new StatusError('Forbidden', 'exceeded quota', { kind: 'pods' });
  cluster.refuse = (write) => (write.verb === 'create' && write.resource === pods ? refusal : undefined);
  create();
  cluster.settle();
  cluster.advance(1);
  cluster.settle();
  expect(web().status!.conditions).toEqual([
    expect.objectContaining({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }),
  ]);
  expect(cluster.events.at(-1)).toMatchObject({ reason: 'FailedCreate', regarding: 'ReplicationController/web' });
});
