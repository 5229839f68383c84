import { expect, test } from 'vitest';
import { testCluster } from './support/cluster.ts';
import { cronTabs, definitionsPath } from './support/definitions.ts';

const apiServicesPath = '/apis/apiregistration.k8s.io/v1/apiservices';
const aggregated = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };

const remote = (group: string, version: string, groupPriorityMinimum: number, more: object = {}) => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: `${version}.${group}` },
  spec: { group, version, groupPriorityMinimum, versionPriority: 10, service: { namespace: 'default', name: 'other' }, ...more },
});

test('requests for what a Service serves are answered with 503, discovery says that it is out of reach', async () => {
  const { ok, request } = await testCluster();
  expect((await request('GET', '/apis/first.example.com/v1')).status).toBe(404);
  await ok('POST', apiServicesPath, remote('first.example.com', 'v1', 19_000));
  await ok('POST', apiServicesPath, remote('first.example.com', 'v2', 2_000, { versionPriority: 20 }));
  await ok('POST', apiServicesPath, remote('last.example.com', 'v1', 10));

  for (const path of ['/apis/first.example.com/v1', '/apis/first.example.com/v1/things', '/apis/first.example.com/v1/namespaces/a/things/b']) {
    const { status, body, headers } = await request('GET', path);
    expect([path, status, body.reason, headers.get('retry-after')]).toEqual([path, 503, 'ServiceUnavailable', null]);
  }
  expect((await request('POST', '/apis/last.example.com/v1/things', {})).status).toBe(503);
  expect((await request('GET', '/apis/last.example.com/v2/things')).status).toBe(404);

  const { groups } = await ok('GET', '/apis');
  const names = groups.map(({ name }: { name: string }) => name);
  expect([names[0], names[1], names.at(-1)]).toEqual(['apiregistration.k8s.io', 'first.example.com', 'last.example.com']);
  expect(groups[1].versions.map(({ version }: { version: string }) => version)).toEqual(['v2', 'v1']);
  expect(await ok('GET', '/apis/first.example.com')).toMatchObject({ kind: 'APIGroup', preferredVersion: { version: 'v2' } });
  const { items } = await ok('GET', '/apis', undefined, { headers: aggregated });
  expect(items.at(-1)).toEqual({ metadata: { name: 'last.example.com' }, versions: [{ version: 'v1', freshness: 'Stale' }] });
  expect(items[2].versions[0].freshness).toBe('Current');

  await ok('DELETE', `${apiServicesPath}/v1.last.example.com`);
  expect((await request('GET', '/apis/last.example.com/v1/things')).status).toBe(404);
  expect((await ok('GET', '/apis', undefined, { headers: aggregated })).items.at(-1).metadata.name).not.toBe('last.example.com');
});

test('what is served here is served here, whatever is registered', async () => {
  const { ok } = await testCluster();
  await ok('POST', definitionsPath, cronTabs({ type: 'object' }));
  await ok('POST', apiServicesPath, remote('stable.example.com', 'v1', 1_000));
  await ok('POST', apiServicesPath, remote('apps', 'v1', 1_000));
  expect((await ok('GET', '/apis/stable.example.com/v1/crontabs')).items).toEqual([]);
  expect((await ok('GET', '/apis/apps/v1')).resources.length).toBeGreaterThan(5);
  const { items } = await ok('GET', '/apis', undefined, { headers: aggregated });
  expect(items.flatMap(({ versions }: any) => versions).filter(({ freshness }: any) => freshness !== 'Current')).toEqual([]);
});

test('groups of custom resources come last, by name', async () => {
  const { ok } = await testCluster();
  for (const group of ['b.example.com', 'a.example.com'])
    await ok('POST', definitionsPath, {
      ...cronTabs({ type: 'object' }, { spec: { group, names: { plural: group === 'b.example.com' ? 'as' : 'bs', kind: 'Thing' } } }),
      metadata: { name: `${group === 'b.example.com' ? 'as' : 'bs'}.${group}` },
    });
  const { groups } = await ok('GET', '/apis');
  expect(groups.slice(-3).map(({ name }: { name: string }) => name)).toEqual(['b.example.com', 'example.dev', 'metrics.k8s.io']);
});
