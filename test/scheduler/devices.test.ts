import { expect, test } from 'vitest';
import { resourceClaimController } from '../../src/controllers/resourceclaim/controller.ts';
import { createScheduler } from '../../src/scheduler/controller.ts';
import { LiveCluster } from '../controllers/support/live-cluster.ts';

const group = '/apis/resource.k8s.io/v1';
const driver = 'gpu.example.com';

async function setUp(): Promise<LiveCluster> {
  const cluster = await LiveCluster.start(() => [createScheduler(), resourceClaimController]);
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'default' } }).catch(() => {});
  for (const name of ['a', 'b']) {
    const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] };
    await cluster.request('POST', '/api/v1/nodes', { metadata: { name }, status });
  }
  await cluster.request('POST', `${group}/deviceclasses`, {
    metadata: { name: 'gpu' },
    spec: { selectors: [{ cel: { expression: `device.driver == "${driver}"` } }] },
  });
  await cluster.request('POST', `${group}/namespaces/default/resourceclaimtemplates`, {
    metadata: { name: 'one-gpu' },
    spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu' } }] } } },
  });
  return cluster;
}
const addDevices = (cluster: LiveCluster, nodeName: string, ...devices: string[]) =>
  cluster.request('POST', `${group}/resourceslices`, {
    metadata: { name: `devices-${nodeName}` },
    spec: {
      driver,
      nodeName,
      pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
      devices: devices.map((name) => ({ name })),
    },
  });
const addPod = (cluster: LiveCluster, name: string) =>
  cluster.request('POST', '/api/v1/namespaces/default/pods', {
    metadata: { name },
    spec: {
      containers: [{ name: 'main', image: 'main', resources: { claims: [{ name: 'gpu' }] } }],
      resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'one-gpu' }],
    },
  });
const podOf = (cluster: LiveCluster, name: string) => cluster.request('GET', `/api/v1/namespaces/default/pods/${name}`);
const claimsOf = async (cluster: LiveCluster) =>
  (await cluster.request('GET', `${group}/namespaces/default/resourceclaims`)).items;

test('a pod gets a claim, its claim a device, and then the pod a node; what it had goes to the next', async () => {
  const cluster = await setUp();
  await addPod(cluster, 'first');
  await cluster.settle();
  const waiting = await podOf(cluster, 'first');
  expect(waiting.spec.nodeName).toBeUndefined();
  expect(waiting.status.conditions[0].message).toBe(
    '0/2 nodes are available: 2 cannot allocate all claims. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  );

  await addDevices(cluster, 'b', 'gpu-0');
  await cluster.advance(60);
  const placed = await podOf(cluster, 'first');
  expect(placed.spec.nodeName).toBe('b');
  const [claim] = await claimsOf(cluster);
  expect(claim.metadata.finalizers).toEqual(['resource.kubernetes.io/delete-protection']);
  expect(claim.status.reservedFor).toEqual([{ resource: 'pods', name: 'first', uid: placed.metadata.uid }]);
  expect(claim.status.allocation.devices.results).toEqual([{ request: 'gpu', driver, pool: 'b', device: 'gpu-0' }]);

  await addPod(cluster, 'second');
  await cluster.advance(60);
  expect((await podOf(cluster, 'second')).spec.nodeName).toBeUndefined();
  await cluster.request('PUT', '/api/v1/namespaces/default/pods/first/status', {
    ...placed,
    status: { ...placed.status, phase: 'Succeeded' },
  });
  await cluster.advance(60);
  expect((await podOf(cluster, 'second')).spec.nodeName).toBe('b');
  expect(cluster.errors).toEqual([]);
});

test('pods that come together share no device, though they are looked at in one pass', async () => {
  const cluster = await setUp();
  await addDevices(cluster, 'a', 'gpu-0', 'gpu-1');
  await addDevices(cluster, 'b', 'gpu-0');
  await Promise.all(['p', 'q', 'r', 's'].map((name) => addPod(cluster, name)));
  await cluster.advance(60);
  const devices = (await claimsOf(cluster)).flatMap(({ status }: any) => status?.allocation?.devices.results ?? []);
  expect(devices.map(({ pool, device }: any) => `${pool}/${device}`).sort()).toEqual(['a/gpu-0', 'a/gpu-1', 'b/gpu-0']);
  const places = await Promise.all(
    ['p', 'q', 'r', 's'].map(async (name) => (await podOf(cluster, name)).spec.nodeName ?? 'none'),
  );
  expect(places.sort()).toEqual(['a', 'a', 'b', 'none']);
});

test('a pod that waits is looked at again when it gets another claim', async () => {
  const cluster = await setUp();
  await addPod(cluster, 'p');
  await cluster.settle();
  const [claim] = await claimsOf(cluster);
  await cluster.request('DELETE', `${group}/namespaces/default/resourceclaims/${claim.metadata.name}`);
  await cluster.advance(60);
  expect((await claimsOf(cluster))[0].metadata.name).not.toBe(claim.metadata.name);
  expect((await podOf(cluster, 'p')).status.conditions[0].message).toContain('cannot allocate all claims');
});
