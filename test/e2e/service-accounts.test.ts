import { request } from 'node:https';
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callHttps } from '../../src/dev/https.ts';
import { accessTo, management, type Access } from './support/api-watch.ts';
import { LocalServer } from './support/local-server.ts';

const account = '/api/v1/namespaces/default/serviceaccounts/bot';
const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const user = 'system:serviceaccount:default:bot';

describe('tokens of ServiceAccounts', () => {
  let server: LocalServer;
  let own: Access;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 0 });
    own = await accessTo(server);
    await call('/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'bot' } } });
    await letWatch(['bot', 'bob']);
  });
  afterAll(() => server.remove());

  const call = async (path: string, options: { body?: object; token?: string; method?: string; base?: string } = {}) => {
    const { base = own.server, token = own.token, body, method = body ? 'POST' : 'GET' } = options;
    const answer = await callHttps(base + path, { authority: own.authority, token, body, method });
    return { status: answer.status, body: JSON.parse(answer.body) as any };
  };
  /** Lets the account and the user see namespaces, and be each other. */
  async function letWatch([account, name]: [string, string]): Promise<void> {
    const group = 'rbac.authorization.k8s.io';
    const rules = [
      { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
    ];
    const metadata = { name: 'watcher' };
    const roleRef = { apiGroup: group, kind: 'ClusterRole', name: 'watcher' };
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace: 'default' }, { kind: 'User', name, apiGroup: group }];
    await call(`/apis/${group}/v1/clusterroles`, { body: { metadata, rules } });
    await call(`/apis/${group}/v1/clusterrolebindings`, { body: { metadata, roleRef, subjects } });
  }
  const newToken = async (spec: object = {}): Promise<string> => (await call(`${account}/token`, { body: { spec } })).body.status.token;
  const nameOf = async (token: string, base?: string) => {
    const { status, body } = await call(whoAmI, { token, base, body: {} });
    return status === 201 ? body.status.userInfo.username : status;
  };

  it('open their cluster, with and without its path', async () => {
    const token = await newToken();
    expect(await nameOf(token)).toBe(user);
    expect(await nameOf(token, server.url)).toBe(user);
    expect((await call('/api/v1/namespaces?limit=1', { token, base: server.url })).body.kind).toBe('NamespaceList');
    // It may do what roles say, and no more.
    expect((await call('/api/v1/nodes', { token })).body.reason).toBe('Forbidden');
    expect((await call('/version', { base: server.url })).body.major).toBe('1');
    expect((await call('/v1/clusters', { token, base: server.url })).status).toBe(401);
    expect((await call('/version', { token: 'nothing', base: server.url })).status).toBe(401);
  });

  it('open no other cluster', async () => {
    const token = await newToken();
    const other = JSON.parse((await management(server, '/v1/clusters', { method: 'POST', body: { name: 'other' } })).body) as { server: string };
    expect(await nameOf(token, other.server)).toBe(401);
    // Not even when both have keys, and the token is for both.
    const both = await newToken({ audiences: [own.server, other.server] });
    const { token: admin } = await adminOf('other');
    await call('/api/v1/namespaces/default/serviceaccounts', { base: other.server, token: admin, body: { metadata: { name: 'bot' } } });
    expect((await call(`${account}/token`, { base: other.server, token: admin, body: {} })).status).toBe(201);
    expect([await nameOf(both), await nameOf(both, other.server)]).toEqual([user, 401]);
  });

  it('are for their audiences', async () => {
    const token = await newToken({ audiences: ['vault'] });
    expect(await nameOf(token)).toBe(401);
    const review = async (audiences?: string[]) =>
      (await call('/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token, audiences } } })).body.status.authenticated;
    expect([await review(['vault']), await review()]).toEqual([true, undefined]);
  });

  it('are accepted by whoever knows the issuer', async () => {
    const token = await newToken({ audiences: ['vault'] });
    const { iss: issuer = '' } = decodeJwt(token);
    const { body: configuration } = await call('/.well-known/openid-configuration', { base: issuer });
    expect(configuration.issuer).toBe(issuer);
    const get = async (url: string) => {
      const { status, body } = await callHttps(url, { authority: own.authority, token: own.token });
      return new Response(body, { status });
    };
    const keys = createRemoteJWKSet(new URL(configuration.jwks_uri), { [customFetch]: get });
    const { payload } = await jwtVerify(token, keys, { issuer, audience: 'vault', algorithms: configuration.id_token_signing_alg_values_supported });
    expect(payload.sub).toBe(user);
    await expect(jwtVerify(token, keys, { issuer, audience: 'others' })).rejects.toThrow(/aud/);
    expect((await call('/openid/v1/jwks', { base: issuer, token: 'nothing' })).status).toBe(401);
  });

  it('end at once with what they are bound to', async () => {
    await call('/api/v1/namespaces/default/secrets', { body: { metadata: { name: 'lease' } } });
    const token = await newToken({ boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'lease' } });
    expect(await nameOf(token)).toBe(user);
    await call('/api/v1/namespaces/default/secrets/lease', { method: 'DELETE' });
    expect(await nameOf(token)).toBe(401);
  });

  it('are kept in Secrets', async () => {
    const path = '/api/v1/namespaces/default/secrets';
    const annotations = { 'kubernetes.io/service-account.name': 'bot' };
    await call(path, { body: { metadata: { name: 'kept', annotations }, type: 'kubernetes.io/service-account-token' } });
    await expect.poll(async () => (await call(`${path}/kept`)).body.data?.token).toBeDefined();
    const token = Buffer.from((await call(`${path}/kept`)).body.data.token, 'base64').toString();
    expect(await nameOf(token)).toBe(user);
    // Such a token does not say which cluster it is for.
    expect(await nameOf(token, server.url)).toBe(401);
    await call(`${path}/kept`, { method: 'DELETE' });
    expect(await nameOf(token)).toBe(401);
  });

  it('watch, until they end', async () => {
    const token = await newToken();
    const status = async (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const url = `${own.server}/api/v1/namespaces?watch=1&timeoutSeconds=1`;
        const watch = request(url, { ca: own.authority, agent: false, headers: { authorization: `Bearer ${token}`, ...headers } });
        watch.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));
        watch.on('error', reject).end();
      });
    expect(await status({})).toBe(200);
    expect(await status({ 'impersonate-user': 'bob' })).toBe(200);
    expect(await status({ 'impersonate-group': 'g' })).toBe(400);
    await call(account, { method: 'DELETE' });
    expect(await status({})).toBe(401);
    await call('/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'bot' } } });
    expect(await status({})).toBe(401);
  });

  it('are valid after a restart', async () => {
    const token = await newToken();
    await server.end();
    await server.start();
    expect(await nameOf(token)).toBe(user);
    const key = (text: string) => JSON.parse(Buffer.from(text.split('.')[0]!, 'base64url').toString()).kid as string;
    expect(key(await newToken())).toBe(key(token));
  });

  async function adminOf(name: string): Promise<{ token: string }> {
    const { parse } = await import('yaml');
    const config = parse((await management(server, `/v1/clusters/${name}/kubeconfig`)).body) as { users: { user: { token: string } }[] };
    return config.users[0]!.user;
  }
});
