import { expect, test } from 'vitest';
import { clusterControllers } from '../../src/cluster/controllers.ts';
import { ClusterSettings } from '../../src/db/cluster-settings.ts';
import { LiveCluster } from '../controllers/support/live-cluster.ts';

const services = '/api/v1/namespaces/default/services';
const cidrs = '/apis/networking.k8s.io/v1/servicecidrs';
const ips = '/apis/networking.k8s.io/v1/ipaddresses';
const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';

/** A cluster with all controllers and these settings. */
const start = (settings: object = {}) => {
  const options = { ...ClusterSettings.parse(settings), caCertificate: 'PEM' };
  return LiveCluster.start((scheme, authorizer) => clusterControllers(scheme, { ...options, authorizer }));
};
const create = (cluster: LiveCluster, name: string, spec: object) =>
  cluster.request('POST', services, { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });

test('the kubernetes Service, its range, its address and its endpoints in both forms', async () => {
  const cluster = await start();
  const { spec } = await cluster.request('GET', `${services}/kubernetes`);
  expect(spec).toMatchObject({ clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 443 }] });
  const range = await cluster.request('GET', `${cidrs}/kubernetes`);
  expect(range).toMatchObject({
    metadata: { finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    spec: { cidrs: ['10.96.0.0/16'] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  expect(await cluster.names(ips)).toEqual(['10.96.0.1']);
  const { subsets } = await cluster.request('GET', '/api/v1/namespaces/default/endpoints/kubernetes');
  const { items } = await cluster.request('GET', `${slices}?labelSelector=kubernetes.io/service-name=kubernetes`);
  expect(items.map(({ metadata }: any) => metadata.name)).toEqual(['kubernetes']);
  expect(items[0].endpoints[0].addresses).toEqual([subsets[0].addresses[0].ip]);
  expect(items[0].ports[0].port).toBe(subsets[0].ports[0].port);
  expect(cluster.errors).toEqual([]);
});

test('the standard range stays while the kubernetes Service has an address in it', async () => {
  const cluster = await start();
  await cluster.request('DELETE', `${cidrs}/kubernetes`);
  await cluster.advance(60);
  const { status } = await cluster.request('GET', `${cidrs}/kubernetes`);
  expect(status.conditions).toMatchObject([{ type: 'Ready', status: 'False', reason: 'Terminating' }]);
});

test('addresses come from a second range, which stays as long as they are used', async () => {
  const cluster = await start();
  await cluster.request('POST', cidrs, { metadata: { name: 'more' }, spec: { cidrs: ['10.200.0.0/24'] } });
  await cluster.settle();
  await create(cluster, 'web', { clusterIP: '10.200.0.9' });
  await cluster.settle();
  await cluster.request('DELETE', `${cidrs}/more`);
  await cluster.advance(60);
  expect(await cluster.names(cidrs)).toEqual(['kubernetes', 'more']);
  await expect(create(cluster, 'late', { clusterIP: '10.200.0.10' })).rejects.toThrow('does not match the current range');
  await cluster.request('DELETE', `${services}/web`);
  await cluster.settle();
  expect(await cluster.names(cidrs)).toEqual(['kubernetes']);
  expect(await cluster.names(ips)).toEqual(['10.96.0.1']);
});

test('a load balancer gets its address, and is gone once it is deleted', async () => {
  const cluster = await start({ loadBalancer: { pools: ['192.0.2.10-192.0.2.11'] } });
  await create(cluster, 'web', { type: 'LoadBalancer', selector: { app: 'web' } });
  await cluster.settle();
  const { status } = await cluster.request('GET', `${services}/web`);
  expect(status.loadBalancer).toEqual({ ingress: [{ ip: '192.0.2.10', ipMode: 'VIP' }] });
  await cluster.patch(`${services}/web`, { spec: { type: 'ClusterIP' } });
  await cluster.settle();
  const plain = await cluster.request('GET', `${services}/web`);
  expect([plain.metadata.finalizers, plain.status.loadBalancer]).toEqual([undefined, {}]);
  await cluster.patch(`${services}/web`, { spec: { type: 'LoadBalancer' } });
  await cluster.settle();
  await cluster.request('DELETE', `${services}/web`);
  await cluster.settle();
  expect(await cluster.names(services)).toEqual(['kubernetes']);
  const { items } = await cluster.request('GET', '/api/v1/namespaces/default/events');
  const reasons = items.map(({ reason, source }: any) => `${source.component} ${reason}`);
  expect(new Set(reasons)).toEqual(
    new Set(['Ensuring', 'Ensured', 'Deleting', 'Deleted'].map((step) => `service-controller ${step}LoadBalancer`)),
  );
  expect(cluster.errors).toEqual([]);
});

test('Endpoints that somebody writes are mirrored, those of the controller are not', async () => {
  const cluster = await start();
  await create(cluster, 'own', {});
  await create(cluster, 'selected', { selector: { app: 'web' } });
  const subsets = [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }];
  await cluster.request('POST', '/api/v1/namespaces/default/endpoints', { metadata: { name: 'own' }, subsets });
  await cluster.settle();
  const { items } = await cluster.request('GET', slices);
  const managers = items.map(({ metadata }: any) => [
    metadata.labels['kubernetes.io/service-name'],
    metadata.labels['endpointslice.kubernetes.io/managed-by'],
  ]);
  expect(managers.sort()).toEqual([
    ['kubernetes', undefined],
    ['own', 'endpointslicemirroring-controller.k8s.io'],
    ['selected', 'endpointslice-controller.k8s.io'],
  ]);
  const { metadata } = await cluster.request('GET', `${services}/own`);
  expect(metadata.managedFields).toHaveLength(1);
});

test('nodes get networks that no other has', async () => {
  const cluster = await start({ network: { clusterCIDRs: ['10.128.0.0/16', 'fd00:10::/48'] } });
  const names = ['a', 'b', 'c'];
  await Promise.all(names.map((name) => cluster.request('POST', '/api/v1/nodes', { metadata: { name } })));
  await cluster.settle();
  const { items } = await cluster.request('GET', '/api/v1/nodes');
  expect(items.map(({ spec }: any) => spec.podCIDRs)).toEqual([
    ['10.128.0.0/24', 'fd00:10::/64'],
    ['10.128.1.0/24', 'fd00:10:0:1::/64'],
    ['10.128.2.0/24', 'fd00:10:0:2::/64'],
  ]);
});
