import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Service } from '../../../src/resources/core/service.ts';
import { ipAddresses } from '../../../src/resources/networking/ipaddress.ts';
import { serviceCidrs } from '../../../src/resources/networking/servicecidr.ts';
import { metadata } from '../objects.ts';
import { ServiceCluster as Cluster } from './service-cluster.ts';

/** A ServiceCIDR, ready unless said otherwise. */
const cidr = (name: string, cidrs: string[], ready = 'True', deletionTimestamp?: string) =>
  ({
    apiVersion: serviceCidrs.apiVersion,
    kind: serviceCidrs.kind,
    metadata: { ...metadata(name), namespace: undefined, deletionTimestamp },
    spec: { cidrs },
    status: { conditions: ready ? [{ type: 'Ready', status: ready }] : [] },
  }) as KubeObject;
const ipAddress = (name: string, parentRef: object) =>
  ({
    apiVersion: ipAddresses.apiVersion,
    kind: ipAddresses.kind,
    metadata: { ...metadata(name), namespace: undefined },
    spec: { parentRef },
  }) as KubeObject;

describe('ranges', () => {
  const ports = [{ port: 80 }];
  test('another range than the usual one', () => {
    const cluster = new Cluster([cidr('kubernetes', ['10.50.0.0/24'], '')]);
    expect(cluster.create({ ports }).spec.clusterIP).toMatch(/^10\.50\.0\./);
    expect(cluster.refuse({ ports, clusterIP: '10.50.0.1' })).toHaveLength(1);
    // Whatever other ranges there are.
    expect(new Cluster([cidr('a', ['10.40.0.0/24']), ...cluster.others]).refuse({ ports, clusterIP: '10.50.0.1' })).toHaveLength(
      1,
    );
    expect(cluster.refuse({ ports, clusterIP: '10.96.0.9' })).toHaveLength(1);
    expect(cluster.refuse({ ports, clusterIP: '10.50.0.255' })[0]).toContain('The range of valid IPs is 10.50.0.0/24');
  });

  test('the next range when the first is full, then none', () => {
    const cluster = new Cluster([cidr('kubernetes', ['10.50.0.0/29']), cidr('more', ['10.60.0.0/30'])]);
    const ips = Array.from({ length: 7 }, (_, i) => cluster.create({ ports }, `s${i}`).spec.clusterIP!);
    // Without the first one, which is that of the kubernetes Service.
    expect(ips.slice(0, 5).sort()).toEqual(['10.50.0.2', '10.50.0.3', '10.50.0.4', '10.50.0.5', '10.50.0.6']);
    expect(ips.slice(5).sort()).toEqual(['10.60.0.1', '10.60.0.2']);
    expect(() => cluster.refuse({ ports })).toThrow(
      'Internal error occurred: failed to allocate a serviceIP for Service "other": range is full',
    );
  });

  test.each<[string, KubeObject, boolean]>([
    ['a ready one', cidr('more', ['10.60.0.0/24']), true],
    ['one that is not ready', cidr('more', ['10.60.0.0/24'], 'False'), false],
    ['one of which nobody says so', cidr('more', ['10.60.0.0/24'], ''), false],
    ['one that is being deleted', cidr('more', ['10.60.0.0/24'], 'True', '2026-01-01T00:00:00Z'), false],
    ['one of a family that the cluster does not have', cidr('more', ['fd00::/112', '10.60.0.0/24']), true],
  ])('%s', (_name, range, isGiven) => {
    const refusals = new Cluster([cidr('kubernetes', ['10.50.0.0/24']), range]).refuse({ ports, clusterIP: '10.60.0.9' });
    expect(refusals).toHaveLength(isGiven ? 0 : 1);
  });

  test('the lower part is left to those who ask', () => {
    const cluster = new Cluster([cidr('kubernetes', ['10.50.0.0/24'])]);
    const ips = Array.from({ length: 238 }, (_, i) => cluster.create({ ports }, `s${i}`).spec.clusterIP!);
    expect(ips.every((ip) => Number(ip.split('.')[3]) > 16)).toBe(true);
    expect(cluster.create({ ports }, 'last').spec.clusterIP).toMatch(/^10\.50\.0\.([2-9]|1[0-6])$/);
  });

  test.each<[string, object, boolean]>([
    ['a Gateway', { group: 'example.com', resource: 'gateways', namespace: 'default', name: 'g' }, false],
    ['a Service that is gone', { resource: 'services', namespace: 'default', name: 'gone' }, true],
    ['this Service', { resource: 'services', namespace: 'default', name: 'other' }, true],
    ['another Service', { resource: 'services', namespace: 'default', name: 'web' }, false],
  ])('an address that is written down for %s is free: %s', (_name, parentRef, isFree) => {
    const cluster = new Cluster([ipAddress('10.96.0.9', parentRef)]);
    cluster.create({ ports });
    expect(cluster.refuse({ ports, clusterIP: '10.96.0.9' })).toHaveLength(isFree ? 0 : 1);
  });
});

describe('two families', () => {
  const ports = [{ port: 80 }];
  const dual = (...cidrs: string[]) =>
    new Cluster([cidr('kubernetes', cidrs.length > 0 ? cidrs : ['10.96.0.0/16', 'fd00::/112'])]);
  const familiesOf = (service: Service) => service.spec.clusterIPs!.map((ip) => (ip.includes(':') ? 'IPv6' : 'IPv4'));

  test.each<[string, Service['spec'], string[]]>([
    ['one unless said otherwise', {}, ['IPv4']],
    ['the one that is named', { ipFamilies: ['IPv6'] }, ['IPv6']],
    ['both if preferred', { ipFamilyPolicy: 'PreferDualStack' }, ['IPv4', 'IPv6']],
    ['both if required', { ipFamilyPolicy: 'RequireDualStack' }, ['IPv4', 'IPv6']],
    ['both in the order of the first', { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6'] }, ['IPv6', 'IPv4']],
    ['both in that order', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }, ['IPv6', 'IPv4']],
    ['that of a requested address', { clusterIP: 'fd00::9' }, ['IPv6']],
    ['that of a requested address, and the other', { clusterIP: 'fd00::9', ipFamilyPolicy: 'PreferDualStack' }, ['IPv6', 'IPv4']],
    [
      'two requested addresses',
      { clusterIP: 'fd00::9', clusterIPs: ['fd00::9', '10.96.0.9'], ipFamilyPolicy: 'RequireDualStack' },
      ['IPv6', 'IPv4'],
    ],
  ])('%s', (_name, spec, expected) => {
    const created = dual().create({ ports, ...spec });
    expect(familiesOf(created)).toEqual(expected);
    expect(created.spec).toMatchObject({ ipFamilies: expected, clusterIP: created.spec.clusterIPs![0] });
  });

  test('the first range says which is the default', () => {
    const cluster = dual('fd00::/112', '10.96.0.0/16');
    expect(familiesOf(cluster.create({ ports }))).toEqual(['IPv6']);
    expect(cluster.refuse({ ports, clusterIP: 'fd00::1' })).toHaveLength(1);
  });

  test.each<[string, Service['spec'], string]>([
    [
      'two families for one',
      { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'SingleStack' },
      'when multiple IP families are specified',
    ],
    ['an address out of range', { clusterIP: 'fd01::9' }, 'the provided network does not match the current range'],
  ])('%s is refused', (_name, spec, expected) => expect(dual().refuse({ ports, ...spec })[0]).toContain(expected));

  test('a Service gets a second address, and gives it back', () => {
    const cluster = dual();
    const { clusterIP } = cluster.create({ ports }).spec;
    const both = cluster.update('web', (spec) => (spec.ipFamilyPolicy = 'RequireDualStack'));
    expect(familiesOf(both)).toEqual(['IPv4', 'IPv6']);
    expect(both.spec).toMatchObject({ clusterIP, ipFamilies: ['IPv4', 'IPv6'] });
    expect(cluster.refuse({ ports, clusterIP: both.spec.clusterIPs![1] })).toHaveLength(1);
    const one = cluster.update('web', (spec) => (spec.ipFamilyPolicy = 'SingleStack'));
    expect(one.spec).toMatchObject({ clusterIPs: [clusterIP], ipFamilies: ['IPv4'] });
    expect(cluster.refuse({ ports, clusterIP: both.spec.clusterIPs![1] })).toEqual([]);
  });

  test('a second address may be named', () => {
    const cluster = dual();
    const { clusterIP } = cluster.create({ ports }).spec;
    const named = cluster.update('web', (spec) =>
      Object.assign(spec, { ipFamilyPolicy: 'PreferDualStack', clusterIPs: [clusterIP, 'fd00::7'] }),
    );
    expect(named.spec).toMatchObject({ clusterIPs: [clusterIP, 'fd00::7'], ipFamilies: ['IPv4', 'IPv6'] });
  });

  test('the first address may be of a range that gives out nothing any more', () => {
    const more = (ready: string) => cidr('more', ['10.60.0.0/24'], ready);
    const cluster = new Cluster([cidr('kubernetes', ['10.96.0.0/16', 'fd00::/112']), more('True')]);
    cluster.create({ ports, clusterIP: '10.60.0.9' });
    cluster.others.splice(1, 1, more('False'));
    const both = cluster.update('web', (spec) => (spec.ipFamilyPolicy = 'RequireDualStack'));
    expect(both.spec.clusterIPs![0]).toBe('10.60.0.9');
    expect(familiesOf(both)).toEqual(['IPv4', 'IPv6']);
  });

  test('a second address that was just given back can be had again', () => {
    const cluster = dual();
    cluster.others.push(ipAddress('fd00::7', { resource: 'services', namespace: 'default', name: 'web' }));
    const { clusterIP } = cluster.create({ ports }).spec;
    const clusterIPs = [clusterIP!, 'fd00::7'];
    const both = cluster.update('web', (spec) => Object.assign(spec, { ipFamilyPolicy: 'RequireDualStack', clusterIPs }));
    expect(both.spec.clusterIPs).toEqual(clusterIPs);
  });

  test('a Service that prefers two keeps one when the cluster comes to have two', () => {
    const cluster = new Cluster([cidr('kubernetes', ['10.96.0.0/16'])]);
    cluster.create({ ports, ipFamilyPolicy: 'PreferDualStack' });
    cluster.others.splice(0, 1, cidr('kubernetes', ['10.96.0.0/16', 'fd00::/112']));
    expect(familiesOf(cluster.update('web', (spec) => (spec.sessionAffinity = 'ClientIP')))).toEqual(['IPv4']);
    expect(familiesOf(cluster.update('web', (spec) => (spec.ipFamilyPolicy = 'RequireDualStack')))).toEqual(['IPv4', 'IPv6']);
  });

  test('from an external name', () => {
    const cluster = dual();
    cluster.create({ type: 'ExternalName', externalName: 'example.com' });
    const back = cluster.update('web', (spec) =>
      Object.assign(spec, { type: 'ClusterIP', ports, ipFamilyPolicy: 'PreferDualStack' }),
    );
    expect(familiesOf(back)).toEqual(['IPv4', 'IPv6']);
  });

  test('headless with a selector', () => {
    const spec = { clusterIP: 'None', selector: { app: 'web' }, ipFamilyPolicy: 'PreferDualStack' };
    expect(dual().create(spec).spec).toMatchObject({ clusterIPs: ['None'], ipFamilies: ['IPv4', 'IPv6'] });
  });
});
