import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import { fairness } from './fairness.ts';
import { load, quantile } from './load.ts';

/** What a case measured, each number under a name with its unit. */
export type Figures = Record<string, number>;
/** A case; `id` is new for each run. */
export type Case = (client: Client, id: string) => Promise<Figures>;

interface Deployment {
  status: { availableReplicas?: number };
}

const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
const configMap = (name: string) => ({ metadata: { name }, data: { text: 'x'.repeat(1_000) } });

export const cases: Record<string, Case> = {
  async writes(client, id) {
    const namespace = await createNamespace(client, id);
    const one = await load(200, 1, (i) => client.call('POST', configMaps(namespace), configMap(`one-${i}`)));
    const many = await load(3_000, 32, (i) => client.call('POST', configMaps(namespace), configMap(`many-${i}`)));
    const patch = { data: { text: 'y'.repeat(1_000) } };
    const patches = await load(3_000, 32, (i) =>
      client.call('PATCH', `${configMaps(namespace)}/many-${i}`, patch, 'application/merge-patch+json'),
    );
    return {
      'create, 1 in flight: p50 ms': one.p50,
      'create, 32 in flight: /s': many.rate,
      'create, 32 in flight: p99 ms': many.p99,
      'merge patch, 32 in flight: /s': patches.rate,
    };
  },

  async reads(client, id) {
    const namespace = await createNamespace(client, id);
    await load(1_000, 32, (i) => client.call('POST', configMaps(namespace), configMap(`some-${i}`)));
    const gets = await load(6_000, 32, (i) => client.call('GET', `${configMaps(namespace)}/some-${i % 1_000}`));
    const lists = await load(20, 1, () => client.call('GET', configMaps(namespace)));
    return { 'get, 32 in flight: /s': gets.rate, 'get, 32 in flight: p99 ms': gets.p99, 'list of 1,000: p50 ms': lists.p50 };
  },

  async watches(client, id) {
    const namespace = await createNamespace(client, id);
    const watchers = 100;
    const objects = 100;
    const sentAt = new Map<string, number>();
    const latencies: number[] = [];
    const { metadata } = await client.call<{ metadata: { resourceVersion: string } }>('GET', configMaps(namespace));
    const path = `${configMaps(namespace)}?watch=true&resourceVersion=${metadata.resourceVersion}&timeoutSeconds=300`;
    const onLine = (line: string) => {
      const sent = sentAt.get(/"name":"(watched-\d+)"/.exec(line)?.[1] ?? '');
      if (sent !== undefined && line.includes('"ADDED"')) latencies.push(performance.now() - sent);
    };
    const ends = await Promise.all(Array.from({ length: watchers }, () => client.watch(path, onLine)));
    const created = await load(objects, 4, (i) => {
      sentAt.set(`watched-${i}`, performance.now());
      return client.call('POST', configMaps(namespace), configMap(`watched-${i}`));
    });
    await until('all events to arrive', () => latencies.length >= objects * watchers);
    ends.forEach((end) => end());
    latencies.sort((a, b) => a - b);
    return {
      'event to 100 watchers: p50 ms': quantile(latencies, 0.5),
      'event to 100 watchers: p99 ms': quantile(latencies, 0.99),
      'create under 100 watchers: /s': created.rate,
    };
  },

  fairness,

  rollout: (client, id) => rollout(client, id, 300),
};

/** A Deployment from nothing to all pods available, and back to nothing. */
export async function rollout(client: Client, id: string, replicas: number): Promise<Figures> {
  const namespace = await createNamespace(client, id);
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const labels = { app: 'bench' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'bench:v1' }] } };
  const start = performance.now();
  await client.call('POST', deployments, {
    metadata: { name: 'bench' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  });
  const available = async () => (await client.call<Deployment>('GET', `${deployments}/bench`)).status.availableReplicas ?? 0;
  await until('the rollout to end', async () => (await available()) === replicas);
  const running = performance.now();
  await client.call('DELETE', `${deployments}/bench`);
  const pods = async () =>
    (await client.call<{ items: unknown[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)).items.length;
  await until('the pods to be gone', async () => (await pods()) === 0);
  return {
    'pods to Running: /s': (replicas * 1_000) / (running - start),
    [`deletion of ${replicas} pods: s`]: (performance.now() - running) / 1_000,
  };
}

async function createNamespace(client: Client, id: string): Promise<string> {
  const name = `bench-${id}`;
  await client.call('POST', '/api/v1/namespaces', { metadata: { name } });
  return name;
}

const patienceMs = 120_000;

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const start = performance.now(); !(await isTrue()); await sleep(20)) {
    if (performance.now() - start > patienceMs) throw new Error(`waited ${patienceMs / 1_000} s for ${what}`);
  }
}
