import { describe, expect, test } from 'vitest';
import { namespaceLifecycle } from '../../src/admission/namespacelifecycle.ts';
import { resourceQuota } from '../../src/admission/resourcequota.ts';
import { testCluster, type TestCluster } from '../server/support/cluster.ts';
import { pod, podsPath } from './support.ts';

const quotas = '/api/v1/namespaces/default/resourcequotas';
const maps = '/api/v1/namespaces/default/configmaps';

/** A cluster with a quota whose status is still to be counted. */
async function setUp(hard: Record<string, string>, more: object = {}): Promise<TestCluster> {
  const cluster = await testCluster({ admission: [namespaceLifecycle, resourceQuota] });
  await cluster.ok('POST', quotas, { metadata: { name: 'q' }, spec: { hard, ...more } });
  return cluster;
}

const used = async ({ ok }: TestCluster, name = 'q') => (await ok('GET', `${quotas}/${name}`)).status.used;
const resources = (requests: object, limits: object = {}) => ({ container: { resources: { requests, limits } } });

describe('charges', () => {
  test('what is created, in the same commit', async () => {
    const cluster = await setUp({ pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' });
    const before = cluster.api.store.revision;
    await cluster.ok('POST', podsPath, pod('a', resources({ cpu: '250m' }, { cpu: '300m', memory: '512Mi' })));
    const { hard, used } = (await cluster.ok('GET', `${quotas}/q`)).status;
    expect(hard).toEqual({ pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' });
    expect(used).toEqual({ pods: '1', 'requests.cpu': '250m', 'limits.memory': '512Mi' });
    const changes = await cluster.api.store.changesAfter(before);
    expect(changes.map(({ type, entry }) => [type, entry.key.resource])).toEqual([
      ['ADDED', 'pods'],
      ['MODIFIED', 'resourcequotas'],
    ]);
  });

  test('upon what was there before the quota', async () => {
    const cluster = await testCluster({ admission: [namespaceLifecycle, resourceQuota] });
    for (const name of ['a', 'b']) await cluster.ok('POST', maps, { metadata: { name } });
    await cluster.ok('POST', quotas, { metadata: { name: 'q' }, spec: { hard: { configmaps: '3' } } });
    await cluster.ok('POST', maps, { metadata: { name: 'c' } });
    expect(await used(cluster)).toEqual({ configmaps: '3' });
    expect((await cluster.request('POST', maps, { metadata: { name: 'd' } })).body.message).toContain('used: configmaps=3');
  });

  test('by new bounds at once', async () => {
    const cluster = await setUp({ configmaps: '1' });
    await cluster.ok('POST', maps, { metadata: { name: 'a' } });
    await cluster.ok('PUT', `${quotas}/q`, { metadata: { name: 'q' }, spec: { hard: { configmaps: '2', secrets: '1' } } });
    await cluster.ok('POST', maps, { metadata: { name: 'b' } });
    expect(await used(cluster)).toEqual({ configmaps: '2', secrets: '0' });
  });

  test('every quota that counts it', async () => {
    const cluster = await setUp({ 'count/configmaps': '5' });
    await cluster.ok('POST', quotas, { metadata: { name: 'r' }, spec: { hard: { configmaps: '1' } } });
    await cluster.ok('POST', maps, { metadata: { name: 'a' } });
    expect([await used(cluster), await used(cluster, 'r')]).toEqual([{ 'count/configmaps': '1' }, { configmaps: '1' }]);
    // What one of them refuses the other is not charged.
    expect((await cluster.request('POST', maps, { metadata: { name: 'b' } })).status).toBe(403);
    expect(await used(cluster)).toEqual({ 'count/configmaps': '1' });
  });

  test('only what is in scope', async () => {
    const cluster = await setUp({ pods: '1' }, { scopes: ['Terminating'] });
    await cluster.ok('POST', podsPath, pod('long'));
    await cluster.ok('POST', podsPath, pod('short', { spec: { activeDeadlineSeconds: 5 } }));
    expect(await used(cluster)).toEqual({ pods: '1' });
    // A pod that comes into the scope is charged, and so may be refused.
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    const { body } = await cluster.request('PATCH', `${podsPath}/long`, { spec: { activeDeadlineSeconds: 9 } }, merge);
    expect(body.message).toBe('pods "long" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1');
  });

  test('an update by what it takes more', async () => {
    const cluster = await setUp({ services: '1', 'services.nodeports': '1' });
    const service = (type: string, ports: number) => ({
      metadata: { name: 's' },
      spec: { type, ports: Array.from({ length: ports }, (_, i) => ({ name: `p${i}`, port: i + 1 })) },
    });
    const path = '/api/v1/namespaces/default/services';
    await cluster.ok('POST', path, service('ClusterIP', 2));
    expect(await used(cluster)).toEqual({ services: '1', 'services.nodeports': '0' });
    const { body } = await cluster.request('PUT', `${path}/s`, service('NodePort', 2));
    expect(body.message).toBe(
      'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
    );
    await cluster.ok('PUT', `${path}/s`, service('NodePort', 1));
    expect(await used(cluster)).toEqual({ services: '1', 'services.nodeports': '1' });
  });

  test('apply and generated names as well, dry runs not', async () => {
    const cluster = await setUp({ configmaps: '2' });
    await cluster.ok('POST', `${maps}?dryRun=All`, { metadata: { name: 'dry' } });
    await cluster.ok('POST', maps, { metadata: { generateName: 'g-' } });
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    await cluster.ok('PATCH', `${maps}/a?fieldManager=m`, applied, { headers: { 'content-type': 'application/apply-patch+yaml' } });
    expect(await used(cluster)).toEqual({ configmaps: '2' });
    expect((await cluster.request('POST', `${maps}?dryRun=All`, { metadata: { name: 'dry' } })).status).toBe(403);
  });

  test('nothing that is not created after all', async () => {
    const cluster = await setUp({ configmaps: '9' });
    await cluster.ok('POST', maps, { metadata: { name: 'a' } });
    expect((await cluster.request('POST', maps, { metadata: { name: 'a' } })).status).toBe(409);
    expect((await cluster.request('POST', maps, { metadata: { name: 'A' } })).status).toBe(422);
    expect(await used(cluster)).toEqual({ configmaps: '1' });
  });
});

describe('refusals', () => {
  test('name all that is exceeded', async () => {
    const { request } = await setUp({ pods: '5', 'requests.cpu': '1', 'requests.memory': '1Gi', cpu: '500m' });
    const { body } = await request('POST', podsPath, pod('p', resources({ cpu: '2', memory: '512Mi' })));
    expect(body).toMatchObject({
      code: 403,
      message:
        'pods "p" is forbidden: exceeded quota: q, requested: cpu=2,requests.cpu=2, used: cpu=0,requests.cpu=0, limited: cpu=500m,requests.cpu=1',
    });
  });

  test('pods must say what is bounded', async () => {
    const { request } = await setUp({ 'limits.cpu': '1', 'requests.memory': '1Gi' });
    const { body } = await request('POST', podsPath, pod('p'));
    expect(body.message).toBe('pods "p" is forbidden: failed quota: q: must specify limits.cpu for: main; requests.memory for: main');
  });

  test('what takes nothing passes a quota that is full', async () => {
    const { ok } = await setUp({ 'requests.example.com/gpu': '0' });
    await ok('POST', podsPath, pod('p'));
  });
});

describe('the limit is never passed', () => {
  test('by 64 writers at once', async () => {
    const cluster = await setUp({ configmaps: '20' });
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, i) => cluster.request('POST', maps, { metadata: { name: `m${i}` } })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(44);
    expect((await cluster.ok('GET', maps)).items).toHaveLength(20);
    expect(await used(cluster)).toEqual({ configmaps: '20' });
  });
});
