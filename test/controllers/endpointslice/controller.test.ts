import { describe, expect, test } from 'vitest';
import { endpointSliceController } from '../../../src/controllers/endpointslice/controller.ts';
import type { Write } from '../../../src/machinery/reconcile.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { services, type Service } from '../../../src/resources/core/service.ts';
import { endpointSlices, type EndpointSlice } from '../../../src/resources/discovery/endpointslice.ts';
import { TestCluster } from '../support/cluster.ts';

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
let addresses = 0;
const webPod = (
  name: string,
  {
    spec,
    status,
    labels = { app: 'web' },
  }: { spec?: Partial<Pod['spec']>; status?: Pod['status']; labels?: Record<string, string> } = {},
) => ({
  metadata: { name, namespace: 'default', labels },
  spec: { nodeName: 'node-0', containers: [{ name: 'web', image: 'web' }], ...spec },
  status: { phase: 'Running', podIP: `10.0.0.${++addresses}`, conditions: ready('True'), ...status },
});

/** A cluster with two nodes and the Service `web`. Kinds' own defaults apply. */
function setUp(spec?: Partial<Service['spec']>, labels?: Record<string, string>) {
  addresses = 0;
  const cluster = new TestCluster({ controllers: [endpointSliceController] });
  cluster.create(nodes, { metadata: { name: 'node-0', labels: { 'topology.kubernetes.io/zone': 'z1' } }, spec: {} });
  cluster.create(nodes, { metadata: { name: 'node-1' }, spec: {} });
  cluster.create(services, service(spec, labels));
  return cluster;
}
const slicesOf = (cluster: TestCluster): EndpointSlice[] => [...cluster.list(endpointSlices, 'default')];
const key = 'endpointslice default/web';
/** What the controller writes next, a word each. */
const writesOf = (cluster: TestCluster): Write['verb'][] => cluster.plan(key).writes.map(({ verb }) => verb);

test('a Service and its pods get a slice', () => {
  const cluster = setUp({}, { team: 'a' });
  const pod = cluster.create(pods, webPod('web-1'));
  cluster.settle();
  const [slice, ...others] = slicesOf(cluster);
  expect(others).toEqual([]);
  const uid = cluster.get(services, 'default', 'web')!.metadata.uid;
  expect(slice).toMatchObject({
    metadata: {
      generateName: 'web-',
      labels: {
        team: 'a',
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid, controller: true, blockOwnerDeletion: true }],
    },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: [
      {
        addresses: ['10.0.0.1'],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: 'node-0',
        zone: 'z1',
        targetRef: { kind: 'Pod', namespace: 'default', name: 'web-1', uid: pod.metadata.uid },
      },
    ],
  });
  expect(slice!.metadata.labels).not.toHaveProperty('service.kubernetes.io/headless');
  expect(cluster.plan(key)).toEqual({ writes: [], events: [] });
});

describe('which Services have slices', () => {
  test.each<[string, Partial<Service['spec']>, number]>([
    ['one with a selector', {}, 1],
    ['one without', { selector: undefined }, 0],
    ['one with an empty selector', { selector: {} }, 0],
    ['an external name', { type: 'ExternalName', externalName: 'x.example' }, 0],
    ['headless', { clusterIP: 'None' }, 1],
    ['two families', { ipFamilies: ['IPv4', 'IPv6'] }, 2],
  ])('%s', (_name, spec, count) => {
    const cluster = setUp(spec);
    cluster.settle();
    expect(slicesOf(cluster).length).toBe(count);
  });
});

describe('which pods, and how', () => {
  const cases: [string, Parameters<typeof webPod>[1], Partial<Service['spec']>, object | undefined][] = [
    ['a ready one', {}, {}, { conditions: { ready: true, serving: true, terminating: false } }],
    [
      'one that is not ready',
      { status: { conditions: ready('False') } },
      {},
      { conditions: { ready: false, serving: false, terminating: false } },
    ],
    [
      'not ready, but to be published',
      { status: { conditions: ready('False') } },
      { publishNotReadyAddresses: true },
      { conditions: { ready: true, serving: false, terminating: false } },
    ],
    ['one without an address', { status: { podIP: undefined } }, {}, undefined],
    ['one that has ended', { status: { phase: 'Succeeded' } }, {}, undefined],
    ['one with other labels', { labels: { app: 'db' } }, {}, undefined],
    ['an address of another family', { status: { podIPs: [{ ip: 'fd00::1' }] } }, {}, undefined],
    [
      'the address of the family',
      { status: { podIPs: [{ ip: 'fd00::1' }, { ip: '10.1.1.1' }] } },
      {},
      { addresses: ['10.1.1.1'] },
    ],
    ['one on a node that is not there', { spec: { nodeName: 'node-9' } }, {}, undefined],
    [
      'not there, but to be published',
      { spec: { nodeName: 'node-9' } },
      { publishNotReadyAddresses: true },
      { nodeName: 'node-9' },
    ],
    ['a name of its own', { spec: { hostname: 'one', subdomain: 'web' } }, {}, { hostname: 'one' }],
  ];
  test.each(cases)('%s', (_name, parts, spec, expected) => {
    const cluster = setUp(spec);
    cluster.create(pods, webPod('web-1', parts));
    cluster.settle();
    const endpoints = slicesOf(cluster).flatMap((slice) => slice.endpoints ?? []);
    if (expected) expect(endpoints).toMatchObject([expected]);
    else expect(endpoints).toEqual([]);
  });

  test('a name under another Service is not one here', () => {
    const cluster = setUp();
    cluster.create(pods, webPod('web-1', { spec: { hostname: 'one', subdomain: 'db' } }));
    cluster.settle();
    expect(slicesOf(cluster)[0]!.endpoints![0]).not.toHaveProperty('hostname');
  });

  test('one that is being deleted serves until it is gone', () => {
    const cluster = setUp();
    cluster.create(pods, webPod('web-1'));
    cluster.change(pods, 'default', 'web-1', (pod) => void (pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
    cluster.settle();
    expect(slicesOf(cluster)[0]!.endpoints).toMatchObject([{ conditions: { ready: false, serving: true, terminating: true } }]);
    cluster.remove(pods, 'default', 'web-1');
    cluster.settle();
    expect(slicesOf(cluster)).toMatchObject([{ endpoints: [] }]);
  });

  test('a pod whose node comes later is looked at again', () => {
    const cluster = setUp();
    cluster.create(pods, webPod('web-1', { spec: { nodeName: 'node-9' } }));
    cluster.settle();
    expect(cluster.nextMs).toBe(10_000);
    cluster.create(nodes, { metadata: { name: 'node-9' }, spec: {} });
    cluster.advance(10);
    cluster.settle();
    expect(slicesOf(cluster)[0]!.endpoints!.length).toBe(1);
    expect(cluster.nextMs).toBeUndefined();
  });
});

describe('ports', () => {
  const named = (containerPort: number, more: object = {}) => ({
    containers: [{ name: 'web', image: 'web', ports: [{ name: 'http', containerPort, ...more }] }],
  });
  const toHttp = { ports: [{ name: 'web', port: 80, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' }] };

  test('named ones are those of each pod, and pods share a slice by them', () => {
    const cluster = setUp(toHttp);
    cluster.create(pods, webPod('web-1', { spec: named(8080) }));
    cluster.create(pods, webPod('web-2', { spec: named(9090) }));
    cluster.create(pods, webPod('web-3', { spec: named(8080) }));
    cluster.settle();
    const found = slicesOf(cluster).map(({ ports, endpoints }) => [ports, endpoints!.length]);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual([[{ name: 'web', port: 8080, protocol: 'TCP', appProtocol: 'http' }], 2]);
    expect(found).toContainEqual([[{ name: 'web', port: 9090, protocol: 'TCP', appProtocol: 'http' }], 1]);
  });

  test.each([
    ['a port of another protocol', named(80, { protocol: 'UDP' }), []],
    ['no such port', {}, []],
    ['the port of a sidecar', { initContainers: [{ ...named(80).containers[0]!, restartPolicy: 'Always' }] }, [{ port: 80 }]],
  ])('%s', (_name, spec, ports) => {
    const cluster = setUp(toHttp);
    cluster.create(pods, webPod('web-1', { spec: spec as never }));
    cluster.settle();
    expect(slicesOf(cluster)).toMatchObject([{ ports }]);
  });

  test('a headless Service needs none', () => {
    const cluster = setUp({ clusterIP: 'None', ports: undefined });
    cluster.create(pods, webPod('web-1'));
    cluster.settle();
    const [slice] = slicesOf(cluster);
    expect(slice).toMatchObject({ ports: [], endpoints: [{ addresses: ['10.0.0.1'] }] });
    expect(slice!.metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
  });

  test('another set of ports is written over the slice of the old', () => {
    const cluster = setUp();
    cluster.create(pods, webPod('web-1'));
    cluster.settle();
    const [before] = slicesOf(cluster);
    cluster.change(services, 'default', 'web', (next) => void (next.spec.ports![0]!.targetPort = 9090));
    expect(writesOf(cluster)).toEqual(['update']);
    cluster.settle();
    const after = slicesOf(cluster);
    expect(after).toMatchObject([{ metadata: { name: before!.metadata.name }, ports: [{ port: 9090 }] }]);
  });
});

test('no endpoints: one empty slice, that the first pod takes over and the last leaves behind', () => {
  const cluster = setUp();
  cluster.settle();
  const name = slicesOf(cluster)[0]!.metadata.name;
  expect(slicesOf(cluster)).toMatchObject([{ ports: [], endpoints: [] }]);
  expect(cluster.plan(key)).toEqual({ writes: [], events: [] });
  cluster.create(pods, webPod('web-1'));
  expect(writesOf(cluster)).toEqual(['update']);
  cluster.settle();
  expect(slicesOf(cluster)).toMatchObject([{ metadata: { name }, endpoints: [{}] }]);
  cluster.remove(pods, 'default', 'web-1');
  expect(writesOf(cluster)).toEqual(['update']);
  cluster.settle();
  expect(slicesOf(cluster)).toMatchObject([{ metadata: { name }, ports: [], endpoints: [] }]);
});

test('500 pods take five slices, and one that becomes ready changes one of them', () => {
  const cluster = setUp();
  for (let i = 0; i < 500; i++)
    cluster.create(pods, webPod(`web-${i}`, { status: { podIP: `10.1.${i >> 8}.${i & 255}`, conditions: ready('False') } }));
  cluster.settle();
  expect(slicesOf(cluster).map((slice) => slice.endpoints!.length)).toEqual([100, 100, 100, 100, 100]);
  cluster.change(pods, 'default', 'web-7', (pod) => void (pod.status!.conditions = ready('True', '2026-01-01T00:00:30Z')));
  const plan = cluster.reconcile(key);
  expect(plan.writes).toMatchObject([
    {
      verb: 'update',
      object: { metadata: { annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:30Z' } } },
    },
  ]);
});

test("labels follow the Service's", () => {
  const cluster = setUp({}, { team: 'a' });
  cluster.create(pods, webPod('web-1'));
  cluster.settle();
  cluster.change(services, 'default', 'web', (next) => void (next.metadata.labels = { team: 'b' }));
  expect(writesOf(cluster)).toEqual(['update']);
  cluster.settle();
  expect(slicesOf(cluster)[0]!.metadata.labels).toMatchObject({ team: 'b', 'kubernetes.io/service-name': 'web' });
});

test('slices of others are left alone, those of an earlier Service of the name are replaced', () => {
  const cluster = setUp();
  cluster.create(pods, webPod('web-1'));
  cluster.settle();
  const [mine] = slicesOf(cluster);
  const foreign = { ...mine!.metadata.labels, 'endpointslice.kubernetes.io/managed-by': 'me' };
  cluster.create(endpointSlices, { ...mine, metadata: { name: 'foreign', namespace: 'default', labels: foreign } });
  cluster.settle();
  expect(slicesOf(cluster).map(({ metadata }) => metadata.name)).toEqual(['foreign', mine!.metadata.name].sort());

  cluster.remove(services, 'default', 'web');
  cluster.create(services, service());
  cluster.settle();
  const left = slicesOf(cluster).map(({ metadata }) => metadata.name);
  expect(left).toHaveLength(2);
  expect(left).not.toContain(mine!.metadata.name);
});

test('nothing is created for a Service, or in a namespace, that is being deleted', () => {
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  const going = setUp();
  going.change(services, 'default', 'web', (next) => void (next.metadata.deletionTimestamp = deletionTimestamp));
  expect(writesOf(going)).toEqual([]);
  const ending = setUp();
  ending.create(namespaces, { metadata: { name: 'default', deletionTimestamp }, spec: {} });
  expect(writesOf(ending)).toEqual([]);
});

test('a slice that somebody changed or deleted comes back', () => {
  const cluster = setUp();
  cluster.create(pods, webPod('web-1'));
  cluster.settle();
  const { name } = slicesOf(cluster)[0]!.metadata;
  cluster.change(endpointSlices, 'default', name, (slice) => void (slice.endpoints = []));
  cluster.settle();
  expect(slicesOf(cluster)).toMatchObject([{ endpoints: [{ addresses: ['10.0.0.1'] }] }]);
  cluster.remove(endpointSlices, 'default', name);
  cluster.settle();
  expect(slicesOf(cluster)).toMatchObject([{ endpoints: [{ addresses: ['10.0.0.1'] }] }]);
});

describe('for whom endpoints are meant', () => {
  const zones = { forZones: [{ name: 'z1' }] };
  const nodesToo = { ...zones, forNodes: [{ name: 'node-0' }] };
  test.each<[string | undefined, object, Record<string, string>, object | undefined]>([
    [undefined, {}, {}, undefined],
    ['PreferClose', {}, {}, zones],
    ['PreferSameZone', {}, {}, zones],
    ['PreferSameNode', {}, {}, nodesToo],
    ['PreferSameZone', { spec: { nodeName: 'node-1' } }, {}, undefined],
    ['PreferSameNode', { spec: { nodeName: 'node-1' } }, {}, { forNodes: [{ name: 'node-1' }] }],
    ['PreferSameZone', { status: { conditions: ready('False') } }, {}, undefined],
    ['PreferSameZone', {}, { 'service.kubernetes.io/topology-mode': 'Auto' }, undefined],
    ['PreferSameZone', {}, { 'service.kubernetes.io/topology-mode': 'Disabled' }, zones],
    [
      'PreferSameZone',
      {},
      { 'service.kubernetes.io/topology-aware-hints': 'Disabled', 'service.kubernetes.io/topology-mode': 'Auto' },
      zones,
    ],
  ])('%s %j %j', (trafficDistribution, pod, annotations, expected) => {
    const cluster = setUp({ trafficDistribution });
    cluster.change(services, 'default', 'web', ({ metadata }) => void (metadata.annotations = annotations));
    cluster.create(pods, webPod('web-1', pod));
    cluster.settle();
    expect(slicesOf(cluster)[0]!.endpoints![0]!.hints).toEqual(expected);
    expect(cluster.plan(key).writes).toEqual([]);
  });

  test('hints follow the Service', () => {
    const cluster = setUp();
    cluster.create(pods, webPod('web-1'));
    cluster.settle();
    for (const [trafficDistribution, expected] of [
      ['PreferSameNode', nodesToo],
      ['PreferSameZone', zones],
      [undefined, undefined],
    ] as const) {
      cluster.change(services, 'default', 'web', ({ spec }) => void (spec.trafficDistribution = trafficDistribution));
      cluster.settle();
      expect(slicesOf(cluster)[0]!.endpoints![0]!.hints).toEqual(expected);
    }
  });
});
