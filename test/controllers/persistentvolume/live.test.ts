/** Claims behind the real API, with the scheduler and all controllers, across restarts. */
import { describe, expect, it, test } from 'vitest';
import { builtinPlugins } from '../../../src/admission/index.ts';
import type { Authorizer } from '../../../src/authz/authorizer.ts';
import { clusterControllers } from '../../../src/cluster/controllers.ts';
import { ClusterSettings } from '../../../src/db/cluster-settings.ts';
import type { Scheme } from '../../../src/machinery/scheme.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const options = { ...ClusterSettings.parse({}), caCertificate: 'PEM' };
const controllers = (scheme: Scheme, authorizer: Authorizer) => clusterControllers(scheme, { ...options, authorizer });
const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
const pods = '/api/v1/namespaces/default/pods';
const volumes = '/api/v1/persistentvolumes';

const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const data = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
const scratch = { name: 'scratch', ephemeral: { volumeClaimTemplate: { spec } } };

async function start(nodeNames = ['node-0', 'node-1']): Promise<LiveCluster> {
  const plugins = builtinPlugins.filter(({ name }) => name !== 'ServiceAccount');
  const cluster = await LiveCluster.start(controllers, plugins);
  for (const name of nodeNames) {
    const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] };
    await cluster.request('POST', '/api/v1/nodes', { metadata: { name, labels: { 'kubernetes.io/hostname': name } }, status });
    cluster.heartbeat(name, cluster.now);
  }
  await cluster.settle();
  return cluster;
}
const createPod = (cluster: LiveCluster, ...podVolumes: object[]) =>
  cluster.request('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'c' }], volumes: podVolumes } });
const get = (cluster: LiveCluster, path: string) => cluster.request('GET', path);
const endPod = (cluster: LiveCluster) =>
  cluster.request('DELETE', `${pods}/p`, { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 });

test('a claim of the default class has a volume where its first pod is, for as long as somebody needs it', async () => {
  const cluster = await start();
  await cluster.request('POST', claims, { metadata: { name: 'data' }, spec });
  await cluster.settle();
  expect((await get(cluster, `${claims}/data`)).status).toEqual({ phase: 'Pending' });
  await createPod(cluster, data);
  await cluster.settle();
  const { nodeName } = (await get(cluster, `${pods}/p`)).spec;
  const claim = await get(cluster, `${claims}/data`);
  expect(claim).toMatchObject({ spec: { storageClassName: 'standard' }, status: { phase: 'Bound', capacity: { storage: '1Gi' } } });
  const volume = await get(cluster, `${volumes}/${claim.spec.volumeName}`);
  expect(volume.status.phase).toBe('Bound');
  expect(volume.metadata.finalizers.sort()).toEqual(['kubernetes.io/pv-controller', 'kubernetes.io/pv-protection']);
  expect(JSON.stringify(volume.spec.nodeAffinity)).toContain(nodeName);

  await cluster.patch(`${claims}/data`, { spec: { resources: { requests: { storage: '3Gi' } } } });
  await cluster.settle();
  expect((await get(cluster, `${claims}/data`)).status.capacity).toEqual({ storage: '3Gi' });

  await cluster.request('DELETE', `${claims}/data`);
  await cluster.request('DELETE', `${volumes}/${claim.spec.volumeName}`);
  await cluster.settle();
  expect(await cluster.names(claims)).toEqual(['data']);
  expect(await cluster.names(volumes)).toHaveLength(1);
  await endPod(cluster);
  await cluster.settle();
  expect(await cluster.names(claims)).toEqual([]);
  expect(await cluster.names(volumes)).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

test('a pod with an ephemeral volume has it after the first back-off, and takes it along', async () => {
  const cluster = await start();
  await createPod(cluster, scratch);
  await cluster.settle();
  await cluster.advance(1);
  expect((await get(cluster, `${pods}/p`)).spec).toHaveProperty('nodeName');
  expect((await get(cluster, `${claims}/p-scratch`)).status.phase).toBe('Bound');
  await endPod(cluster);
  await cluster.settle();
  expect([await cluster.names(claims), await cluster.names(volumes)]).toEqual([[], []]);
});

test('a second pod goes where the volume is, also if there is no room', async () => {
  const cluster = await start(['node-0', 'node-1', 'node-2']);
  await cluster.request('POST', claims, { metadata: { name: 'data' }, spec });
  await createPod(cluster, data);
  await cluster.settle();
  const { nodeName } = (await get(cluster, `${pods}/p`)).spec;
  for (const name of ['q', 'r']) {
    const container = { name: 'c', image: 'c', resources: { requests: { cpu: '3' } } };
    await cluster.request('POST', pods, { metadata: { name }, spec: { containers: [container], volumes: [data] } });
  }
  await cluster.settle();
  const { items } = await get(cluster, pods);
  expect(items.map((pod: { spec: { nodeName?: string } }) => pod.spec.nodeName).sort()).toEqual([nodeName, nodeName, undefined]);
});

describe('a restart', () => {
  it.each(Array.from({ length: 12 }, (_, turns) => turns * 2))('after %i turns loses nothing', async (turns) => {
    const cluster = await start();
    await cluster.request('POST', claims, { metadata: { name: 'data' }, spec });
    await createPod(cluster, data, scratch);
    await cluster.turns(turns);
    await cluster.restart(controllers);
    for (let seconds = 0; seconds < 10; seconds++) await cluster.advance(1);
    expect((await get(cluster, `${pods}/p`)).spec).toHaveProperty('nodeName');
    const { items } = await get(cluster, claims);
    expect(items.map((claim: { status: object }) => claim.status)).toEqual([
      expect.objectContaining({ phase: 'Bound' }),
      expect.objectContaining({ phase: 'Bound' }),
    ]);
    expect(await cluster.names(volumes)).toHaveLength(2);

    await cluster.request('DELETE', `${claims}/data`);
    await endPod(cluster);
    await cluster.turns(turns);
    await cluster.restart(controllers);
    for (let seconds = 0; seconds < 3; seconds++) await cluster.advance(1);
    expect([await cluster.names(claims), await cluster.names(volumes)]).toEqual([[], []]);
    // The instance that was replaced may not have told all that it had to tell.
    expect(cluster.errors.filter((error) => error !== 'events: failed')).toEqual([]);
  });
});
