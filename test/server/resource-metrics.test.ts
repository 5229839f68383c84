import { expect, test } from 'vitest';
import type { Measurement, NodeMeter } from '../../src/machinery/node-usage.ts';
import { testCluster, type TestCluster } from './support/cluster.ts';

const group = '/apis/metrics.k8s.io/v1beta1';

/** Nodes whose usage becomes known when they are asked. */
class FakeMeter implements NodeMeter {
  readonly asked: string[][] = [];
  readonly says = new Map<string, Measurement>();
  readonly #known = new Map<string, Measurement>();

  of(node: string): Measurement | undefined {
    return this.#known.get(node);
  }

  async measure(nodes: Iterable<string>): Promise<void> {
    const names = [...new Set(nodes)];
    this.asked.push(names);
    for (const name of names) if (this.says.has(name)) this.#known.set(name, this.says.get(name)!);
  }
}

async function setUp(): Promise<TestCluster & { meter: FakeMeter }> {
  const meter = new FakeMeter();
  const cluster = await testCluster({ meter });
  const { ok } = cluster;
  for (const name of ['n1', 'n2']) await ok('POST', '/api/v1/nodes', { metadata: { name, labels: { pool: name } } });
  await ok('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
  const uids: Record<string, string> = {};
  const createPod = async (name: string, namespace: string, nodeName: string, phase: string) => {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const spec = { nodeName, containers: [{ name: 'c', image: 'c' }] };
    const pod = await ok('POST', path, { metadata: { name, labels: { app: name } }, spec });
    const headers = { 'content-type': 'application/merge-patch+json' };
    await ok('PATCH', `${path}/${name}/status`, { status: { phase } }, { headers });
    uids[name] = pod.metadata.uid;
  };
  await createPod('web', 'default', 'n1', 'Running');
  await createPod('ended', 'default', 'n1', 'Succeeded');
  await createPod('api', 'other', 'n1', 'Running');
  await createPod('lost', 'default', 'n2', 'Running');
  const measuredAtMs = Date.parse('2026-05-01T11:59:50Z');
  const pod = (name: string, cpu: string) => ({
    uid: uids[name]!,
    containers: [
      { name: 'c', usage: { cpu, memory: '8Mi' } },
      { name: 'd', usage: { cpu, memory: '8Mi' } },
    ],
  });
  meter.says.set('n1', {
    askedAtMs: measuredAtMs,
    measuredAtMs,
    usage: {
      node: { cpu: '1', memory: '1Gi' },
      windowSeconds: 15,
      pods: [pod('web', '250m'), pod('ended', '1'), pod('api', '10m')],
    },
  });
  return Object.assign(cluster, { meter });
}

test('what pods use', async () => {
  const { ok, meter } = await setUp();
  const usage = { cpu: '250m', memory: '8Mi' };
  const web = {
    metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-05-01T12:00:00Z', labels: { app: 'web' } },
    timestamp: '2026-05-01T11:59:50Z',
    window: '15s',
    containers: [
      { name: 'c', usage },
      { name: 'd', usage },
    ],
  };
  const list = await ok('GET', `${group}/namespaces/default/pods`);
  expect(list).toMatchObject({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1' });
  expect(list.items).toMatchObject([web]);
  expect(meter.asked.map((names) => names.toSorted())).toEqual([['n1', 'n2']]);
  const { kind, apiVersion, ...one } = await ok('GET', `${group}/namespaces/default/pods/web`);
  expect([kind, apiVersion, one]).toEqual(['PodMetrics', 'metrics.k8s.io/v1beta1', web]);
  const names = async (path: string) => (await ok('GET', group + path)).items.map((each: any) => each.metadata.name);
  expect(await names('/pods')).toEqual(['web', 'api']);
  expect(await names('/pods?labelSelector=app%3Dapi')).toEqual(['api']);
  expect(await names('/pods?fieldSelector=metadata.namespace%3Ddefault')).toEqual(['web']);
  expect(await names('/pods?limit=1')).toEqual(['web', 'api']);
});

test('what nodes use', async () => {
  const { ok, request } = await setUp();
  const { items } = await ok('GET', `${group}/nodes`);
  expect(items).toMatchObject([
    { metadata: { name: 'n1', labels: { pool: 'n1' } }, usage: { cpu: '1', memory: '1Gi' }, window: '15s' },
  ]);
  expect((await ok('GET', `${group}/nodes/n1`)).usage).toEqual({ cpu: '1', memory: '1Gi' });
  expect((await ok('GET', `${group}/nodes?labelSelector=pool%3Dn2`)).items).toEqual([]);
  const table = await ok('GET', `${group}/nodes`, undefined, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  });
  expect(table.rows.map(({ cells }: any) => cells)).toEqual([['n1', '1', '1Gi', '15s']]);
  const ofPods = await request('GET', `${group}/namespaces/default/pods`, undefined, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  });
  expect(ofPods.body.rows[0].cells).toEqual(['web', '500m', '16Mi', '15s']);
});

test('what is not known is not there', async () => {
  const { request } = await setUp();
  const missing = async (path: string) => {
    const { status, body } = await request('GET', group + path);
    return [status, body.message];
  };
  expect(await missing('/nodes/n2')).toEqual([404, 'nodemetrics.metrics.k8s.io "n2" not found']);
  expect(await missing('/nodes/none')).toEqual([404, 'nodemetrics.metrics.k8s.io "none" not found']);
  for (const name of ['lost', 'ended', 'none'])
    expect(await missing(`/namespaces/default/pods/${name}`)).toEqual([
      404,
      `podmetrics.metrics.k8s.io "default/${name}" not found`,
    ]);
});

test('nothing is written or watched', async () => {
  const { request } = await setUp();
  for (const [method, path] of [
    ['POST', '/nodes'],
    ['PUT', '/nodes/n1'],
    ['DELETE', '/nodes/n1'],
    ['GET', '/nodes?watch=true'],
    ['DELETE', '/namespaces/default/pods'],
  ] as const)
    expect([path, (await request(method, group + path, method === 'GET' ? undefined : {})).status]).toEqual([path, 405]);
});

test('a token for some namespaces sees those alone', async () => {
  const { ok } = await setUp();
  const user = { name: 'limited', groups: ['system:masters'], namespaces: ['other'] };
  const { items } = await ok('GET', `${group}/pods`, undefined, { user });
  expect(items.map((each: any) => each.metadata.name)).toEqual(['api']);
});
