import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { seededRandom } from '../../../src/lib/random.ts';
import { pageSql } from '../../../src/storage/postgres-sql.ts';
import type { LocalServer } from '../../e2e/support/local-server.ts';
import { load, quantile } from '../load.ts';
import type { Api, Cluster } from './api.ts';
import { connect } from './database.ts';
import { memoryOf, type Part } from './memory.ts';

const clusters = 1_000;
const warmUps = 50;
const woken = 50;
const large = 10;
const largeObjects = 1_000;
/** workerd evicts an idle object after ten seconds; what it held is free when it next collects garbage. */
const evictionMs = 20_000;
const write = { metadata: { name: 'one' }, data: { text: 'x'.repeat(500) } };

/**
 * Many clusters on one server: makes them, writes to each, lets them sleep, and wakes some at random. What an idle one takes is
 * the difference to before, when as many clusters were at work as at one time later, divided by their number.
 */
export async function asleep(api: Api, server: LocalServer, round: number): Promise<Record<string, number>> {
  const database = await connect(server);
  try {
    const make = async (name: string, onReady: (ms: number) => void) => {
      const start = performance.now();
      const cluster = await api.call<Cluster>('POST', '/v1/clusters', { name });
      await api.call('GET', `${cluster.server}/api/v1/namespaces/default`);
      onReady(performance.now() - start);
      await api.call('POST', `${cluster.server}/api/v1/namespaces/default/configmaps`, write);
      return cluster;
    };
    await load(warmUps, 16, (i) => make(`warm-${round}-${i}`, () => {}));
    await sleep(evictionMs);
    const before = { memory: memoryOf(server), bytes: await databaseBytes(database) };

    const made: Cluster[] = [];
    const ready: number[] = [];
    const { rate } = await load(clusters, 16, async (i) => {
      made.push(await make(`idle-${round}-${i}`, (ms) => ready.push(ms)));
    });
    ready.sort((a, b) => a - b);
    await sleep(evictionMs);
    // Collects the garbage of those that were evicted: nothing else tells workerd to.
    await load(warmUps, 16, (i) => make(`again-${round}-${i}`, () => {}));
    await sleep(evictionMs);
    const after = { memory: memoryOf(server), bytes: await databaseBytes(database) };
    const each = (part: Part) => (after.memory[part] - before.memory[part]) / (clusters + warmUps) / 1024;

    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stderr.write(`wakes ${woken} of ${clusters} (seed ${seed})\n`);
    const random = seededRandom(seed);
    const chosen = made.map((cluster) => ({ cluster, at: random.next() })).sort((a, b) => a.at - b.at).slice(0, woken);
    const wakes = await load(woken, 1, (i) => api.call('GET', `${chosen[i]!.cluster.server}/api/v1/namespaces/default/configmaps/one`));
    return {
      'make a cluster, use it and write to it, 16 in flight: /s': rate,
      '– until its first answer: p50 ms': quantile(ready, 0.5),
      '– until its first answer: p99 ms': quantile(ready, 0.99),
      'idle cluster, workerd: KiB': each('workerd'),
      'idle cluster, Postgres: KiB': each('postgres'),
      'idle cluster, bridges: KiB': each('node'),
      'idle cluster, in the database: KiB': (after.bytes - before.bytes) / (clusters + warmUps) / 1024,
      'first answer of a sleeping one: p50 ms': wakes.p50,
      'first answer of a sleeping one: p99 ms': wakes.p99,
    };
  } finally {
    await database.end();
  }
}

/** How long the first request to a sleeping cluster with 1,000 objects takes, and what of that its database needs to read them. */
export async function waking(api: Api, server: LocalServer, round: number): Promise<Record<string, number>> {
  const database = await connect(server);
  try {
    const made = await Promise.all(
      Array.from({ length: large }, (_, i) => api.call<Cluster>('POST', '/v1/clusters', { name: `wake-${round}-${i}` })),
    );
    const path = ({ server: address }: Cluster) => `${address}/api/v1/namespaces/default/configmaps`;
    await load(large * largeObjects, 32, (i) =>
      api.call('POST', path(made[i % large]!), { metadata: { name: `cm-${i}` }, data: { text: 'x'.repeat(1_000) } }),
    );
    await sleep(evictionMs);
    const list = async (i: number) => {
      const { items } = await api.call<{ items: unknown[] }>('GET', path(made[i]!));
      if (items.length < largeObjects) throw new Error('objects are missing');
    };
    const stored = (i: number) => database.query(pageSql, [made[i]!.id, '', '', '', 20_000, 16 * 1024 * 1024]);
    const asleepMs = await times(list);
    const storedMs = await times(stored);
    const awakeMs = await times(list);
    return {
      'list of 1,000, asleep: p50 ms': quantile(asleepMs, 0.5),
      'list of 1,000, asleep: slowest of 10, ms': quantile(asleepMs, 1),
      '– its objects, read from the database: p50 ms': quantile(storedMs, 0.5),
      '– the same list, awake: p50 ms': quantile(awakeMs, 0.5),
    };
  } finally {
    await database.end();
  }
}

/** How long `work` takes for each of the large clusters, one after the other; in order. */
async function times(work: (i: number) => Promise<unknown>): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < large; i++) {
    const start = performance.now();
    await work(i);
    latencies.push(performance.now() - start);
  }
  return latencies.sort((a, b) => a - b);
}

async function databaseBytes(database: pg.Client): Promise<number> {
  await database.query('vacuum');
  const { rows } = await database.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  return Number(rows[0]!.bytes);
}
