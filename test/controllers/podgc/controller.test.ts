import { expect, test } from 'vitest';
import { podGcController } from '../../../src/controllers/podgc/controller.ts';
import { planTerminated, terminatedPodsKept } from '../../../src/controllers/podgc/terminated.ts';
import { pods as podKind } from '../../../src/resources/core/pod.ts';
import { TestCluster } from '../support/cluster.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const pods = '/api/v1/namespaces/default/pods';
const start = () => LiveCluster.start(() => [podGcController]);
const createNode = (cluster: LiveCluster) => cluster.request('POST', '/api/v1/nodes', { metadata: { name: 'node-0' } });
const createPod = (cluster: LiveCluster, name: string, nodeName?: string, metadata: object = {}) =>
  cluster.request('POST', pods, { metadata: { name, ...metadata }, spec: { nodeName, containers: [{ name: 'c', image: 'c' }] } });
const disruption = async (cluster: LiveCluster, name: string) =>
  (await cluster.request('GET', `${pods}/${name}`)).status.conditions?.find(
    (c: { type: string }) => c.type === 'DisruptionTarget',
  );

test('pods of a node that is gone are given up after a while', async () => {
  const cluster = await start();
  await createNode(cluster);
  await createPod(cluster, 'p', 'node-0', { finalizers: ['example.dev/wait'] });
  await cluster.settle();
  expect(await disruption(cluster, 'p')).toBeUndefined();
  await cluster.request('DELETE', '/api/v1/nodes/node-0');
  await cluster.settle();
  expect(await disruption(cluster, 'p')).toMatchObject({
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
  });
  await cluster.advance(39);
  expect((await cluster.request('GET', `${pods}/p`)).metadata).not.toHaveProperty('deletionTimestamp');
  await cluster.advance(1);
  expect(await cluster.request('GET', `${pods}/p`)).toMatchObject({
    metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 },
    status: { phase: 'Failed' },
  });
  await cluster.patch(`${pods}/p`, { metadata: { finalizers: null } });
  await cluster.settle();
  expect(await cluster.names(pods)).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

test('a node that comes back keeps its pods', async () => {
  const cluster = await start();
  await createPod(cluster, 'p', 'node-0');
  await cluster.settle();
  expect(await disruption(cluster, 'p')).toMatchObject({ status: 'True' });
  await createNode(cluster);
  await cluster.advance(40);
  expect(await disruption(cluster, 'p')).toMatchObject({ status: 'False' });
  await cluster.advance(1000);
  expect(await cluster.names(pods)).toEqual(['p']);
});

test('pods on their nodes, and pods that wait for one, are left alone', async () => {
  const cluster = await start();
  await createNode(cluster);
  await createPod(cluster, 'placed', 'node-0');
  await createPod(cluster, 'waiting');
  await cluster.advance(1000);
  expect(await cluster.names(pods)).toEqual(['placed', 'waiting']);
  expect(await disruption(cluster, 'placed')).toBeUndefined();
});

test('pods that are being deleted from a node that is out of service are given up', async () => {
  const cluster = await start();
  await createNode(cluster);
  for (const name of ['leaving', 'staying', 'later']) await createPod(cluster, name, 'node-0');
  await cluster.request('DELETE', `${pods}/leaving`);
  await cluster.patch('/api/v1/nodes/node-0/status', { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };
  await cluster.patch('/api/v1/nodes/node-0', { spec: { taints: [taint] } });
  await cluster.settle();
  expect(await cluster.names(pods)).toEqual(['later', 'leaving', 'staying']);
  await cluster.patch('/api/v1/nodes/node-0/status', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } });
  await cluster.settle();
  expect(await cluster.names(pods)).toEqual(['later', 'staying']);
  await cluster.request('DELETE', `${pods}/later`);
  await cluster.settle();
  expect(await cluster.names(pods)).toEqual(['staying']);
});

test('of pods that have ended so many are kept, and evicted ones last', () => {
  const cluster = new TestCluster({ controllers: [podGcController] });
  const add = (name: string, status: object, metadata: object = {}) => {
    cluster.create(podKind, { metadata: { name, namespace: 'default', ...metadata }, spec: { containers: [] }, status });
    cluster.advance(1);
  };
  add('running', { phase: 'Running' });
  add('oldest', { phase: 'Succeeded' });
  add('held', { phase: 'Failed' }, { deletionTimestamp: '2026-01-01T00:00:00Z' });
  add('evicted', { phase: 'Failed', reason: 'Evicted' });
  add('newest', { phase: 'Failed' });
  const deleted = (kept: number) =>
    planTerminated(cluster, kept).writes.map((write) => write.verb === 'delete' && [write.name, write.gracePeriodSeconds]);
  expect(deleted(4)).toEqual([]);
  expect(deleted(3)).toEqual([['evicted', 0]]);
  expect(deleted(2)).toEqual([
    ['evicted', 0],
    ['oldest', 0],
  ]);
  expect(deleted(1)).toEqual([
    ['evicted', 0],
    ['oldest', 0],
  ]);
  expect(deleted(0)).toEqual([
    ['evicted', 0],
    ['oldest', 0],
    ['newest', 0],
  ]);
  expect(terminatedPodsKept).toBe(12_500);
  expect(cluster.due).toContain('podgc terminated');
});

test('no more than 500 are deleted at a time', () => {
  const cluster = new TestCluster({ controllers: [] });
  for (let i = 0; i < 510; i++)
    cluster.create(podKind, {
      metadata: { name: `p${i}`, namespace: 'default' },
      spec: { containers: [] },
      status: { phase: 'Failed' },
    });
  expect(planTerminated(cluster, 0)).toMatchObject({ writes: { length: 500 }, requeueAfterMs: 0 });
});
