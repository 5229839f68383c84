import { expect, test } from 'vitest';
import { clusterControllers } from '../../src/cluster/controllers.ts';
import { ClusterSettings } from '../../src/db/cluster-settings.ts';
import { LiveCluster } from '../controllers/support/live-cluster.ts';

const pods = '/api/v1/namespaces/default/pods';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const options = { ...ClusterSettings.parse({}), caCertificate: 'PEM' };
const start = () => LiveCluster.start((scheme, authorizer) => clusterControllers(scheme, { ...options, authorizer }));
const createNode = (cluster: LiveCluster, name: string, cpu = '4') =>
  cluster.request('POST', '/api/v1/nodes', {
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { allocatable: { cpu, memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] },
  });
const deployment = (replicas: number, cpu = '100m') => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'c', resources: { requests: { cpu } } }] },
    },
  },
});
const events = async (cluster: LiveCluster, reason: string) =>
  (await cluster.request('GET', '/api/v1/namespaces/default/events?limit=1000')).items.filter(
    (event: { reason: string }) => event.reason === reason,
  );

test('a Deployment with all controllers: placed evenly, told about, and gone without a trace', async () => {
  const cluster = await start();
  for (const name of ['a', 'b', 'c']) await createNode(cluster, name);
  await cluster.request('POST', deployments, deployment(60));
  await cluster.settle();
  const { items } = await cluster.request('GET', pods);
  const counts = new Map<string, number>();
  for (const { spec } of items) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  expect([...counts].sort()).toEqual([
    ['a', 20],
    ['b', 20],
    ['c', 20],
  ]);
  expect(await events(cluster, 'Scheduled')).toHaveLength(60);

  await cluster.request('DELETE', `${deployments}/web`);
  await cluster.settle();
  expect(await cluster.names('/apis/apps/v1/namespaces/default/replicasets')).toEqual([]);
  const left = (await cluster.request('GET', pods)).items;
  expect(left.filter(({ metadata }: { metadata: { deletionTimestamp?: string } }) => !metadata.deletionTimestamp)).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

test('pods wait for a node with room', async () => {
  const cluster = await start();
  await cluster.request('POST', deployments, deployment(3, '1'));
  await cluster.settle();
  const message = 'no nodes available to schedule pods';
  expect(await events(cluster, 'FailedScheduling')).toHaveLength(3);
  const [waiting] = (await cluster.request('GET', pods)).items;
  expect(waiting.status).toMatchObject({
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  });

  await createNode(cluster, 'a', '2');
  await cluster.settle();
  const placed = (await cluster.request('GET', pods)).items.filter(({ spec }: { spec: { nodeName?: string } }) => spec.nodeName);
  expect(placed).toHaveLength(2);

  // One leaves, the one that waited takes its room; the replacement waits in its place.
  const waited = (await cluster.request('GET', pods)).items.find(({ spec }: { spec: { nodeName?: string } }) => !spec.nodeName)
    .metadata.name;
  await cluster.request('DELETE', `${pods}/${placed[0].metadata.name}?gracePeriodSeconds=0`);
  await cluster.settle();
  expect((await cluster.request('GET', `${pods}/${waited}`)).spec.nodeName).toBe('a');
  expect(cluster.errors).toEqual([]);
});

test('placements of one pass are counted in the next, and after a restart', async () => {
  const cluster = await start();
  await createNode(cluster, 'a', '2');
  await cluster.request('POST', deployments, deployment(1, '1500m'));
  await cluster.settle();
  await cluster.restart((scheme, authorizer) => clusterControllers(scheme, { ...options, authorizer }));
  await cluster.patch(`${deployments}/web`, { spec: { replicas: 2 } });
  await cluster.settle();
  const { items } = await cluster.request('GET', pods);
  expect(items.map(({ spec }: { spec: { nodeName?: string } }) => spec.nodeName ?? null).sort()).toEqual(['a', null]);
});
