import { setTimeout as sleep } from 'node:timers/promises';
import { LocalServer } from '../e2e/support/local-server.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';
import { Client } from './client.ts';
import { load, quantile } from './load.ts';

const changes = 4_000;
const backlog = 5_000;
const subscriptions = '/apis/automation.hibernetes.dev/v1/namespaces/default/webhooksubscriptions';
const configMaps = '/api/v1/namespaces/default/configmaps';
const secret = `whsec_${Buffer.alloc(32, 'key').toString('base64')}`;

/**
 * How webhooks keep up: events a second while changes are written as fast as they go, told to one subscription and to four;
 * how long after the change they arrive; and how fast a backlog is delivered.
 */
export async function benchWebhooks(rounds: number): Promise<void> {
  const server = await LocalServer.start();
  const receiver = await startReceiver();
  const client = new Client(server.kubeconfig);
  const rows: [string, number[]][] = [];
  try {
    await client.call('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'signing' }, stringData: { secret } });
    for (let round = 1; round <= rounds; round++) {
      for (const count of [0, 1, 4]) note(rows, await sustained(client, receiver, `round-${round}-${count}`, count));
      note(rows, await drained(client, receiver, `round-${round}-backlog`));
    }
  } finally {
    client.close();
    await receiver.close();
    await server.remove();
  }
  process.stdout.write('| case | median |\n| --- | --- |\n');
  for (const [name, values] of rows) process.stdout.write(`| ${name} | ${Math.round(quantile(values.sort((a, b) => a - b), 0.5))} |\n`);
}

function note(rows: [string, number[]][], figures: Record<string, number>): void {
  for (const [name, value] of Object.entries(figures)) {
    const row = rows.find(([known]) => known === name);
    if (row) row[1].push(value);
    else rows.push([name, [value]]);
  }
}

const subscription = (name: string, told: string, url: string) => ({
  metadata: { name },
  spec: {
    url,
    secretRef: { name: 'signing' },
    rules: [{ apiGroups: [''], resources: ['configmaps'] }],
    selector: { matchLabels: { told } },
  },
});
const write = (client: Client, told: string, count: number) =>
  load(count, 64, (i) => client.call('POST', configMaps, { metadata: { name: `${told}-${i}`, labels: { told } }, data: { text: 'x'.repeat(500) } }));

async function sustained(client: Client, receiver: Receiver, id: string, count: number): Promise<Record<string, number>> {
  const names = Array.from({ length: count }, (_, i) => `${id}-${i}`);
  for (const name of names) await client.call('POST', subscriptions, subscription(name, id, receiver.url));
  const latencies: number[] = [];
  receiver.react(({ body }) => {
    latencies.push(Date.now() - Date.parse((JSON.parse(body) as { timestamp: string }).timestamp));
    return 204;
  });
  const start = performance.now();
  const { rate } = await write(client, id, changes);
  await arrived(() => latencies.length >= changes * count);
  const seconds = (performance.now() - start) / 1_000;
  for (const name of names) await client.call('DELETE', `${subscriptions}/${name}`);
  if (count === 0) return { 'creates without subscriptions: /s': rate };
  latencies.sort((a, b) => a - b);
  const of = `${count} subscription${count > 1 ? 's' : ''}`;
  return {
    [`creates with ${of}: /s`]: rate,
    [`events with ${of}: /s`]: (changes * count) / seconds,
    [`change to arrival with ${of}: p50 ms`]: quantile(latencies, 0.5),
    [`change to arrival with ${of}: p99 ms`]: quantile(latencies, 0.99),
  };
}

async function drained(client: Client, receiver: Receiver, id: string): Promise<Record<string, number>> {
  const wanted = subscription(id, id, receiver.url);
  await client.call('POST', subscriptions, { ...wanted, spec: { ...wanted.spec, suspend: true } });
  await write(client, id, backlog);
  let count = 0;
  let first = 0;
  receiver.react(() => {
    if (count++ === 0) first = performance.now();
    return 204;
  });
  await client.call('PATCH', `${subscriptions}/${id}`, { spec: { suspend: false } }, 'application/merge-patch+json');
  await arrived(() => count >= backlog);
  const seconds = (performance.now() - first) / 1_000;
  await client.call('DELETE', `${subscriptions}/${id}`);
  return { [`backlog of ${backlog}, one subscription: events/s`]: backlog / seconds };
}

async function arrived(isDone: () => boolean): Promise<void> {
  for (const start = performance.now(); !isDone(); await sleep(20)) {
    if (performance.now() - start > 120_000) throw new Error('waited 120 s for the messages to arrive');
  }
}
