import { expect, test } from 'vitest';
import { nodeLifecycleController } from '../../../src/controllers/nodelifecycle/controller.ts';
import { leases as leaseKind } from '../../../src/resources/coordination/lease.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { TestCluster } from '../support/cluster.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const node = '/api/v1/nodes/node-0';
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

/** A cluster with a node that reports once, and has a Lease only if it gets one. */
async function withNode(): Promise<LiveCluster> {
  const cluster = await LiveCluster.start(() => [nodeLifecycleController]);
  await cluster.request('POST', '/api/v1/nodes', { metadata: { name: 'node-0' } });
  // With another that stays well, it is not the cluster that is cut off.
  await cluster.request('POST', '/api/v1/nodes', { metadata: { name: 'steady' } });
  const heartbeat = { type: 'Ready', status: 'True', lastHeartbeatTime: '2030-01-01T00:00:00Z' };
  await cluster.patch('/api/v1/nodes/steady/status', { status: { conditions: [heartbeat] } });
  await report(cluster);
  await cluster.settle();
  return cluster;
}
/** As kubelets report; without `heartbeat` it does not say when. */
const report = (cluster: LiveCluster, heartbeat = true) => {
  const lastHeartbeatTime = heartbeat ? cluster.now.toISOString().replace('.000', '') : null;
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime };
  return cluster.patch(`${node}/status`, { status: { conditions: [ready] } });
};
const renewed = (cluster: LiveCluster) => ({ renewTime: cluster.now.toISOString().replace('Z', '000Z') });
const createLease = (cluster: LiveCluster) =>
  cluster.request('POST', leases, { metadata: { name: 'node-0' }, spec: renewed(cluster) });
const state = async (cluster: LiveCluster) => {
  const { metadata, spec, status } = await cluster.request('GET', node);
  return {
    ready: status.conditions.find((c: { type: string }) => c.type === 'Ready').status,
    taints: (spec.taints ?? []).map((taint: { key: string; effect: string }) => `${taint.key}:${taint.effect}`).sort(),
    missed: metadata.annotations?.['hibernetes.dev/missed-since'],
  };
};
const alive = { ready: 'True', taints: [], missed: undefined };
const unreachable = {
  ready: 'Unknown',
  taints: ['node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/unreachable:NoSchedule'],
  missed: undefined,
};

test('a kubelet that stops renewing its Lease is noticed, and welcome back', async () => {
  const cluster = await withNode();
  await createLease(cluster);
  await cluster.advance(30);
  await cluster.patch(`${leases}/node-0`, { spec: renewed(cluster) });
  await cluster.advance(39);
  expect(await state(cluster)).toEqual(alive);
  await cluster.advance(1);
  expect(await state(cluster)).toEqual(unreachable);
  const { items } = await cluster.request('GET', '/api/v1/events');
  expect(items).toMatchObject([{ reason: 'NodeNotReady', message: 'Node node-0 status is now: NodeNotReady' }]);

  await cluster.patch(`${leases}/node-0`, { spec: renewed(cluster) });
  await report(cluster);
  await cluster.settle();
  expect(await state(cluster)).toEqual(alive);
  expect(cluster.errors).toEqual([]);
});

test('a node whose session ends has time to come back', async () => {
  const cluster = await withNode();
  await createLease(cluster);
  cluster.heartbeat('node-0', cluster.now);
  await cluster.advance(1000);
  cluster.heartbeat('node-0', cluster.now);
  await cluster.settle();
  expect(await state(cluster)).toEqual(alive);

  cluster.heartbeat('node-0', undefined);
  await cluster.settle();
  expect(await state(cluster)).toEqual({ ...alive, missed: cluster.now.toISOString().replace('.000', '') });
  await cluster.advance(39);
  cluster.heartbeat('node-0', cluster.now);
  await cluster.settle();
  expect(await state(cluster)).toEqual(alive);

  cluster.heartbeat('node-0', undefined);
  await cluster.advance(100);
  // The heartbeat was the node's last word; the Lease as stored is from long ago.
  await cluster.advance(40);
  expect(await state(cluster)).toEqual(unreachable);
});

test('after a restart, nodes have time to come back', async () => {
  const cluster = await withNode();
  await createLease(cluster);
  cluster.now = new Date(cluster.now.getTime() + 3_600_000);
  await cluster.restart(() => [nodeLifecycleController]);
  expect((await state(cluster)).ready).toBe('True');
  await cluster.advance(40);
  expect(await state(cluster)).toEqual(unreachable);
});

test('a plan writes a node once', () => {
  const cluster = new TestCluster({ controllers: [nodeLifecycleController] });
  const conditions = [{ type: 'Ready', status: 'True' }];
  cluster.create(nodes, { metadata: { name: 'node-0' }, spec: { unschedulable: true }, status: { conditions } });
  cluster.create(leaseKind, {
    metadata: { name: 'node-0', namespace: 'kube-node-lease' },
    spec: { renewTime: new Date(cluster.now.getTime() + 10_000).toISOString() },
  });
  cluster.advance(50);
  expect(cluster.plan('nodelifecycle /node-0').writes).toMatchObject([{ verb: 'update', subresource: 'status' }]);
});

test('a node that never had a Lease, and does not say when it reported, is missed, too', async () => {
  const cluster = await withNode();
  await report(cluster, false);
  await cluster.settle();
  expect(await state(cluster)).toMatchObject({ ready: 'True', missed: cluster.now.toISOString().replace('.000', '') });
  await cluster.advance(39);
  expect((await state(cluster)).ready).toBe('True');
  await cluster.advance(1);
  expect(await state(cluster)).toEqual(unreachable);
});

test('pods of a lost node are not ready, until somebody says otherwise', async () => {
  const cluster = await withNode();
  await createLease(cluster);
  const pods = '/api/v1/namespaces/default/pods';
  const pod = { metadata: { name: 'p' }, spec: { nodeName: 'node-0', containers: [{ name: 'c', image: 'c' }] } };
  await cluster.request('POST', pods, pod);
  const ready = (status: string) => ({
    type: 'Ready',
    status,
    lastTransitionTime: cluster.now.toISOString().replace('.000', ''),
  });
  await cluster.patch(`${pods}/p/status`, { status: { conditions: [ready('True')] } });
  await cluster.advance(10);
  await cluster.patch(`${leases}/node-0`, { spec: renewed(cluster) });
  await cluster.advance(40);
  const lost = ready('False');
  expect((await cluster.request('GET', `${pods}/p`)).status.conditions).toMatchObject([lost]);
  const { items } = await cluster.request('GET', '/api/v1/events?fieldSelector=involvedObject.kind=Pod');
  expect(items).toMatchObject([{ type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' }]);

  await cluster.advance(10);
  await cluster.patch(`${pods}/p/status`, { status: { conditions: [ready('True')] } });
  await cluster.patch(node, { metadata: { labels: { a: 'b' } } });
  await cluster.settle();
  expect((await cluster.request('GET', `${pods}/p`)).status.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
});

test('old names of labels follow the new ones', async () => {
  const cluster = await withNode();
  await cluster.patch(node, { metadata: { labels: { 'kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'mine' } } });
  await cluster.settle();
  const { labels } = (await cluster.request('GET', node)).metadata;
  expect(labels).toMatchObject({ 'beta.kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'mine' });
  await cluster.patch(node, { metadata: { labels: { 'kubernetes.io/arch': 'arm64' } } });
  await cluster.settle();
  expect((await cluster.request('GET', node)).metadata.labels['beta.kubernetes.io/arch']).toBe('arm64');
});

test('cordon and uncordon', async () => {
  const cluster = await withNode();
  await cluster.patch(node, { spec: { unschedulable: true } });
  await cluster.settle();
  expect((await state(cluster)).taints).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
  await cluster.patch(node, { spec: { unschedulable: null } });
  await cluster.settle();
  expect((await state(cluster)).taints).toEqual([]);
});
