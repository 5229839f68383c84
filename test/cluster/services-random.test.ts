import { expect, test } from 'vitest';
import type { Authorizer } from '../../src/authz/authorizer.ts';
import { clusterControllers } from '../../src/cluster/controllers.ts';
import { ClusterSettings } from '../../src/db/cluster-settings.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { Scheme } from '../../src/machinery/scheme.ts';
import { LiveCluster } from '../controllers/support/live-cluster.ts';

const seeds = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: 5 }, () => Math.floor(Math.random() * 1e9));
const services = '/api/v1/namespaces/default/services';
const settings = ClusterSettings.parse({ loadBalancer: { pools: ['192.0.2.0/30'] } });
const controllers = (scheme: Scheme, authorizer: Authorizer) => clusterControllers(scheme, { ...settings, authorizer, caCertificate: 'PEM' });

// A range with few addresses, a pool with few, node ports from a few numbers: doubles would come soon.
const addresses = Array.from({ length: 14 }, (_, i) => `10.200.0.${i + 1}`);
const nodePorts = [30_000, 30_001, 30_002];

test.each(seeds)('addresses and ports under random operations and restarts, seed %i', async (seed) => {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;
  const cluster = await LiveCluster.start(controllers);
  await cluster.request('POST', '/apis/networking.k8s.io/v1/servicecidrs', {
    metadata: { name: 'more' },
    spec: { cidrs: ['10.200.0.0/28'] },
  });
  await cluster.settle();
  const names = Array.from({ length: 8 }, (_, i) => `s${i}`);

  const spec = () => ({
    type: pick(['ClusterIP', 'NodePort', 'LoadBalancer', 'LoadBalancer']),
    ports: [{ port: 80, ...(random.next() < 0.3 && { nodePort: pick(nodePorts) }) }],
    ...(random.next() < 0.5 && { clusterIP: pick(addresses) }),
    ...(random.next() < 0.2 && { externalTrafficPolicy: 'Local' }),
  });
  const operations = [
    () => cluster.request('POST', services, { metadata: { name: pick(names) }, spec: spec() }),
    () => cluster.request('POST', services, { metadata: { name: pick(names) }, spec: spec() }),
    () => cluster.request('DELETE', `${services}/${pick(names)}`),
    () => cluster.patch(`${services}/${pick(names)}`, { spec: { type: pick(['ClusterIP', 'NodePort', 'LoadBalancer']) } }),
    () => cluster.patch(`${services}/${pick(names)}`, { spec: { type: 'ExternalName', externalName: 'example.com' } }),
    () => cluster.turns(3),
    () => cluster.restart(controllers),
  ];
  for (let step = 0; step < 120; step++) {
    // Several at once, and refusals are fine: taken, not there, not allowed for that type.
    await Promise.all(Array.from({ length: 3 }, () => pick(operations.slice(0, 5))().catch(() => undefined)));
    await pick(operations)().catch(() => undefined);
    expectNoDoubles((await cluster.request('GET', services)).items);
  }

  await cluster.settle();
  await cluster.advance(120);
  const { items } = await cluster.request('GET', services);
  expectNoDoubles(items);
  const held = items.flatMap(({ spec: { clusterIPs = [] } }: any) => clusterIPs);
  expect((await cluster.names('/apis/networking.k8s.io/v1/ipaddresses')).sort()).toEqual(held.sort());
  const balanced = items.filter((item: any) => item.spec.type === 'LoadBalancer');
  const served = balanced.filter((item: any) => item.status.loadBalancer.ingress?.length > 0);
  expect(served).toHaveLength(Math.min(4, balanced.length));
  for (const item of items)
    expect(item.metadata.finalizers?.length ?? 0, item.metadata.name).toBe(balanced.includes(item) ? 1 : 0);
  expect(cluster.errors).toEqual([]);
});

function expectNoDoubles(items: any[]): void {
  const ips = items.flatMap(({ spec }) => spec.clusterIPs ?? []);
  const ports = items.flatMap(({ spec }) => [
    ...(spec.ports ?? []).flatMap((p: any) => p.nodePort ?? []),
    ...(spec.healthCheckNodePort ? [spec.healthCheckNodePort] : []),
  ]);
  const balanced = items.flatMap(({ status }) => status.loadBalancer?.ingress?.map((ingress: any) => ingress.ip) ?? []);
  for (const list of [ips, ports, balanced]) expect(new Set(list).size, String(list)).toBe(list.length);
}
