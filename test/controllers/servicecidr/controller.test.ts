import { expect, test } from 'vitest';
import { protectionFinalizer, serviceCidrController } from '../../../src/controllers/servicecidr/controller.ts';
import { ipAddresses } from '../../../src/resources/networking/ipaddress.ts';
import { serviceCidrs, type ServiceCIDR } from '../../../src/resources/networking/servicecidr.ts';
import { TestCluster } from '../support/cluster.ts';

function setUp(standard = ['10.96.0.0/16']) {
  const cluster = new TestCluster({ controllers: [serviceCidrController(standard)] });
  const create = (name: string, ...cidrs: string[]) => {
    cluster.create(serviceCidrs, { metadata: { name }, spec: { cidrs } });
    cluster.settle();
  };
  const get = (name: string): ServiceCIDR | undefined => cluster.get(serviceCidrs, '', name);
  const ready = (name: string) => {
    const condition = get(name)?.status?.conditions?.[0];
    return condition && `${condition.status} ${condition.reason}`.trim();
  };
  const use = (address: string, managedBy = 'ipallocator.k8s.io') =>
    void cluster.create(ipAddresses, {
      metadata: { name: address, labels: { 'ipaddress.kubernetes.io/managed-by': managedBy } },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
    });
  const drop = (name: string) => {
    const { deletionTimestamp = cluster.now.toISOString() } = get(name)!.metadata;
    cluster.change(serviceCidrs, '', name, ({ metadata }) => void (metadata.deletionTimestamp = deletionTimestamp));
    cluster.settle();
  };
  const wait = (seconds: number) => {
    cluster.advance(seconds);
    cluster.settle();
  };
  return { cluster, create, get, ready, use, drop, wait };
}

test('a range is protected and ready', () => {
  const { cluster, create, get, ready } = setUp();
  create('more', '10.97.0.0/16');
  expect(get('more')!.metadata.finalizers).toEqual([protectionFinalizer]);
  expect(ready('more')).toBe('True');
  expect(get('more')!.status!.conditions![0]).toMatchObject({ type: 'Ready', message: 'Kubernetes Service CIDR is ready' });
  expect(cluster.plan('servicecidr more')).toEqual({ writes: [], events: [] });
});

test('one that is not used goes after ten seconds', () => {
  const { create, drop, get, wait } = setUp();
  create('more', '10.97.0.0/16');
  drop('more');
  wait(9);
  expect(get('more')).toBeDefined();
  wait(1);
  expect(get('more')).toBeUndefined();
});

test.each<[string, Record<string, string[]>, string[], boolean]>([
  ['an address in it', {}, ['10.97.0.9'], true],
  ['an address of its second family', {}, ['fd00::9'], true],
  ['an address elsewhere', {}, ['10.98.0.9'], false],
  ['an address that is also in another', { part: ['10.97.0.0/24'] }, ['10.97.0.9'], false],
  ['one such and one not', { part: ['10.97.0.0/24'] }, ['10.97.0.9', '10.97.9.9'], true],
  ['another that contains one of its families', { wide: ['10.96.0.0/12'] }, ['fd00::9'], true],
  ['another that contains all of it', { wide: ['10.96.0.0/12', 'fd00::/64'] }, ['10.97.0.9', 'fd00::9'], false],
  ['the same range twice', { twin: ['10.97.0.0/16', 'fd00::/112'] }, ['10.97.0.9', 'fd00::9'], false],
])('%s: is kept: %s', (_name, others, addresses, isKept) => {
  const { create, use, drop, get, ready, wait } = setUp();
  create('more', '10.97.0.0/16', 'fd00::/112');
  for (const [name, cidrs] of Object.entries(others)) create(name, ...cidrs);
  for (const address of addresses) use(address);
  drop('more');
  wait(10);
  expect(get('more') !== undefined).toBe(isKept);
  expect(ready('more')).toBe(isKept ? 'False Terminating' : undefined);
});

test('addresses that somebody wrote by hand keep nothing', () => {
  const { create, use, drop, get, wait } = setUp();
  create('more', '10.97.0.0/16');
  use('10.97.0.9', 'me');
  drop('more');
  wait(10);
  expect(get('more')).toBeUndefined();
});

test('it goes when the last address does', () => {
  const { cluster, create, use, drop, get, wait } = setUp();
  create('more', '10.97.0.0/16');
  use('10.97.0.9');
  drop('more');
  wait(60);
  cluster.remove(ipAddresses, '', '10.97.0.9');
  cluster.settle();
  expect(get('more')).toBeUndefined();
});

test('it goes when another takes its addresses over', () => {
  const { create, use, drop, get, wait } = setUp();
  create('more', '10.97.0.0/16');
  use('10.97.0.9');
  drop('more');
  wait(60);
  create('wide', '10.96.0.0/12');
  expect(get('more')).toBeUndefined();
});

test('the standard one comes back, and gets a second family when that is set', () => {
  const { cluster, create, get, ready } = setUp(['10.96.0.0/16', 'fd00::/112']);
  create('kubernetes', '10.96.0.0/16');
  expect(get('kubernetes')!.spec.cidrs).toEqual(['10.96.0.0/16', 'fd00::/112']);
  cluster.remove(serviceCidrs, '', 'kubernetes');
  cluster.settle();
  expect(get('kubernetes')!.spec.cidrs).toEqual(['10.96.0.0/16', 'fd00::/112']);
  expect(ready('kubernetes')).toBe('True');
});

test('another range than the one that is set stays', () => {
  const { create, get } = setUp(['10.96.0.0/16', 'fd00::/112']);
  create('kubernetes', '10.50.0.0/16');
  expect(get('kubernetes')!.spec.cidrs).toEqual(['10.50.0.0/16']);
});
