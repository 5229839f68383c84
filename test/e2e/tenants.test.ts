import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { accessTo, management } from './support/api-watch.ts';
import { LocalServer } from './support/local-server.ts';

interface Asked {
  method?: string;
  token: string;
  body?: unknown;
  headers?: Record<string, string>;
}

let server: LocalServer;
let authority: string;

/** One request to any address of the server; an upgrade that succeeds counts as 101. */
function ask(url: string, { method = 'GET', token, body, headers = {} }: Asked): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const all = { authorization: `Bearer ${token}`, accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
    const call = request(url, { method, ca: authority, agent: false, headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    call.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: {}, text: '' });
    });
    call.on('error', reject);
    call.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

interface Tenant {
  id: string;
  /** The key of its owner. */
  token: string;
  cluster: { id: string; server: string };
  /** May do everything in the cluster. */
  kubeconfig: string;
}

const v1 = async (path: string, options: Parameters<typeof management>[2]) => {
  const { status, body } = await management(server, path, options);
  return { status, json: body.startsWith('{') ? JSON.parse(body) : undefined, text: body };
};

async function newTenant(name: string): Promise<Tenant> {
  const made = (await v1('/v1/tenants', { method: 'POST', body: { name, owner: { email: `owner@${name}.example` } } })).json;
  const { token } = made.owner as { token: string };
  const cluster = (await v1('/v1/clusters', { method: 'POST', token, body: { name: 'prod' } })).json;
  const text = (await v1('/v1/clusters/prod/kubeconfig', { token })).text;
  return { id: made.id, token, cluster, kubeconfig: parse(text).users[0].user.token as string };
}

const configMaps = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string) => ({ metadata: { name }, data: { secret: 'of-the-victim' } });
const usageOf = async ({ token }: Tenant) => (await v1('/v1/clusters/prod/usage', { token })).json as { objects: number; bytes: number; requests: number };

beforeAll(async () => {
  server = await LocalServer.start({ nodes: 0 });
  ({ authority } = await accessTo(server));
});
afterAll(() => server.remove());

describe('tenants', () => {
  let victim: Tenant;
  let stranger: Tenant;
  beforeAll(async () => {
    [victim, stranger] = [await newTenant('victim'), await newTenant('stranger')];
    await ask(victim.cluster.server + configMaps, { method: 'POST', token: victim.kubeconfig, body: configMap('known') });
  });

  it('do not get into each other’s clusters: no verb, with no kind of credentials', async () => {
    const own = (path: string, body: object) => v1(`/v1/clusters/prod/${path}`, { method: 'POST', token: stranger.token, body });
    const account = `${stranger.cluster.server}/api/v1/namespaces/default/serviceaccounts/default/token`;
    const created = await ask(account, { method: 'POST', token: stranger.kubeconfig, body: { spec: {} } });
    const credentials: Record<string, string> = {
      'the owner’s key': stranger.token,
      'a kubeconfig': stranger.kubeconfig,
      'a token of namespaces': (await own('tokens', { namespaces: ['default'] })).json.token,
      'a viewer’s token': (await own('tokens', { role: 'view' })).json.token,
      'a join token': (await own('node-tokens', {})).json.token,
      'a ServiceAccount': JSON.parse(created.text).status.token,
      'no token': '',
    };
    const named = `${configMaps}/known`;
    expect((await ask(victim.cluster.server + named, { token: victim.kubeconfig })).text).toContain('of-the-victim');
    const patch = { 'content-type': 'application/merge-patch+json' };
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    const socket = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'MTIzNDU2Nzg5MDEyMzQ1Ng==' };
    const verbs: Record<string, [string, string, unknown?, Record<string, string>?]> = {
      get: ['GET', named],
      list: ['GET', configMaps],
      'list everywhere': ['GET', '/api/v1/secrets'],
      watch: ['GET', `${configMaps}?watch=true`],
      create: ['POST', configMaps, configMap('new')],
      'dry run': ['POST', `${configMaps}?dryRun=All`, configMap('new')],
      update: ['PUT', named, { ...configMap('known'), data: {} }],
      patch: ['PATCH', named, { data: { secret: 'changed' } }, patch],
      apply: ['PATCH', `${named}?fieldManager=x`, { apiVersion: 'v1', kind: 'ConfigMap', ...configMap('known') }, apply],
      delete: ['DELETE', named],
      deletecollection: ['DELETE', configMaps],
      'a token of an account': ['POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { spec: {} }],
      review: ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: {} }],
      impersonate: ['GET', named, undefined, { 'impersonate-user': 'kubernetes-admin', 'impersonate-group': 'system:masters' }],
      exec: ['GET', '/api/v1/namespaces/default/pods/p/exec?command=sh', undefined, socket],
      proxy: ['GET', '/api/v1/namespaces/default/services/s/proxy/'],
      'the tunnel of a node': ['GET', '/tunnel?node=evil', undefined, socket],
      discovery: ['GET', '/apis'],
      openapi: ['GET', '/openapi/v3'],
      metrics: ['GET', '/metrics'],
      health: ['GET', '/readyz'],
      'the keys of its tokens': ['GET', '/openid/v1/jwks'],
    };
    const { objects, bytes, requests } = await usageOf(victim);
    const wrong: string[] = [];
    for (const [who, token] of Object.entries(credentials))
      for (const [what, [method, path, body, headers]] of Object.entries(verbs)) {
        const answer = await ask(victim.cluster.server + path, { method, token, body, headers });
        if ((answer.status !== 401 && answer.status !== 403) || answer.text.includes('of-the-victim')) wrong.push(`${who}: ${what}: ${answer.status}`);
      }
    expect(wrong).toEqual([]);
    // Nothing has changed, and the cluster has not even been asked.
    expect(await usageOf(victim)).toMatchObject({ objects, bytes, requests });
  });

  it('give out tokens that see only some namespaces, and kubeconfigs that only look', async () => {
    const { server: address } = victim.cluster;
    const tokenOf = async (body: object) => (await v1('/v1/clusters/prod/tokens', { method: 'POST', token: victim.token, body })).json.token as string;
    const limited = await tokenOf({ namespaces: ['default'] });
    const seen = JSON.parse((await ask(`${address}/api/v1/namespaces`, { token: limited })).text) as { items: { metadata: { name: string } }[] };
    expect(seen.items.map(({ metadata }) => metadata.name)).toEqual(['default']);
    expect((await ask(`${address}/api/v1/namespaces/kube-system/configmaps`, { token: limited })).status).toBe(403);

    const viewer = await tokenOf({ role: 'view' });
    expect((await ask(address + configMaps, { token: viewer })).status).toBe(200);
    expect((await ask(address + configMaps, { method: 'POST', token: viewer, body: configMap('x') })).status).toBe(403);
    expect((await ask(`${address}/api/v1/namespaces/default/secrets`, { token: viewer })).status).toBe(403);
    const editor = await tokenOf({ role: 'edit' });
    expect((await ask(address + configMaps, { method: 'POST', token: editor, body: configMap('x') })).status).toBe(201);
    expect((await ask(`${address}/apis/rbac.authorization.k8s.io/v1/clusterroles`, { token: editor })).status).toBe(403);
  });

  it('suspend clusters and resume them', async () => {
    const list = async () => (await ask(victim.cluster.server + configMaps, { token: victim.kubeconfig })).status;
    const set = (what: string) => v1(`/v1/clusters/prod/${what}`, { method: 'POST', token: victim.token });
    const { objects } = await usageOf(victim);
    expect((await set('suspend')).status).toBe(200);
    const refused = await ask(victim.cluster.server + configMaps, { token: victim.kubeconfig });
    expect([refused.status, JSON.parse(refused.text).message]).toEqual([503, 'the cluster is suspended']);
    expect([await list(), (await usageOf(victim)).objects]).toEqual([503, objects]);
    expect((await set('resume')).status).toBe(200);
    expect(await list()).toBe(200);
  });

  it('are held to quotas', async () => {
    const { token, cluster, kubeconfig } = stranger;
    const setQuotas = (quotas: object) => v1('/v1/clusters/prod', { method: 'PATCH', token, body: { settings: { quotas } } });
    const create = (name: string) => ask(cluster.server + configMaps, { method: 'POST', token: kubeconfig, body: configMap(name) });
    // What the controllers make of a new cluster is to be there first.
    let { objects } = await usageOf(stranger);
    for (let last = -1; last !== objects; ) [last, objects] = [objects, await sleep(1_500).then(async () => (await usageOf(stranger)).objects)];
    await setQuotas({ objects: objects + 1 });
    expect((await create('one')).status).toBe(201);
    const refused = await create('two');
    expect([refused.status, JSON.parse(refused.text).message]).toEqual([403, `forbidden: exceeded quota of the cluster: objects, limited: ${objects + 1}`]);
    // The tenant's quota holds whatever the cluster's says.
    await setQuotas({});
    await v1(`/v1/tenants/${stranger.id}`, { method: 'PATCH', body: { quotas: { perCluster: { requestsPerSecond: 1, watches: 0 } } } });
    await v1('/v1/clusters/prod/suspend', { method: 'POST', token });
    await v1('/v1/clusters/prod/resume', { method: 'POST', token });
    const watch = await ask(`${cluster.server}${configMaps}?watch=true`, { token: kubeconfig });
    expect([watch.status, watch.headers['retry-after']]).toEqual([429, '10']);
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(cluster.server + configMaps, { token: kubeconfig })));
    const late = answers.filter(({ status }) => status === 429);
    expect(late.length).toBeGreaterThan(5);
    expect(late[0]!.headers['retry-after']).toBe('1');
  });

  it('are deleted when their clusters are', async () => {
    const { status } = await v1('/v1/clusters/prod', { method: 'DELETE', token: victim.token });
    expect(status).toBe(204);
    // Its tokens are gone; who knew one for the next half minute finds no cluster.
    expect([401, 404]).toContain((await ask(victim.cluster.server + configMaps, { token: victim.kubeconfig })).status);
    expect((await v1(`/v1/tenants/${victim.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await v1('/v1/tenants', { method: 'POST', body: { name: 'victim', owner: { email: 'a@b.example' } } })).status).toBe(201);
  });

  it('have documentation that runs nothing', async () => {
    const page = await ask(`${server.url}/docs`, { token: '' });
    expect([page.status, page.text.includes('Creates a cluster'), page.text.includes('<script')]).toEqual([200, true, false]);
    expect(JSON.parse((await ask(`${server.url}/v1/openapi.json`, { token: '' })).text).openapi).toBe('3.1.0');
  });
});
