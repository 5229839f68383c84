import { describe, expect, test } from 'vitest';
import { endpointsController } from '../../../src/controllers/endpoints/controller.ts';
import { endpoints } from '../../../src/resources/core/endpoints.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { services, type Service } from '../../../src/resources/core/service.ts';
import { TestCluster } from '../support/cluster.ts';

const key = 'endpoint default/web';
const service = (spec: Partial<Service['spec']> = {}, labels?: Record<string, string>) => ({
  metadata: { name: 'web', namespace: 'default', labels },
  spec: {
    clusterIP: '10.96.0.9',
    ipFamilies: ['IPv4'],
    selector: { app: 'web' },
    ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
    ...spec,
  },
});
const ready = (status: 'True' | 'False', lastTransitionTime = '2026-01-01T00:00:00Z') => [
  { type: 'Ready', status, lastTransitionTime },
];
const webPod = (name: string, podIP: string | undefined, more: { spec?: Partial<Pod['spec']>; status?: Pod['status'] } = {}) => ({
  metadata: { name, namespace: 'default', labels: { app: 'web' } },
  spec: { nodeName: 'node-0', containers: [{ name: 'web', image: 'web' }], ...more.spec },
  status: { phase: 'Running', podIP, conditions: ready('True'), ...more.status },
});
function setUp(spec?: Partial<Service['spec']>, labels?: Record<string, string>) {
  const cluster = new TestCluster({ controllers: [endpointsController] });
  cluster.create(services, service(spec, labels));
  return cluster;
}
const found = (cluster: TestCluster) => cluster.get(endpoints, 'default', 'web');

test('a Service and its pods', () => {
  const cluster = setUp({}, { team: 'a' });
  const one = cluster.create(pods, webPod('web-1', '10.0.0.1'));
  cluster.create(pods, webPod('web-2', '10.0.0.2', { status: { conditions: ready('False') } }));
  cluster.settle();
  expect(found(cluster)).toMatchObject({
    metadata: {
      labels: { team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
    },
    subsets: [
      {
        addresses: [
          {
            ip: '10.0.0.1',
            nodeName: 'node-0',
            targetRef: { kind: 'Pod', namespace: 'default', name: 'web-1', uid: one.metadata.uid },
          },
        ],
        notReadyAddresses: [{ ip: '10.0.0.2' }],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ],
  });
  expect(cluster.plan(key)).toEqual({ writes: [], events: [] });
  expect(cluster.events).toEqual([]);
});

test('follows readiness, deletion and the labels of the Service', () => {
  const cluster = setUp();
  cluster.create(pods, webPod('web-1', '10.0.0.1'));
  cluster.settle();
  cluster.change(pods, 'default', 'web-1', (pod) => void (pod.status!.conditions = ready('False', '2026-01-01T00:01:00Z')));
  cluster.settle();
  expect(found(cluster)).toMatchObject({
    metadata: { annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:01:00Z' } },
    subsets: [{ notReadyAddresses: [{ ip: '10.0.0.1' }] }],
  });
  cluster.change(pods, 'default', 'web-1', (pod) => void (pod.metadata.deletionTimestamp = '2026-01-01T00:02:00Z'));
  cluster.settle();
  expect(found(cluster)!.subsets).toEqual([]);
  cluster.change(services, 'default', 'web', (next) => void (next.metadata.labels = { team: 'b' }));
  cluster.settle();
  expect(found(cluster)!.metadata.labels).toMatchObject({ team: 'b' });
});

test('what changes on a pod without changing its endpoint is not written', () => {
  const cluster = setUp();
  cluster.create(pods, webPod('web-1', '10.0.0.1'));
  cluster.settle();
  cluster.change(pods, 'default', 'web-1', (pod) => void (pod.metadata.annotations = { note: 'x' }));
  expect(cluster.due).toEqual([]);
  expect(cluster.plan(key).writes).toEqual([]);
});

describe('which pods, and how', () => {
  test.each<[string, Partial<Service['spec']>, object, object[]]>([
    [
      'not ready, but to be published',
      { publishNotReadyAddresses: true },
      webPod('p', '10.0.0.1', { status: { conditions: ready('False') } }),
      [{ addresses: [{ ip: '10.0.0.1' }] }],
    ],
    [
      'being deleted, but to be published',
      { publishNotReadyAddresses: true },
      { ...webPod('p', '10.0.0.1'), metadata: { ...webPod('p', '').metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
      [{ addresses: [{ ip: '10.0.0.1' }] }],
    ],
    ['ended', {}, webPod('p', '10.0.0.1', { status: { phase: 'Failed' } }), []],
    ['without an address', {}, webPod('p', undefined), []],
    [
      'the address of the first family',
      {},
      webPod('p', 'fd00::1', { status: { podIPs: [{ ip: 'fd00::1' }, { ip: '10.0.0.1' }] } }),
      [{ addresses: [{ ip: '10.0.0.1' }] }],
    ],
    [
      'a name of its own',
      {},
      webPod('p', '10.0.0.1', { spec: { hostname: 'one', subdomain: 'web' } }),
      [{ addresses: [{ hostname: 'one' }] }],
    ],
    [
      'headless without ports',
      { clusterIP: 'None', ports: undefined },
      webPod('p', '10.0.0.1'),
      [{ addresses: [{ ip: '10.0.0.1' }] }],
    ],
    ['a named port that it does not have', { ports: [{ port: 80, targetPort: 'http' }] }, webPod('p', '10.0.0.1'), []],
  ])('%s', (_name, spec, pod, subsets) => {
    const cluster = setUp(spec);
    cluster.create(pods, pod);
    cluster.settle();
    expect(found(cluster)!.subsets).toMatchObject(subsets);
    expect(found(cluster)!.subsets).toHaveLength(subsets.length);
  });
});

test('past 1000 addresses it is cut, says so, and comes to rest', () => {
  const cluster = setUp();
  for (let i = 0; i < 1001; i++) cluster.create(pods, webPod(`web-${i}`, `10.1.${i >> 8}.${i & 255}`));
  cluster.reconcile(key);
  expect(found(cluster)!.subsets![0]!.addresses).toHaveLength(1000);
  expect(found(cluster)!.metadata.annotations).toMatchObject({ 'endpoints.kubernetes.io/over-capacity': 'truncated' });
  expect(cluster.plan(key).writes).toEqual([]);
  cluster.remove(pods, 'default', 'web-0');
  cluster.reconcile(key);
  expect(found(cluster)!.metadata.annotations).not.toHaveProperty('endpoints.kubernetes.io/over-capacity');
});

describe('with their Service', () => {
  test('they go', () => {
    const cluster = setUp();
    cluster.settle();
    expect(found(cluster)).toBeDefined();
    cluster.remove(services, 'default', 'web');
    cluster.settle();
    expect(found(cluster)).toBeUndefined();
  });

  test('those that somebody wrote may be there before it, and belong to them when it has no selector', () => {
    const cluster = new TestCluster({ controllers: [endpointsController] });
    cluster.create(endpoints, { metadata: { name: 'web', namespace: 'default' }, subsets: [{ addresses: [{ ip: '1.2.3.4' }] }] });
    cluster.settle();
    cluster.create(services, service({ selector: undefined }));
    cluster.settle();
    expect(found(cluster)!.subsets).toEqual([{ addresses: [{ ip: '1.2.3.4' }] }]);
    cluster.remove(services, 'default', 'web');
    cluster.settle();
    expect(found(cluster)).toBeUndefined();
  });

  test('a record of a leader election is none of ours', () => {
    const cluster = new TestCluster({ controllers: [endpointsController] });
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': '{}' };
    cluster.create(endpoints, { metadata: { name: 'web', namespace: 'default', annotations } });
    expect(cluster.plan(key).writes).toEqual([]);
  });
});
