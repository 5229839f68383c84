import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { LocalServer } from '../../e2e/support/local-server.ts';
import { load, quantile } from '../load.ts';

const manyClusters = 300;
const objects = 10_000;

/** Measures the life of clusters through the management API, and prints a table with the median of each figure. */
export async function benchClusters(rounds: number): Promise<void> {
  const server = await LocalServer.start({ nodes: 0 });
  const measured = new Map<string, number[]>();
  try {
    const api = await Api.of(server);
    for (let round = 1; round <= rounds; round++) {
      for (const measure of [creation, deletion]) {
        process.stderr.write(`${measure.name}, round ${round}\n`);
        for (const [name, value] of Object.entries(await measure(api, server, round)))
          measured.set(name, [...(measured.get(name) ?? []), value]);
      }
    }
    api.close();
  } finally {
    await server.remove();
  }
  const median = (values: number[]) => quantile(values.sort((a, b) => a - b), 0.5);
  const rows = [...measured].map(([name, values]) => `| ${name} | ${median(values).toPrecision(3)} |`);
  process.stdout.write(`| case | median |\n| --- | --- |\n${rows.join('\n')}\n`);
}

interface Cluster {
  id: string;
  server: string;
}

/** How long it takes until kubectl can use a new cluster, and how many can be made in a second. */
async function creation(api: Api, _: LocalServer, round: number): Promise<Record<string, number>> {
  const created: number[] = [];
  const ready: number[] = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    const { server } = await api.call<Cluster>('POST', '/v1/clusters', { name: `one-${round}-${i}` });
    created.push(performance.now() - start);
    await api.call('GET', `${server}/api/v1/namespaces/default`);
    ready.push(performance.now() - start);
  }
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  const many = await load(manyClusters, 16, (i) => api.call('POST', '/v1/clusters', { name: `many-${round}-${i}` }));
  const used = await load(manyClusters / 3, 16, async (i) => {
    const { server } = await api.call<Cluster>('POST', '/v1/clusters', { name: `used-${round}-${i}` });
    await api.call('GET', `${server}/api/v1/namespaces/default`);
  });
  return {
    'create a cluster: p50 ms': quantile(sorted(created), 0.5),
    'create a cluster and answer its first request: p50 ms': quantile(sorted(ready), 0.5),
    'create a cluster and answer its first request: p90 ms': quantile(sorted(ready), 0.9),
    'create clusters, 16 in flight: /s': many.rate,
    'create clusters and answer their first requests, 16 in flight: /s': used.rate,
  };
}

/** How long the deletion of a large cluster takes, and until nothing of it is in the database. */
async function deletion(api: Api, server: LocalServer, round: number): Promise<Record<string, number>> {
  const cluster = await api.call<Cluster>('POST', '/v1/clusters', { name: `large-${round}` });
  const path = `${cluster.server}/api/v1/namespaces/default/configmaps`;
  await load(objects, 64, (i) => api.call('POST', path, { metadata: { name: `cm-${i}` }, data: { text: 'x'.repeat(500) } }));
  const host = join(server.data, 'postgres.socket');
  const database = new pg.Client({ connectionString: `postgres://postgres:local@localhost/postgres?host=${encodeURIComponent(host)}` });
  await database.connect();
  try {
    const start = performance.now();
    await api.call('DELETE', `/v1/clusters/${cluster.id}`);
    const answered = performance.now() - start;
    const rows = async () => {
      const sql = 'select (select count(*) from objects where cluster_id = $1) + (select count(*) from log where cluster_id = $1) as rows';
      return Number((await database.query<{ rows: string }>(sql, [cluster.id])).rows[0]!.rows);
    };
    while ((await rows()) > 0) await sleep(50);
    return {
      [`delete a cluster with ${objects} objects: ms`]: answered,
      [`delete a cluster with ${objects} objects, until its rows are gone: s`]: (performance.now() - start) / 1_000,
    };
  } finally {
    await database.end();
  }
}

/** The management API, and all clusters, with the admin's token and over connections that are kept. */
class Api {
  readonly #base: string;
  readonly #token: string;
  readonly #agent: Agent;

  private constructor(base: string, token: string, ca: string) {
    this.#base = base;
    this.#token = token;
    this.#agent = new Agent({ keepAlive: true, ca });
  }

  static async of(server: LocalServer): Promise<Api> {
    const read = (name: string) => readFile(join(server.data, name), 'utf8');
    return new Api(server.url, (await read('admin-token')).trim(), await read('tls/ca.crt'));
  }

  call<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}`, ...(body && { 'content-type': 'application/json' }) };
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, this.#base), { method, headers, agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject).on('end', () => {
          if (response.statusCode! < 300) resolve((text && JSON.parse(text)) as T);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      call.on('error', reject).end(body && JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
