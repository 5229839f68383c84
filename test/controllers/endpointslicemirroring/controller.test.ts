import { describe, expect, test } from 'vitest';
import { endpointSliceMirroringController } from '../../../src/controllers/endpointslicemirroring/controller.ts';
import { mirrorOf } from '../../../src/controllers/endpointslicemirroring/mirror.ts';
import { endpoints, type Endpoints } from '../../../src/resources/core/endpoints.ts';
import { services, type Service } from '../../../src/resources/core/service.ts';
import { endpointSlices, type EndpointSlice } from '../../../src/resources/discovery/endpointslice.ts';
import { TestCluster } from '../support/cluster.ts';

const subsets = [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'http', port: 80 }] }];

function setUp(spec: Partial<Service['spec']> | null = {}) {
  const cluster = new TestCluster({ controllers: [endpointSliceMirroringController] });
  if (spec)
    cluster.create(services, { metadata: { name: 'web', namespace: 'default' }, spec: { ports: [{ port: 80 }], ...spec } });
  const write = (list: Endpoints['subsets'], metadata: Partial<Endpoints['metadata']> = {}) => {
    cluster.create(endpoints, { metadata: { name: 'web', namespace: 'default', ...metadata }, subsets: list });
    cluster.settle();
  };
  const change = (change: (object: Endpoints) => void) => {
    cluster.change(endpoints, 'default', 'web', change);
    cluster.settle();
  };
  const slices = (): readonly EndpointSlice[] => cluster.list(endpointSlices, 'default');
  return { cluster, write, change, slices };
}

test('what somebody wrote is in a slice, with its labels and annotations', () => {
  const { cluster, write, slices } = setUp();
  write(subsets, {
    labels: { team: 'a' },
    annotations: {
      note: 'x',
      'endpoints.kubernetes.io/last-change-trigger-time': 't',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    },
  });
  const [slice, ...more] = slices();
  expect(more).toEqual([]);
  const { uid } = cluster.get(endpoints, 'default', 'web')!.metadata;
  expect(slice).toMatchObject({
    metadata: {
      generateName: 'web-',
      labels: {
        team: 'a',
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: 'web', uid, controller: true, blockOwnerDeletion: true }],
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }],
  });
  expect(slice!.metadata.annotations).toEqual({ note: 'x' });
  expect(cluster.plan('endpointslicemirroring default/web')).toEqual({ writes: [], events: [] });
});

describe('what is mirrored', () => {
  test.each<[string, Partial<Service['spec']> | null, Partial<Endpoints['metadata']>, number]>([
    ['of a Service without a selector', {}, {}, 1],
    ['of one with an empty selector', { selector: {} }, {}, 1],
    ['of an external name', { type: 'ExternalName', externalName: 'x' }, {}, 1],
    ['of one with a selector', { selector: { app: 'web' } }, {}, 0],
    ['without a Service', null, {}, 0],
    ['with the label that forbids it', {}, { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, 0],
    ['with that label, saying no', {}, { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'false' } }, 1],
    ['that are a lock', {}, { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }, 0],
  ])('%s', (_name, spec, metadata, count) => {
    const { write, slices } = setUp(spec);
    write(subsets, metadata);
    expect(slices()).toHaveLength(count);
  });
});

describe('slices go', () => {
  test.each<[string, (cluster: TestCluster) => void]>([
    ['with the Endpoints', (cluster) => cluster.remove(endpoints, 'default', 'web')],
    ['with the Service', (cluster) => cluster.remove(services, 'default', 'web')],
    [
      'when the Service gets a selector',
      (cluster) => void cluster.change(services, 'default', 'web', ({ spec }) => void (spec.selector = { app: 'web' })),
    ],
    [
      'when the label forbids them',
      (cluster) =>
        void cluster.change(endpoints, 'default', 'web', ({ metadata }) => {
          metadata.labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
        }),
    ],
    [
      'when the Endpoints are empty',
      (cluster) => void cluster.change(endpoints, 'default', 'web', (object) => void delete object.subsets),
    ],
  ])('%s', (_name, act) => {
    const { cluster, write, slices } = setUp();
    write(subsets);
    expect(slices()).toHaveLength(1);
    act(cluster);
    cluster.settle();
    expect(slices()).toEqual([]);
  });

  test('and come when the Service comes, or loses its selector', () => {
    const { cluster, write, slices } = setUp(null);
    write(subsets);
    cluster.create(services, { metadata: { name: 'web', namespace: 'default' }, spec: { selector: { app: 'web' } } });
    cluster.settle();
    expect(slices()).toEqual([]);
    cluster.change(services, 'default', 'web', ({ spec }) => void delete spec.selector);
    cluster.settle();
    expect(slices()).toHaveLength(1);
  });
});

describe('changes', () => {
  test('of addresses, ports and labels are written into the slice that is there', () => {
    const { write, change, slices } = setUp();
    write(subsets);
    const { uid } = slices()[0]!.metadata;
    change(
      (object) =>
        void (object.subsets = [{ addresses: [{ ip: '10.1.2.4' }, { ip: '10.1.2.3' }], ports: [{ name: 'http', port: 80 }] }]),
    );
    expect(
      slices()[0]!
        .endpoints!.map(({ addresses }) => addresses[0])
        .sort(),
    ).toEqual(['10.1.2.3', '10.1.2.4']);
    change((object) => void (object.subsets![0]!.ports = [{ name: 'http', port: 81 }]));
    expect(slices()[0]!.ports).toEqual([{ name: 'http', port: 81, protocol: 'TCP' }]);
    change(({ metadata }) => void (metadata.labels = { a: 'b' }));
    expect(slices()[0]!.metadata.labels).toMatchObject({ a: 'b' });
    change(({ metadata }) => void (metadata.annotations = { c: 'd' }));
    expect(slices()[0]!.metadata).toMatchObject({ uid, labels: { a: 'b' }, annotations: { c: 'd' } });
    expect(slices()).toHaveLength(1);
  });

  test('in the order of addresses are none', () => {
    const { cluster, write } = setUp();
    write([{ addresses: [{ ip: '10.1.2.3' }, { ip: '10.1.2.4' }], ports: [{ port: 80 }] }]);
    cluster.change(endpoints, 'default', 'web', (object) => void object.subsets![0]!.addresses!.reverse());
    expect(cluster.plan('endpointslicemirroring default/web').writes).toEqual([]);
  });

  test('a slice that somebody changed is put right, one that somebody removed comes back', () => {
    const { cluster, write, slices } = setUp();
    write(subsets);
    const { name } = slices()[0]!.metadata;
    cluster.change(endpointSlices, 'default', name, (slice) => void (slice.endpoints = []));
    cluster.settle();
    expect(slices()[0]!.endpoints).toHaveLength(1);
    cluster.remove(endpointSlices, 'default', name);
    cluster.settle();
    expect(slices()).toHaveLength(1);
  });

  test('Endpoints that were made anew own the slice of their predecessor', () => {
    const { cluster, write, slices } = setUp();
    write(subsets);
    cluster.remove(endpoints, 'default', 'web');
    write(subsets);
    const { uid } = cluster.get(endpoints, 'default', 'web')!.metadata;
    expect(slices().map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([uid]);
  });
});

describe('what a mirror holds', () => {
  const shown = (object: Pick<Endpoints, 'subsets'>, max?: number) => {
    const { slices, invalid, skipped } = mirrorOf(object as Endpoints, max);
    const lines = slices.map(({ addressType, ports, endpoints: list }) => {
      const all = list.map(({ addresses, conditions }) => addresses[0] + (conditions!.ready ? '' : '!'));
      return `${addressType} ${ports.map(({ port }) => port).join('+')}: ${all.join(' ')}`;
    });
    return [...lines, ...(invalid ? [`invalid ${invalid}`] : []), ...(skipped ? [`skipped ${skipped}`] : [])];
  };
  const list = (...ips: string[]) => ips.map((ip) => ({ ip }));
  test.each<[string, NonNullable<Endpoints['subsets']>, string[], number?]>([
    ['nothing', [], []],
    ['a subset without addresses', [{ ports: [{ port: 80 }] }], []],
    [
      'ready ones and others',
      [{ addresses: list('10.0.0.1'), notReadyAddresses: list('10.0.0.2'), ports: [{ port: 80 }] }],
      ['IPv4 80: 10.0.0.1 10.0.0.2!'],
    ],
    [
      'two families',
      [{ addresses: list('10.0.0.1', 'fd00::1'), ports: [{ port: 80 }] }],
      ['IPv4 80: 10.0.0.1', 'IPv6 80: fd00::1'],
    ],
    ['no ports', [{ addresses: list('10.0.0.1') }], ['IPv4 : 10.0.0.1']],
    [
      'two subsets with the same ports',
      [
        { addresses: list('10.0.0.1'), ports: [{ port: 80 }] },
        { addresses: list('10.0.0.2'), ports: [{ port: 80 }] },
      ],
      ['IPv4 80: 10.0.0.1 10.0.0.2'],
    ],
    [
      'two ports for one address',
      [
        { addresses: list('10.0.0.1'), ports: [{ name: 'a', port: 80 }] },
        { addresses: list('10.0.0.1'), ports: [{ name: 'b', port: 81 }] },
      ],
      ['IPv4 80+81: 10.0.0.1'],
    ],
    [
      'two sets of ports',
      [
        { addresses: list('10.0.0.1'), ports: [{ name: 'a', port: 80 }] },
        { addresses: list('10.0.0.2'), ports: [{ name: 'a', port: 81 }] },
      ],
      ['IPv4 80: 10.0.0.1', 'IPv4 81: 10.0.0.2'],
    ],
    ['another way to write an address', [{ addresses: list('FD00:0::1'), ports: [{ port: 80 }] }], ['IPv6 80: fd00::1']],
    [
      'no address',
      [{ addresses: list('nonsense', '10.0.0.1'), ports: [{ port: 80 }] }],
      ['IPv4 80: 10.0.0.1', 'invalid 1', 'skipped 1'],
    ],
    [
      'too many',
      [{ addresses: list('10.0.0.1', '10.0.0.2'), notReadyAddresses: list('10.0.0.3'), ports: [{ port: 80 }] }],
      ['IPv4 80: 10.0.0.1 10.0.0.2', 'skipped 1'],
      2,
    ],
  ])('%s', (_name, object, expected, max) => expect(shown({ subsets: object }, max)).toEqual(expected));

  test('names, nodes and references', () => {
    const targetRef = { kind: 'Pod', name: 'p', namespace: 'default' };
    const address = { ip: '10.0.0.1', hostname: 'h', nodeName: 'n', targetRef };
    const ports = [{ name: 'a', port: 80, protocol: 'UDP', appProtocol: 'http' }];
    expect(mirrorOf({ subsets: [{ addresses: [address], ports }] } as Endpoints).slices).toEqual([
      {
        addressType: 'IPv4',
        ports,
        endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true }, hostname: 'h', nodeName: 'n', targetRef }],
      },
    ]);
  });
});

test.each([
  [
    1002,
    [],
    'TooManyAddressesToMirror A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped',
  ],
  [1, ['nonsense'], 'InvalidIPAddress Skipped 1 invalid IP addresses when mirroring to EndpointSlices'],
])('what is left out of %i and %j is said', (count, others, expected) => {
  const { cluster, write } = setUp();
  const ips = [...Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}`), ...others];
  write([{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }]);
  expect([...new Set(cluster.events.map(({ reason, message }) => `${reason} ${message}`))]).toEqual([expected]);
});
