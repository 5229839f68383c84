import { expect, test } from 'vitest';
import { ipAddressController } from '../../../src/controllers/ipaddress/controller.ts';
import { services, type Service } from '../../../src/resources/core/service.ts';
import { ipAddresses } from '../../../src/resources/networking/ipaddress.ts';
import { TestCluster } from '../support/cluster.ts';

function setUp() {
  const cluster = new TestCluster({ controllers: [ipAddressController] });
  const create = (name: string, spec: Partial<Service['spec']>) => {
    cluster.create(services, { metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }], ...spec } });
    cluster.settle();
  };
  const all = () => cluster.list(ipAddresses).map(({ metadata, spec }) => `${metadata.name} ${spec.parentRef.name}`);
  return { cluster, create, all };
}
const single = (ip: string) => ({ clusterIP: ip, clusterIPs: [ip] });

test('the address of a Service is written down, and goes with it', () => {
  const { cluster, create, all } = setUp();
  create('web', single('10.96.0.9'));
  expect(cluster.get(ipAddresses, '', '10.96.0.9')).toMatchObject({
    metadata: {
      labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
    },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
  });
  cluster.remove(services, 'default', 'web');
  cluster.settle();
  expect(all()).toEqual([]);
});

test.each<[string, Partial<Service['spec']>, string[]]>([
  ['two families', { clusterIPs: ['fd00::9', '10.96.0.9'] }, ['10.96.0.9 web', 'fd00::9 web']],
  ['headless', single('None'), []],
  ['an external name', { type: 'ExternalName', externalName: 'x' }, []],
])('%s', (_name, spec, expected) => {
  const { create, all } = setUp();
  create('web', spec);
  expect(all()).toEqual(expected);
});

test('a Service that gives up its second address', () => {
  const { cluster, create, all } = setUp();
  create('web', { clusterIPs: ['10.96.0.9', 'fd00::9'] });
  cluster.change(services, 'default', 'web', ({ spec }) => void (spec.clusterIPs = ['10.96.0.9']));
  cluster.settle();
  expect(all()).toEqual(['10.96.0.9 web']);
});

test('an address that moves on at once is written anew, without a word', () => {
  const { cluster, create, all } = setUp();
  create('old', single('10.96.0.9'));
  cluster.remove(services, 'default', 'old');
  cluster.create(services, { metadata: { name: 'new', namespace: 'default' }, spec: single('10.96.0.9') });
  // In whatever order: the new one comes first here.
  cluster.reconcile('ipaddress 10.96.0.9 default/new');
  cluster.settle();
  cluster.advance(1);
  cluster.settle();
  expect(all()).toEqual(['10.96.0.9 new']);
  expect(cluster.events).toEqual([]);
});

test('a reference that is wrong is repaired, and said', () => {
  const { cluster, create, all } = setUp();
  const parentRef = { group: 'example.com', resource: 'gateways', namespace: 'default', name: 'g' };
  cluster.create(ipAddresses, { metadata: { name: '10.96.0.9' }, spec: { parentRef } });
  create('web', single('10.96.0.9'));
  cluster.advance(1);
  cluster.settle();
  expect(all()).toEqual(['10.96.0.9 web']);
  expect(cluster.events).toEqual([
    {
      type: 'Warning',
      reason: 'ClusterIPNotAllocated',
      message: 'the ClusterIP [IPv4]: 10.96.0.9 for Service default/web has a wrong reference; repairing',
      regarding: 'Service/web',
    },
  ]);
});

test('who had an address leaves it to who has it', () => {
  const { cluster, create, all } = setUp();
  create('new', single('10.96.0.9'));
  expect(cluster.plan('ipaddress 10.96.0.9 default/old').writes).toEqual([]);
  expect(all()).toEqual(['10.96.0.9 new']);
});

test('what somebody else wrote stays; what somebody removed comes back', () => {
  const { cluster, create, all } = setUp();
  create('web', single('10.96.0.9'));
  const parentRef = { resource: 'services', namespace: 'default', name: 'none' };
  cluster.create(ipAddresses, { metadata: { name: '10.96.0.7' }, spec: { parentRef } });
  cluster.remove(ipAddresses, '', '10.96.0.9');
  cluster.settle();
  expect(all()).toEqual(['10.96.0.7 none', '10.96.0.9 web']);
});
