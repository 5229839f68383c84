import { expect, test } from 'vitest';
import { apiServiceAvailabilityController } from '../../../src/controllers/apiservice/availability.ts';
import { apiServices } from '../../../src/resources/apiregistration/apiservice.ts';
import { services } from '../../../src/resources/core/service.ts';
import { endpointSlices } from '../../../src/resources/discovery/endpointslice.ts';
import { TestCluster } from '../support/cluster.ts';

const name = 'v1beta1.metrics.example.com';

function registered() {
  const cluster = new TestCluster({ controllers: [apiServiceAvailabilityController] });
  cluster.create(apiServices, {
    metadata: { name },
    spec: {
      group: 'metrics.example.com',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { namespace: 'default', name: 'metrics', port: 443 },
    },
  });
  cluster.settle();
  return cluster;
}

const condition = (cluster: TestCluster) => cluster.get(apiServices, '', name)!.status!.conditions![0]!;
const addService = (cluster: TestCluster, port = 443, type = 'ClusterIP') =>
  cluster.create(services, {
    metadata: { name: 'metrics', namespace: 'default' },
    spec: { type, ports: [{ name: 'https', port, protocol: 'TCP' }] },
  });
const addSlice = (cluster: TestCluster, ready: boolean) =>
  cluster.create(endpointSlices, {
    metadata: { name: 'metrics-a', namespace: 'default', labels: { 'kubernetes.io/service-name': 'metrics' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }],
    ports: [{ name: 'https', port: 4443 }],
  });

test('the condition says how far one comes on the way to the Service', () => {
  const cluster = registered();
  const since = condition(cluster).lastTransitionTime;
  const expectReason = (reason: string, message: string) => {
    cluster.now = new Date(cluster.now.getTime() + 60_000);
    cluster.settle();
    expect(condition(cluster)).toEqual({ type: 'Available', status: 'False', reason, message, lastTransitionTime: since });
  };
  expectReason('ServiceNotFound', 'service/metrics in "default" is not present');
  addService(cluster, 80);
  expectReason('ServicePortError', 'service/metrics in "default" is not listening on port 443');
  cluster.change(services, 'default', 'metrics', ({ spec }) => void (spec.ports![0]!.port = 443));
  expectReason('EndpointsNotFound', 'cannot find endpointslices for service/metrics in "default"');
  addSlice(cluster, false);
  expectReason('MissingEndpoints', 'endpointslices for service/metrics in "default" have no addresses with port name "https"');
  cluster.change(endpointSlices, 'default', 'metrics-a', ({ endpoints }) => void delete endpoints![0]!.conditions);
  expectReason(
    'FailedDiscoveryCheck',
    'failing or missing response from https://metrics.default.svc:443/apis/metrics.example.com/v1beta1: the nodes of this cluster carry no traffic to services yet',
  );
  cluster.remove(services, 'default', 'metrics');
  expectReason('ServiceNotFound', 'service/metrics in "default" is not present');
});

test('endpoints are nothing to a Service that is a name elsewhere', () => {
  const cluster = registered();
  addService(cluster, 80, 'ExternalName');
  cluster.settle();
  expect(condition(cluster).reason).toBe('FailedDiscoveryCheck');
});

test('what the server serves itself is always available', () => {
  const cluster = registered();
  cluster.now = new Date('2026-01-02T00:00:00Z');
  cluster.change(apiServices, '', name, ({ spec }) => void delete spec.service);
  cluster.settle();
  expect(condition(cluster)).toEqual({
    type: 'Available',
    status: 'True',
    reason: 'Local',
    message: 'Local APIServices are always available',
    lastTransitionTime: '2026-01-02T00:00:00Z',
  });
});
