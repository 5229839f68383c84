import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { callHttps } from '../../src/dev/https.ts';
import { accessTo, management, type Access } from './support/api-watch.ts';
import { LocalServer } from './support/local-server.ts';

interface ClusterView {
  id: string;
  name: string;
  server: string;
}

describe('access', () => {
  let server: LocalServer;
  let own: Access;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 0 });
    own = await accessTo(server);
  });
  afterAll(() => server.remove());

  const get = async (url: string, token: string) => {
    const { status, body } = await callHttps(url, { authority: own.authority, token });
    return { status, body: JSON.parse(body) as { kind: string; reason?: string; code?: number } };
  };

  it.each([
    ['no token', ''],
    ['a token of another form', 'secret'],
    ['a token nobody gave out', `hib_kubeconfig_${'0'.repeat(43)}`],
  ])('%s gets 401 as a Status', async (_, token) => {
    const { status, body } = await get(`${own.server}/api/v1/namespaces`, token);
    expect([status, body.kind, body.reason, body.code]).toEqual([401, 'Status', 'Unauthorized', 401]);
  });

  it('creates, shows and deletes clusters; a token opens its own cluster only', async () => {
    const created = await management(server, '/v1/clusters', { method: 'POST', body: { name: 'other' } });
    expect(created.status).toBe(201);
    const other = JSON.parse(created.body) as ClusterView;
    expect(JSON.parse((await management(server, '/v1/clusters/other')).body)).toEqual(other);
    expect((await management(server, '/v1/clusters', { method: 'POST', body: { name: 'other' } })).status).toBe(409);

    const kubeconfig = parse((await management(server, '/v1/clusters/other/kubeconfig')).body) as { users: { user: { token: string } }[] };
    const { token } = kubeconfig.users[0]!.user;
    expect((await get(`${other.server}/api/v1/namespaces`, token)).status).toBe(200);
    expect((await get(`${own.server}/api/v1/namespaces`, token)).status).toBe(403);
    expect((await get(`${other.server}/api/v1/namespaces`, own.token)).status).toBe(403);
    expect((await management(server, '/v1/clusters/other', { token })).status).toBe(403);

    expect((await management(server, `/v1/clusters/${other.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await management(server, '/v1/clusters/other')).status).toBe(404);
    expect((await management(server, '/v1/clusters', { method: 'POST', body: { name: 'other' } })).status).toBe(201);
  });

  it('does not let a client say who it is', async () => {
    const { request } = await import('node:https');
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${own.token}`,
        'content-type': 'application/json',
        'hibernetes-user': JSON.stringify({ name: 'somebody-else', groups: [] }),
        'hibernetes-cluster': 'c-another',
      };
      const url = `${own.server}/apis/authentication.k8s.io/v1/selfsubjectreviews`;
      const call = request(url, { method: 'POST', ca: own.authority, agent: false, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
      });
      call.on('error', reject);
      call.end('{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}');
    });
    expect((JSON.parse(answer) as { status: { userInfo: { username: string } } }).status.userInfo.username).toBe('kubernetes-admin');
  });
});
