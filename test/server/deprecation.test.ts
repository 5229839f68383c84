import { expect, it } from 'vitest';
import { startWatch } from '../../src/server/watch/start.ts';
import { admin, testCluster } from './support/cluster.ts';

const endpoints = '/api/v1/namespaces/default/endpoints';
const warning = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';

it.each<[string, string, string, unknown?]>([
  ['get', 'GET', `${endpoints}/a`],
  ['list', 'GET', '/api/v1/endpoints'],
  ['watch', 'GET', `${endpoints}?watch=true`],
  ['create', 'POST', endpoints, { metadata: { name: 'b' } }],
  ['update', 'PUT', `${endpoints}/a`, { metadata: { name: 'a' } }],
  ['delete', 'DELETE', `${endpoints}/a`],
  ['deletecollection', 'DELETE', endpoints],
  ['an object that is not there', 'GET', `${endpoints}/none`],
  ['an object that is wrong', 'POST', endpoints, { metadata: { name: 'A' } }],
])('warns of Endpoints: %s', async (_, method, path, body) => {
  const { ok, request } = await testCluster();
  await ok('POST', endpoints, { metadata: { name: 'a' } });
  expect((await request(method, path, body)).headers.get('warning')).toBe(warning);
});

it('keeps errors what they are, and other warnings', async () => {
  const { request } = await testCluster();
  expect((await request('GET', `${endpoints}/none`)).body).toMatchObject({ code: 404, message: 'endpoints "none" not found' });
  const made = await request('POST', endpoints, { metadata: { name: 'a' }, subset: [] });
  expect(made.headers.get('warning')).toBe(`299 - "unknown field \\"subset\\"", ${warning}`);
});

it('tells a watch that streams, too', async () => {
  const { api } = await testCluster();
  const start = (resource: string) =>
    startWatch(api, { url: `https://cluster/api/v1/${resource}?watch=true`, headers: new Headers() }, admin);
  expect((await start('endpoints')).deprecation).toContain('v1 Endpoints is deprecated');
  expect((await start('pods')).deprecation).toBeUndefined();
});

it('warns of ComponentStatus, and of nothing else', async () => {
  const { request } = await testCluster();
  const componentStatuses = await request('GET', '/api/v1/componentstatuses');
  expect(componentStatuses.headers.get('warning')).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"');
  expect((await request('GET', '/api/v1/pods')).headers.get('warning')).toBeNull();
});
