import { expect, test } from 'vitest';
import { namespaceController } from '../../../src/controllers/namespace/controller.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { TestCluster } from '../support/cluster.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const start = () => LiveCluster.start((scheme) => [namespaceController(scheme)]);
const inTeam = (plural: string, name = '') => `/api/v1/namespaces/team/${plural}${name && `/${name}`}`;
const team = '/api/v1/namespaces/team';

async function withNamespace(): Promise<LiveCluster> {
  const cluster = await start();
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
  return cluster;
}
const createConfigMap = (cluster: LiveCluster, name: string, finalizers?: string[]) =>
  cluster.request('POST', inTeam('configmaps'), { metadata: { name, finalizers } });
const createPod = (cluster: LiveCluster, name: string, nodeName?: string) =>
  cluster.request('POST', inTeam('pods'), { metadata: { name }, spec: { nodeName, containers: [{ name: 'c', image: 'c' }] } });
const conditions = async (cluster: LiveCluster) => {
  const { status } = await cluster.request('GET', team);
  return Object.fromEntries(
    status.conditions.map((c: { type: string; status: string; message: string }) => [
      c.type,
      c.status === 'True' ? c.message : c.status,
    ]),
  );
};

test('a namespace and all that is in it goes; other namespaces stay as they are', async () => {
  const cluster = await withNamespace();
  await createConfigMap(cluster, 'one');
  await createPod(cluster, 'p');
  await cluster.request('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'mine' } });
  await cluster.request('DELETE', team);
  await cluster.settle();
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
  expect(await cluster.names('/api/v1/configmaps')).toEqual(['mine']);
  expect(await cluster.names('/api/v1/pods')).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

test('pods end first, in their time', async () => {
  const cluster = await withNamespace();
  await createConfigMap(cluster, 'one');
  await createPod(cluster, 'p', 'node-0');
  await cluster.request('DELETE', team);
  await cluster.settle();
  expect((await cluster.request('GET', inTeam('pods', 'p'))).metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
  expect(await cluster.names(inTeam('configmaps'))).toEqual(['one']);
  expect((await cluster.request('GET', team)).status.phase).toBe('Terminating');
  expect(await conditions(cluster)).toMatchObject({
    NamespaceContentRemaining: expect.stringContaining('pods. has 1 resource instances'),
  });
  await cluster.request('DELETE', `${inTeam('pods', 'p')}?gracePeriodSeconds=0`);
  await cluster.settle();
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
});

test('finalizers are waited for, and told', async () => {
  const cluster = await withNamespace();
  await createConfigMap(cluster, 'one', ['example.dev/wait']);
  await createConfigMap(cluster, 'two');
  await cluster.request('DELETE', team);
  await cluster.settle();
  expect(await cluster.names(inTeam('configmaps'))).toEqual(['one']);
  expect(await conditions(cluster)).toEqual({
    NamespaceDeletionDiscoveryFailure: 'False',
    NamespaceDeletionGroupVersionParsingFailure: 'False',
    NamespaceDeletionContentFailure: 'False',
    NamespaceContentRemaining: 'Some resources are remaining: configmaps. has 1 resource instances',
    NamespaceFinalizersRemaining:
      'Some content in the namespace has finalizers remaining: example.dev/wait in 1 resource instances',
  });
  await cluster.patch(inTeam('configmaps', 'one'), { metadata: { finalizers: null } });
  await cluster.settle();
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
});

test('is emptied for as long as anybody has a finalizer on it', async () => {
  const cluster = await withNamespace();
  await createConfigMap(cluster, 'one');
  const finalize = { ...(await cluster.request('GET', team)), spec: { finalizers: ['example.dev/mine'] } };
  await cluster.request('PUT', `${team}/finalize`, finalize);
  await cluster.request('DELETE', team);
  await cluster.settle();
  expect(await cluster.names(inTeam('configmaps'))).toEqual([]);
  expect((await cluster.request('GET', team)).spec.finalizers).toEqual(['example.dev/mine']);
});

test('one plan deletes 500 objects at the most', () => {
  const cluster = new TestCluster({ controllers: [namespaceController({ resources: [configMaps, namespaces] })] });
  cluster.create(namespaces, {
    metadata: { name: 'team', deletionTimestamp: '2026-01-01T00:00:00Z' },
    spec: { finalizers: ['kubernetes'] },
  });
  for (let i = 0; i < 620; i++) cluster.create(configMaps, { metadata: { name: `cm-${i}`, namespace: 'team' } });
  const { writes } = cluster.plan('namespace team');
  expect(writes.filter(({ verb }) => verb === 'delete')).toHaveLength(500);
});

test('more than one plan deletes', async () => {
  const cluster = await withNamespace();
  await Promise.all(Array.from({ length: 620 }, (_, i) => createConfigMap(cluster, `cm-${i}`)));
  await cluster.request('DELETE', team);
  await cluster.settle();
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
});

test('a finalizer of somebody else on the namespace keeps the name, not the content', async () => {
  const cluster = await start();
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'team', finalizers: ['example.dev/wait'] } });
  await createConfigMap(cluster, 'one');
  await cluster.request('DELETE', team);
  await cluster.settle();
  const namespace = await cluster.request('GET', team);
  expect(namespace.spec.finalizers ?? []).toEqual([]);
  expect(await conditions(cluster)).toMatchObject({ NamespaceContentRemaining: 'False', NamespaceFinalizersRemaining: 'False' });
  expect(await cluster.names(inTeam('configmaps'))).toEqual([]);
  await cluster.patch(team, { metadata: { finalizers: null } });
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
});

test('a namespace that is not being deleted is left alone', async () => {
  const cluster = await withNamespace();
  await createConfigMap(cluster, 'one');
  await cluster.settle();
  expect(await cluster.names(inTeam('configmaps'))).toEqual(['one']);
});
