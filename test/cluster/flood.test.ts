import { expect, test } from 'vitest';
import { namespaceLifecycle } from '../../src/admission/namespacelifecycle.ts';
import { resourceQuota } from '../../src/admission/resourcequota.ts';
import { resourceQuotaController } from '../../src/controllers/resourcequota/controller.ts';
import { limits } from '../../src/lib/limits.ts';
import { LiveCluster } from '../controllers/support/live-cluster.ts';

const users = Array.from({ length: 4 }, (_, i) => ({ name: `user-${i}`, groups: ['writers'] }));
const configMaps = '/api/v1/namespaces/default/configmaps';
const writers = 64;
const each = 4;
const hard = 100;

/** A cluster in which the users may write, with a quota of ConfigMaps. */
async function clusterWithQuota(): Promise<LiveCluster> {
  const cluster = await LiveCluster.start((scheme) => [resourceQuotaController(scheme)], [namespaceLifecycle, resourceQuota]);
  await cluster.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'writers' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'writers' }],
  });
  await cluster.request('POST', '/api/v1/namespaces/default/resourcequotas', {
    metadata: { name: 'few' },
    spec: { hard: { 'count/configmaps': String(hard) } },
  });
  await cluster.settle();
  return cluster;
}

/** Requests that wait begin a few in a turn: lets turns pass until all are answered. */
async function answered<T>(cluster: LiveCluster, requests: readonly Promise<T>[]): Promise<T[]> {
  let done = false;
  const all = Promise.all(requests).finally(() => (done = true));
  while (!done) await cluster.turns(1);
  return all;
}

/** How often each status was answered. */
const count = (statuses: readonly number[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

test('64 writers of four users never pass a quota, and hear nothing but that it is exceeded', async () => {
  const cluster = await clusterWithQuota();
  const before = (await cluster.names(configMaps)).length;
  const statuses: number[] = [];
  const write = async (writer: number) => {
    for (let i = 0; i < each; i++) {
      const { status } = await cluster.fetch(
        'POST',
        configMaps,
        { metadata: { name: `c-${writer}-${i}` } },
        users[writer % users.length],
      );
      statuses.push(status);
    }
  };
  await answered(
    cluster,
    Array.from({ length: writers }, (_, writer) => write(writer)),
  );
  expect(count(statuses)).toEqual({ 201: hard - before, 403: writers * each - (hard - before) });
  expect(await cluster.names(configMaps)).toHaveLength(hard);
  await cluster.settle();
  const { status } = await cluster.request('GET', '/api/v1/namespaces/default/resourcequotas/few');
  expect(status.used['count/configmaps']).toBe(String(hard));
});

test('a flood waits in its own queues, and past those it is told when to come back; others are served meanwhile', async () => {
  const cluster = await clusterWithQuota();
  const [flooding, quiet] = users;
  // Level global-default: hands of 6 queues of 50, besides what is under way.
  const flood = Array.from({ length: 600 }, () =>
    cluster.fetch('GET', '/api/v1/namespaces/default/configmaps/x', undefined, flooding),
  );
  const other = await cluster.fetch('GET', '/api/v1/namespaces/default', undefined, quiet);
  expect(other.status).toBe(200);
  expect(other.headers.get('x-kubernetes-pf-flowschema-uid')).toMatch(/^[0-9a-f-]{36}$/);
  const answers = await answered(cluster, flood);
  const statuses = count(answers.map(({ status }) => status));
  expect(Object.keys(statuses).sort()).toEqual(['404', '429']);
  expect(statuses[404]).toBeGreaterThanOrEqual(300);
  expect(statuses[404]).toBeLessThanOrEqual(300 + limits.requestSeats);
  const refused = answers.find(({ status }) => status === 429)!;
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(refused.headers.get('x-kubernetes-pf-prioritylevel-uid')).toBe(other.headers.get('x-kubernetes-pf-prioritylevel-uid'));
});
