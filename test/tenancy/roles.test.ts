import { beforeAll, expect, test } from 'vitest';
import { operationsOf } from '../../src/tenancy/operations.ts';
import { testDatabase } from '../support/postgres.ts';
import { pathOf } from './every-route.ts';
import { TestManagement, type Answer } from './support.ts';

// Who may do what in the management API, found out by asking every route, and drawn in roles.txt.

let management: TestManagement;
let tokens: Record<string, string | undefined>;

beforeAll(async () => {
  management = new TestManagement((await testDatabase()).database);
  const platform = await management.platformToken();
  const { token: owner } = await management.tenant(platform, 'acme');
  const post = async (path: string, body: unknown) => (await management.call({ method: 'POST', path, token: owner, body })).json;
  await post('/v1/clusters', { name: 'prod' });
  await post('/v1/clusters', { name: 'dev' });
  const member = async (role: 'viewer' | 'member' | 'admin') => (await management.member(owner, `${role}@acme.example`, role)).token;
  const ofCluster = async (path: string, body: object = {}) => (await post(`/v1/clusters/prod/${path}`, body)).token as string;
  tokens = {
    nobody: undefined,
    viewer: await member('viewer'),
    member: await member('member'),
    admin: await member('admin'),
    owner,
    platform,
    'key of dev': (await management.key(owner, { name: 'dev', clusters: ['dev'] })).token,
    'key of prod': (await management.key(owner, { name: 'prod', clusters: ['prod'] })).token,
    'key that reads': (await management.key(owner, { name: 'reads', actions: ['clusters.read', 'usage.*'] })).token,
    kubeconfig: await ofCluster('tokens'),
    'of namespaces': await ofCluster('tokens', { namespaces: ['team'] }),
    'join token': await ofCluster('node-tokens'),
  };
});

test('the picture', async () => {
  const app = management.app();
  const rows: string[][] = [];
  for (const operation of operationsOf(app)) {
    const parameters = { cluster: 'prod', member: 'none', key: 'none', token: 'none', issuer: 'none', tenant: 'none', webhook: 'none', hook: 'none', delivery: '1' };
    const path = pathOf(operation, parameters);
    const marks = Object.values(tokens).map(async (token) => {
      // A body that is too long gets nowhere after the rights have been looked at, so that nothing is changed.
      const body = operation.method === 'GET' ? undefined : 'x'.repeat(70_000);
      return markOf(await management.call({ method: operation.method, path, token, body }, app));
    });
    rows.push([operation.permission, `${operation.method} ${operation.path}`, ...(await Promise.all(marks))]);
  }
  const head = ['permission', 'route', ...Object.keys(tokens)];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  const line = (row: string[]) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd();
  const legend = '+ may   . may not (403)   ! is nobody (401)   0 sees nothing there (404)';
  await expect([legend, '', line(head), ...rows.sort((a, b) => (a.join() < b.join() ? -1 : 1)).map(line), ''].join('\n')).toMatchFileSnapshot('roles.txt');
});

function markOf({ status, json }: Answer): string {
  if (status === 401) return '!';
  if (status === 403) return '.';
  return status === 404 && json.detail === 'there is no such cluster' ? '0' : '+';
}
