import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { management, watchLines } from './support/api-watch.ts';
import { LocalServer } from './support/local-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const lock = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/hibernetes-cluster';
const nodeLease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1';
/** workerd evicts an idle object after ten seconds; nothing tells when it did, so this is waited out. */
const evictionMs = 14_000;

interface Lease {
  metadata: { resourceVersion: string; annotations?: Record<string, string> };
  spec: { holderIdentity: string; leaseTransitions: number; renewTime: string };
}

/** Real eviction by real workerd: another holder of the lock afterwards is another instance of the object. */
describe('a cluster with an open watch and attached nodes', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 2 });
  });
  afterAll(() => server.remove());

  const usage = async () => JSON.parse((await management(server, '/v1/clusters/default/usage')).body) as Record<string, number>;
  const lease = async (path: string) => (await server.api(path)).body as unknown as Lease;

  it('is evicted when idle, and the next write reaches the watcher, once', async () => {
    const { body } = await server.api(configMaps);
    const { resourceVersion } = body['metadata'] as { resourceVersion: string };
    const watch = await watchLines(server, `${configMaps}?watch=1&resourceVersion=${resourceVersion}`);
    try {
      await server.api(configMaps, { metadata: { name: 'before' } });
      await expect.poll(() => watch.events).toHaveLength(1);
      const awake = await lease(lock);

      await new Promise((resolve) => setTimeout(resolve, evictionMs));
      expect((await server.api(configMaps, { metadata: { name: 'after' } })).status).toBe(201);
      await expect.poll(() => watch.events, { timeout: 5_000 }).toHaveLength(2);
      expect(watch.events.map((event) => [event.type, event.object.metadata.name])).toEqual([
        ['ADDED', 'before'],
        ['ADDED', 'after'],
      ]);

      const woken = await lease(lock);
      expect(woken.spec.holderIdentity).not.toBe(awake.spec.holderIdentity);
      expect(woken.spec.leaseTransitions).toBe(awake.spec.leaseTransitions + 1);
      expect(watch.isOpen()).toBe(true);
    } finally {
      watch.close();
    }
  });

  it('keeps its nodes: Leases are fresh when read, and new pods run; most of the time it was not in memory', async () => {
    const before = await lease(nodeLease);
    const usageBefore = await usage();
    await new Promise((resolve) => setTimeout(resolve, 2 * evictionMs));
    const usageAfter = await usage();
    const after = await lease(nodeLease);
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(Date.now() - Date.parse(after.spec.renewTime)).toBeLessThan(40_000);
    expect(Date.parse(after.spec.renewTime)).toBeGreaterThan(Date.parse(before.spec.renewTime));
    expect(usageAfter['awakeSeconds']! - usageBefore['awakeSeconds']!).toBeLessThan((1.5 * evictionMs) / 1000);
    expect(usageAfter['requests']).toBe(usageBefore['requests']);
    expect(usageAfter['objects']).toBeGreaterThan(10);
    expect(usageAfter['bytes']).toBeGreaterThan(1000);

    const pod = { metadata: { name: 'late' }, spec: { containers: [{ name: 'c', image: 'web' }] } };
    expect((await server.api('/api/v1/namespaces/default/pods', pod)).status).toBe(201);
    const phase = async () => ((await server.api('/api/v1/namespaces/default/pods/late')).body['status'] as { phase: string }).phase;
    await expect.poll(phase, { timeout: 10_000 }).toBe('Running');
  });
});
