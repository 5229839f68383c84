import { expect, test } from 'vitest';
import { nodeLeaseController } from '../../../src/controllers/nodelease/controller.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

test('while the session of a node is open its Lease is renewed by writes; afterwards not', async () => {
  const cluster = await LiveCluster.start(() => [nodeLeaseController]);
  cluster.heartbeat('node-0', cluster.now);
  await cluster.request('POST', leases, { metadata: { name: 'node-0' }, spec: { renewTime: '2025-12-31T23:59:00.000000Z' } });
  await cluster.settle();
  const revision = async () => Number((await cluster.request('GET', `${leases}/node-0`)).metadata.resourceVersion);
  const first = await revision();

  await cluster.advance(9);
  expect(await revision()).toBe(first);
  cluster.heartbeat('node-0', cluster.now);
  await cluster.advance(1);
  expect(await revision()).toBe(first + 1);

  cluster.heartbeat('node-0', undefined);
  await cluster.advance(30);
  expect(await revision()).toBe(first + 1);
  // What was written down stays: the last heartbeat.
  expect((await cluster.request('GET', `${leases}/node-0`)).spec.renewTime).toBe('2026-01-01T00:00:09.000000Z');
});
