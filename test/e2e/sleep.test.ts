import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../support/receiver.ts';
import { accessTo, management, watchLines, type OpenWatch } from './support/api-watch.ts';
import { Idleness } from './support/idleness.ts';
import { LocalServer } from './support/local-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const lock = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/hibernetes-cluster';
const nodeLeases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const watched = [
  configMaps,
  ...['nodes', 'pods', 'services', 'namespaces', 'secrets', 'events'].map((resource) => `/api/v1/${resource}`),
  ...['deployments', 'replicasets'].map((resource) => `/apis/apps/v1/${resource}`),
  '/apis/discovery.k8s.io/v1/endpointslices',
];
const quietMs = 125_000;
/** The local server closes connections to its database that it did not use for ten seconds; workerd evicts objects after as long. */
const patience = { timeout: 60_000, interval: 500 };

interface Lease {
  metadata: { name: string; resourceVersion: string; annotations?: Record<string, string> };
  spec: { holderIdentity: string; leaseTransitions: number; renewTime: string };
}
interface Node {
  metadata: { name: string };
  status: { conditions: { type: string; status: string; reason: string }[] };
}

/** Real eviction by real workerd: another holder of the lock afterwards is another instance of the object. */
describe('a cluster with three nodes, ten watches, audit and a webhook, in which nothing changes', () => {
  let server: LocalServer;
  let receiver: Receiver;
  let idleness: Idleness;
  let agent: ChildProcess | undefined;
  let watches: OpenWatch[] = [];

  const usage = async () => JSON.parse((await management(server, '/v1/clusters/default/usage')).body) as Record<string, number>;
  const read = async <T>(path: string) => (await server.api(path)).body as unknown as T;
  const items = async <T>(path: string) => (await read<{ items: T[] }>(path)).items;
  const readyOf = ({ status }: Node) => status.conditions.find(({ type }) => type === 'Ready')?.status;
  const readyNodes = async () => (await items<Node>('/api/v1/nodes')).filter((node) => readyOf(node) === 'True').length;
  /** As client-go's reflectors do, whose random time is 5 to 10 minutes. */
  const listAndWatch = async (path: string, i: number) => {
    const { metadata } = await read<{ metadata: { resourceVersion: string } }>(`${path}?limit=500&resourceVersion=0`);
    const query = `allowWatchBookmarks=true&resourceVersion=${metadata.resourceVersion}&timeoutSeconds=${400 + 20 * i}&watch=true`;
    return watchLines(server, `${path}?${query}`);
  };
  const changes = (watch: OpenWatch) => watch.events.filter(({ type }) => type !== 'BOOKMARK');
  /** Nobody has asked the database for ten seconds, and a few more: the object's ten begin when it has been at rest for one. */
  const untilEvicted = async () => {
    await expect.poll(async () => (await idleness.connections()).open, patience).toBe(0);
    await sleep(4_000);
  };

  beforeAll(async () => {
    [server, receiver] = await Promise.all([LocalServer.start({ nodes: 2 }), startReceiver()]);
    idleness = await Idleness.of(server);
  });

  afterAll(async () => {
    watches.forEach((watch) => watch.close());
    agent?.kill('SIGKILL');
    await idleness.close();
    await Promise.all([server.remove(), receiver.close()]);
  });

  it('gets all of that', async () => {
    const audit = { policy: { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Metadata' }] } };
    expect((await management(server, '/v1/clusters/default', { method: 'PATCH', body: { settings: { audit } } })).status).toBe(200);

    const answer = await management(server, '/v1/clusters/default/node-tokens', { body: {}, method: 'POST' });
    const { token } = JSON.parse(answer.body) as { token: string };
    const access = await accessTo(server);
    const where = ['--server', access.server, '--ca', join(server.data, 'tls', 'ca.crt')];
    const args = ['src/dev/run.mjs', 'src/agent/main.ts', ...where, '--name', 'lost', '--runtime', 'simulated'];
    agent = spawn(process.execPath, args, { env: { ...process.env, HIBERNETES_TOKEN: token }, stdio: 'ignore' });
    await expect.poll(readyNodes, patience).toBe(3);

    const secret = `whsec_${Buffer.alloc(32, 'key').toString('base64')}`;
    await server.api('/api/v1/namespaces/default/secrets', { metadata: { name: 'signing' }, stringData: { secret } });
    const spec = { url: receiver.url, secretRef: { name: 'signing' }, rules: [{ apiGroups: ['*'], resources: ['*'] }] };
    const path = '/apis/automation.hibernetes.dev/v1/namespaces/default/webhooksubscriptions';
    expect((await server.api(path, { metadata: { name: 'all' }, spec })).status).toBe(201);
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'web' }] } };
    const deployment = { metadata: { name: 'web' }, spec: { replicas: 3, selector: { matchLabels: labels }, template } };
    await server.api('/apis/apps/v1/namespaces/default/deployments', deployment);
    const web = '/apis/apps/v1/namespaces/default/deployments/web';
    const available = async () => (await read<{ status: { availableReplicas?: number } }>(web)).status.availableReplicas;
    await expect.poll(available, patience).toBe(3);
  });

  it('is evicted and stays so: no query for two minutes, and it is read as it should be afterwards', async () => {
    await untilEvicted();
    watches = await Promise.all(watched.map(listAndWatch));
    const awake = await read<Lease>(lock);
    const leasesBefore = await items<Lease>(nodeLeases);
    const usageBefore = await usage();
    await untilEvicted();
    const { ever } = await idleness.connections();
    const before = watches.map((watch) => changes(watch).length);
    await sleep(quietMs);
    expect(await idleness.connections()).toEqual({ open: 0, ever });
    expect(await idleness.epoch()).toBe(awake.spec.leaseTransitions);
    expect(watches.map((watch) => changes(watch).length)).toEqual(before);
    expect(watches.every((watch) => watch.isOpen())).toBe(true);
    // Their bookmarks come all the same.
    expect(watches.filter(({ events }) => events.some(({ type }) => type === 'BOOKMARK'))).toHaveLength(10);

    // Who asks what was used wakes nobody.
    const usageAfter = await usage();
    const grownBy = (name: string) => usageAfter[name]! - usageBefore[name]!;
    expect(['requests', 'messages', 'alarms', 'objects'].map(grownBy)).toEqual([0, 0, 0, 0]);
    expect(usageAfter['objects']).toBeGreaterThan(100);
    expect(usageAfter['bytes']).toBeGreaterThan(100_000);
    expect(grownBy('activeSeconds')).toBeLessThanOrEqual(3);
    expect(grownBy('awakeSeconds')).toBeLessThanOrEqual(13);
    expect(await idleness.epoch()).toBe(awake.spec.leaseTransitions);

    expect(await readyNodes()).toBe(3);
    const leasesAfter = await items<Lease>(nodeLeases);
    expect(leasesAfter.map(({ metadata }) => metadata.resourceVersion)).toEqual(leasesBefore.map(({ metadata }) => metadata.resourceVersion));
    for (const { spec } of leasesAfter) expect(Date.now() - Date.parse(spec.renewTime)).toBeLessThan(25_000);
    const woken = await read<Lease>(lock);
    expect(woken.spec.holderIdentity).not.toBe(awake.spec.holderIdentity);
    expect(woken.spec.leaseTransitions).toBe(awake.spec.leaseTransitions + 1);
  }, 300_000);

  it('is woken by a write, which reaches watchers and nodes, once', async () => {
    await untilEvicted();
    const epoch = await idleness.epoch();
    expect((await server.api(configMaps, { metadata: { name: 'after' } })).status).toBe(201);
    await expect.poll(() => changes(watches[0]!).map(({ type, object }) => `${type} ${object.metadata.name}`), patience).toEqual(['ADDED after']);
    const pod = { metadata: { name: 'late' }, spec: { containers: [{ name: 'c', image: 'web' }] } };
    expect((await server.api('/api/v1/namespaces/default/pods', pod)).status).toBe(201);
    const phase = async () => (await read<{ status: { phase: string } }>('/api/v1/namespaces/default/pods/late')).status.phase;
    await expect.poll(phase, patience).toBe('Running');
    expect(await idleness.epoch()).toBe(epoch + 1);
  });

  it('notices a node that hangs, though nobody asks', async () => {
    await untilEvicted();
    const stoppedMs = Date.now();
    agent!.kill('SIGSTOP');
    const isLost = () =>
      watches[watched.indexOf('/api/v1/nodes')]!.events.some(
        ({ object }) => object.metadata.name === 'lost' && readyOf(object as unknown as Node) === 'Unknown',
      );
    await expect.poll(isLost, { timeout: 90_000, interval: 250 }).toBe(true);
    // A kubelet's Lease lasts forty seconds; the last heartbeat was up to ten seconds ago.
    const lostAfterMs = Date.now() - stoppedMs;
    expect(lostAfterMs).toBeGreaterThan(29_000);
    expect(lostAfterMs).toBeLessThan(50_000);
    expect(await readyNodes()).toBe(2);
  });
});
