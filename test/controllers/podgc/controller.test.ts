import { expect, test } from 'vitest';
import { podGcController } from '../../../src/controllers/podgc/controller.ts';
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
