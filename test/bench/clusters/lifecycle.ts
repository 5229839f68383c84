import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalServer } from '../../e2e/support/local-server.ts';
import { load, quantile } from '../load.ts';
import type { Api, Cluster } from './api.ts';
import { connect } from './database.ts';

const manyClusters = 300;
const objects = 10_000;

/** How long it takes until kubectl can use a new cluster, and how many can be made in a second. */
export async function creation(api: Api, _: LocalServer, round: number): Promise<Record<string, number>> {
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
export async function deletion(api: Api, server: LocalServer, round: number): Promise<Record<string, number>> {
  const cluster = await api.call<Cluster>('POST', '/v1/clusters', { name: `large-${round}` });
  const path = `${cluster.server}/api/v1/namespaces/default/configmaps`;
  await load(objects, 64, (i) => api.call('POST', path, { metadata: { name: `cm-${i}` }, data: { text: 'x'.repeat(500) } }));
  const database = await connect(server);
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
