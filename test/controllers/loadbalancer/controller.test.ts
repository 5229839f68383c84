import { describe, expect, test } from 'vitest';
import { cleanupFinalizer, loadBalancerController } from '../../../src/controllers/loadbalancer/controller.ts';
import { services, type Service } from '../../../src/resources/core/service.ts';
import { TestCluster } from '../support/cluster.ts';

const spec = (more: Partial<Service['spec']> = {}): Service['spec'] => ({
  type: 'LoadBalancer',
  ports: [{ port: 80 }],
  clusterIP: '10.96.0.9',
  clusterIPs: ['10.96.0.9'],
  ipFamilies: ['IPv4'],
  ...more,
});

function setUp(pools: string[]) {
  const cluster = new TestCluster({ controllers: [loadBalancerController(pools)] });
  const create = (name: string, more?: Partial<Service['spec']>, status?: Service['status']) => {
    cluster.create(services, { metadata: { name, namespace: 'default' }, spec: spec(more), status });
    cluster.settle();
  };
  const get = (name: string) => cluster.get(services, 'default', name)!;
  const change = (name: string, change: (service: Service) => void) => {
    cluster.change(services, 'default', name, change);
    cluster.settle();
  };
  const addresses = (name: string) => get(name).status?.loadBalancer?.ingress?.map(({ ip }) => ip) ?? [];
  const told = () => cluster.events.splice(0).map(({ reason }) => reason);
  return { cluster, create, get, change, addresses, told };
}

const markDeleted = ({ metadata }: Service) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z');

test('a Service gets an address, and its name is on it until it goes', () => {
  const { cluster, create, get, change, told } = setUp(['192.0.2.0/30']);
  create('web');
  expect(get('web').status!.loadBalancer).toEqual({ ingress: [{ ip: '192.0.2.0', ipMode: 'VIP' }] });
  expect(get('web').metadata.finalizers).toEqual([cleanupFinalizer]);
  expect(cluster.events.map(({ type, message }) => `${type} ${message}`)).toEqual([
    'Normal Ensuring load balancer',
    'Normal Ensured load balancer',
  ]);
  told();
  change('web', markDeleted);
  expect(told()).toEqual(['DeletingLoadBalancer', 'DeletedLoadBalancer']);
  expect(get('web')).toBeUndefined();
});

describe('who gets one', () => {
  test.each<[string, Partial<Service['spec']>, string[]]>([
    ['a load balancer', {}, ['192.0.2.0']],
    ['one with a class', { loadBalancerClass: 'example.com/other' }, []],
    ['a node port', { type: 'NodePort' }, []],
    ['a cluster IP', { type: 'ClusterIP' }, []],
    ['one with a wish', { loadBalancerIP: '192.0.2.2' }, ['192.0.2.2']],
    ['one with a wish of another family', { loadBalancerIP: 'fd00::1' }, ['192.0.2.0']],
    ['one of the second family', { ipFamilies: ['IPv6'] }, ['fd00::10']],
    ['one of both', { ipFamilies: ['IPv6', 'IPv4'] }, ['fd00::10', '192.0.2.0']],
    ['one of both, with a wish', { ipFamilies: ['IPv4', 'IPv6'], loadBalancerIP: 'fd00::11' }, ['192.0.2.0', 'fd00::11']],
    ['one without node ports', { allocateLoadBalancerNodePorts: false }, ['192.0.2.0']],
  ])('%s', (_name, more, expected) => {
    const { cluster, create, addresses, get } = setUp(['192.0.2.0/30', 'fd00::10-fd00::11']);
    create('web', more);
    expect(addresses('web')).toEqual(expected);
    expect(get('web').metadata.finalizers ?? []).toHaveLength(expected.length > 0 ? 1 : 0);
    expect(cluster.plan('service pools')).toEqual({ writes: [], events: [] });
  });
});

describe('who gets none is told once', () => {
  const failed = (why: string) => `Error syncing load balancer: failed to ensure load balancer: ${why}`;
  test.each<[string, string[], Partial<Service['spec']>, string]>([
    ['without a pool', [], {}, 'no address is free in the pools'],
    ['without a pool of the family', ['fd00::/120'], {}, 'no address is free in the pools'],
    [
      'without one of each family that it must have',
      ['192.0.2.1-192.0.2.2'],
      { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' },
      'no IPv6 address is free in the pools',
    ],
    [
      'a wish outside of the pools',
      ['192.0.2.0/30'],
      { loadBalancerIP: '198.51.100.1' },
      'the requested address 198.51.100.1 is in no pool',
    ],
    [
      'a wish that another has',
      ['192.0.2.0/30'],
      { loadBalancerIP: '192.0.2.0' },
      'the requested address 192.0.2.0 is already in use',
    ],
  ])('%s', (_name, pools, more, why) => {
    const { cluster, create, addresses, told, change } = setUp(pools);
    create('first');
    told();
    create('web', more);
    expect(cluster.events.filter(({ type }) => type === 'Warning').map(({ message }) => message)).toEqual([failed(why)]);
    expect(told()).toEqual(['EnsuringLoadBalancer', 'SyncLoadBalancerFailed']);
    expect(addresses('web')).toEqual([]);
    change('web', ({ metadata }) => void (metadata.labels = { a: 'b' }));
    expect(told()).toEqual([]);
  });
});

test('no address is given out twice, and one that is given back is given out again', () => {
  const { cluster, create, addresses, change } = setUp(['192.0.2.1-192.0.2.2']);
  for (const name of ['a', 'b', 'c']) cluster.create(services, { metadata: { name, namespace: 'default' }, spec: spec() });
  cluster.settle();
  expect(['a', 'b', 'c'].map(addresses)).toEqual([['192.0.2.1'], ['192.0.2.2'], []]);
  create('pending');
  change('b', markDeleted);
  expect(['a', 'c', 'pending'].map(addresses)).toEqual([['192.0.2.1'], ['192.0.2.2'], []]);
});

test('a change of type gives the address back', () => {
  const { create, change, get, told } = setUp(['192.0.2.1-192.0.2.1']);
  create('web');
  told();
  change('web', (service) => {
    service.spec.type = 'ClusterIP';
    service.status = { loadBalancer: {} };
  });
  expect(get('web').metadata.finalizers).toBeUndefined();
  expect(told()).toEqual(['DeletedLoadBalancer']);
  create('next');
  expect(get('next').status!.loadBalancer!.ingress![0]!.ip).toBe('192.0.2.1');
});

test('a new wish moves the Service; one that cannot be had does not', () => {
  const { create, change, addresses } = setUp(['192.0.2.0/29']);
  create('web');
  change('web', ({ spec }) => void (spec.loadBalancerIP = '192.0.2.5'));
  expect(addresses('web')).toEqual(['192.0.2.5']);
  change('web', ({ spec }) => void (spec.loadBalancerIP = '198.51.100.1'));
  expect(addresses('web')).toEqual(['192.0.2.5']);
});

test('of two with one address, the younger one gets another', () => {
  const { cluster, create, addresses } = setUp(['192.0.2.0/29']);
  create('a');
  cluster.advance(60);
  create('b', {}, { loadBalancer: { ingress: [{ ip: '192.0.2.0', ipMode: 'VIP' }] } });
  expect([addresses('a'), addresses('b')]).toEqual([['192.0.2.0'], ['192.0.2.1']]);
});

test('what another load balancer has written is left alone where there is no pool', () => {
  const { create, get, change } = setUp([]);
  create('web');
  change('web', (service) => void (service.status = { loadBalancer: { ingress: [{ ip: '203.0.113.7', ipMode: 'VIP' }] } }));
  expect(get('web').status!.loadBalancer!.ingress).toEqual([{ ip: '203.0.113.7', ipMode: 'VIP' }]);
});

test('labels and node ports concern nobody', () => {
  const { cluster, create } = setUp(['192.0.2.0/29']);
  create('web');
  cluster.change(services, 'default', 'web', ({ metadata, spec }) => {
    metadata.labels = { a: 'b' };
    spec.ports![0]!.nodePort = 30000;
  });
  expect(cluster.due).toEqual([]);
});

test('one that is being deleted and never had an address gets none', () => {
  const { cluster, create, change, get } = setUp(['192.0.2.0/29']);
  create('web', { type: 'ClusterIP' });
  change('web', ({ metadata, spec }) => {
    Object.assign(metadata, { finalizers: ['example.com/other'], deletionTimestamp: '2026-01-01T00:00:00Z' });
    spec.type = 'LoadBalancer';
  });
  expect(get('web').metadata.finalizers).toEqual(['example.com/other']);
  expect(cluster.events).toEqual([]);
});

test('what was left undone before a restart is done after it', () => {
  const { cluster, get } = setUp([]);
  cluster.create(services, {
    metadata: { name: 'web', namespace: 'default', finalizers: [cleanupFinalizer] },
    spec: spec({ type: 'ClusterIP' }),
  });
  cluster.settle();
  expect(get('web').metadata.finalizers).toBeUndefined();
});
