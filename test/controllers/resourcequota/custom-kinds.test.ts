import { expect, test } from 'vitest';
import { namespaceLifecycle } from '../../../src/admission/namespacelifecycle.ts';
import { resourceQuota } from '../../../src/admission/resourcequota.ts';
import { customResourceDefinitionController } from '../../../src/controllers/customresourcedefinition/controller.ts';
import { resourceQuotaController } from '../../../src/controllers/resourcequota/controller.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../../server/support/definitions.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const quotas = '/api/v1/namespaces/default/resourcequotas';
const countName = 'count/crontabs.stable.example.com';
const definition = cronTabs(withSpec({ replicas: { type: 'integer' } }), {
  version: { subresources: { status: {} } },
});

const start = () =>
  LiveCluster.start(
    (scheme) => [resourceQuotaController(scheme), customResourceDefinitionController],
    [namespaceLifecycle, resourceQuota],
  );
const define = (cluster: LiveCluster) => cluster.request('POST', definitionsPath, definition);
const bound = (cluster: LiveCluster, hard: Record<string, string>) =>
  cluster.request('POST', quotas, { metadata: { name: 'q' }, spec: { hard } });
const make = (cluster: LiveCluster, name: string, metadata: object = {}, path = cronTabsPath) =>
  cluster.request('POST', path, cronTab(name, { metadata: { name, ...metadata } }));
const used = async (cluster: LiveCluster) => (await cluster.request('GET', `${quotas}/q`)).status.used;

test('as many as the quota has room for, and 403 past it', async () => {
  const cluster = await start();
  await define(cluster);
  await bound(cluster, { [countName]: '2' });
  await make(cluster, 'a');
  await make(cluster, 'b');
  const refused = await cluster.fetch('POST', cronTabsPath, cronTab('c'));
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    reason: 'Forbidden',
    message: `crontabs.stable.example.com "c" is forbidden: exceeded quota: q, requested: ${countName}=1, used: ${countName}=2, limited: ${countName}=2`,
  });
  // Changes cost nothing, of the object or its status.
  await cluster.patch(`${cronTabsPath}/a`, { spec: { replicas: 3 } });
  await cluster.patch(`${cronTabsPath}/a/status`, { status: { replicas: 3 } });
  expect(await used(cluster)).toEqual({ [countName]: '2' });
  expect(cluster.errors).toEqual([]);
});

test('clients at once do not get past it, nor does apply', async () => {
  const cluster = await start();
  await define(cluster);
  await bound(cluster, { [countName]: '3' });
  const apply = (name: string) =>
    cluster.request('PATCH', `${cronTabsPath}/${name}?fieldManager=me`, cronTab(name), 'application/apply-patch+yaml');
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? make(cluster, `c-${i}`) : apply(`c-${i}`))),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(await cluster.names(cronTabsPath)).toHaveLength(3);
  expect(await used(cluster)).toEqual({ [countName]: '3' });
});

test('what goes gives room, when it is gone', async () => {
  const cluster = await start();
  await define(cluster);
  await bound(cluster, { [countName]: '1' });
  await make(cluster, 'a', { finalizers: ['example.dev/wait'] });
  await cluster.request('DELETE', `${cronTabsPath}/a`);
  await cluster.settle();
  expect(await used(cluster)).toEqual({ [countName]: '1' });
  await expect(make(cluster, 'b')).rejects.toThrow(/403/);
  await cluster.patch(`${cronTabsPath}/a`, { metadata: { finalizers: null } });
  await cluster.settle();
  expect(await used(cluster)).toEqual({ [countName]: '0' });
  await make(cluster, 'b');
});

test('what is there already counts, in its namespace and among other kinds', async () => {
  const cluster = await start();
  await define(cluster);
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
  for (const name of ['a', 'b', 'c']) await make(cluster, name);
  await make(cluster, 'd', {}, cronTabsPath.replace('default', 'team'));
  await bound(cluster, { [countName]: '2', configmaps: '1' });
  await cluster.settle();
  // As upstream: what a quota finds may be more than it allows, and stays.
  expect(await used(cluster)).toEqual({ [countName]: '3', configmaps: '0' });
  await expect(make(cluster, 'e')).rejects.toThrow(/403/);
  await make(cluster, 'e', {}, cronTabsPath.replace('default', 'team'));
  await cluster.request('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'a' } });
  expect(await used(cluster)).toEqual({ [countName]: '3', configmaps: '1' });
});

test('a quota may be there before the kind, and after it', async () => {
  const cluster = await start();
  await bound(cluster, { [countName]: '1' });
  await cluster.settle();
  await define(cluster);
  await make(cluster, 'a');
  await expect(make(cluster, 'b')).rejects.toThrow(/403/);
  await cluster.request('DELETE', `${definitionsPath}/crontabs.stable.example.com`);
  await cluster.settle();
  expect(await used(cluster)).toEqual({ [countName]: '0' });
  await define(cluster);
  await make(cluster, 'b');
  expect(await used(cluster)).toEqual({ [countName]: '1' });
});
