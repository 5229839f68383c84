import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ClusterSettings } from '../../src/db/cluster-settings.ts';
import { Authenticator } from '../../src/authn/authenticator.ts';
import { wellKnownGroups } from '../../src/authn/identity.ts';
import { deleteExpiredTokens, findToken, insertToken } from '../../src/authn/token-records.ts';
import { createToken, hashToken, systemSecretBytes } from '../../src/authn/tokens.ts';
import type { Database } from '../../src/db/client.ts';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { createManagementApp } from '../../src/tenancy/app.ts';
import type { ManagementOptions } from '../../src/tenancy/context.ts';
import { clusterTenant } from '../../src/tenancy/cluster-records.ts';
import { purgeDeletedClusters } from '../../src/db/purge.ts';
import { testPlatformKeys } from '../support/keys.ts';
import { testDatabase } from '../support/postgres.ts';
import { noWebhooks } from './no-webhooks.ts';

const usage = { awakeSeconds: 1.5, activeSeconds: 1, objects: 2, bytes: 3, requests: 4, messages: 5, alarms: 6 };

let database: Database;
let now: Date;
let forgotten: string[];
let reloaded: string[];
let errors: unknown[];
let tenant: string;
let adminToken: string;

const clock = { now: () => now };
const controllerNames = ['deployment', 'job'];
const authority = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

beforeAll(async () => {
  database = (await testDatabase()).database;
});

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  forgotten = [];
  reloaded = [];
  errors = [];
  tenant = await newTenant();
  adminToken = await newToken(tenant, [wellKnownGroups.tenantAdmins, wellKnownGroups.masters]);
});

async function newTenant(): Promise<string> {
  const id = `t-${crypto.randomUUID()}`;
  await database.query('insert into tenants (id, name) values ($1, $1)', [id]);
  return id;
}

async function newToken(ofTenant: string, groups: string[], cluster?: string): Promise<string> {
  const token = createToken('api', systemSecretBytes);
  const identity = { tenant: ofTenant, cluster, user: { name: 'tester', groups } };
  await insertToken(database.orm, { hash: await hashToken(token), identity, description: '', createdAt: now });
  return token;
}

/** A fresh isolate: nothing cached. */
function app(overrides: Partial<ManagementOptions> = {}) {
  const authenticator = new Authenticator({ find: (hash) => findToken(database.orm, hash), clock });
  const management = createManagementApp({
    database,
    clock,
    random: systemRandom,
    secretBytes: systemSecretBytes,
    platformKeys: new PlatformKeys(testPlatformKeys),
    authenticate: (token) => authenticator.authenticate(token),
    clusters: {
      usage: async () => usage,
      reload: async (id) => void reloaded.push(id),
      authorities: async () => 'PEM', ...noWebhooks,
      forget: async (id) => void forgotten.push(id),
    },
    settings: { publicUrl: 'https://example.test', certificateAuthority: authority, controllerNames },
    onError: (error) => errors.push(error),
    ...overrides,
  });
  return async (method: string, path: string, body?: unknown, token: string | undefined = adminToken) => {
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    };
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await management.request(path, { method, headers, body: text });
    const answer = await response.text();
    const isJson = response.headers.get('Content-Type')?.includes('json');
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      json: (isJson ? JSON.parse(answer) : undefined) as any,
    };
  };
}

describe('clusters', () => {
  it('are created, found by name and id, listed in pages, and deleted', async () => {
    const call = app();
    const created = await call('POST', '/v1/clusters', { name: 'prod' });
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      id: expect.stringMatching(/^c-[0-9a-z]{10}$/),
      name: 'prod',
      server: `https://example.test/clusters/${created.json.id}`,
      createdAt: '2026-01-01T00:00:00.000Z',
      suspendedAt: null,
      settings: ClusterSettings.parse({}),
    });
    expect(created.headers.get('Location')).toBe(`/v1/clusters/${created.json.id}`);
    for (const key of ['prod', created.json.id]) expect((await call('GET', `/v1/clusters/${key}`)).json).toEqual(created.json);

    await call('POST', '/v1/clusters', { name: 'dev' });
    await call('POST', '/v1/clusters', { name: 'test' });
    const first = await call('GET', '/v1/clusters?limit=2');
    expect(first.json.items.map((cluster: { name: string }) => cluster.name)).toEqual(['dev', 'prod']);
    const second = await call('GET', `/v1/clusters?limit=2&cursor=${first.json.nextCursor}`);
    expect(second.json).toEqual({ items: [expect.objectContaining({ name: 'test' })] });

    expect((await call('DELETE', '/v1/clusters/prod')).status).toBe(204);
    expect(forgotten).toEqual([created.json.id]);
    expect((await call('GET', '/v1/clusters/prod')).status).toBe(404);
    expect((await call('DELETE', '/v1/clusters/prod')).status).toBe(404);
    expect(await clusterTenant(database.orm, created.json.id)).toBeUndefined();
    expect((await call('POST', '/v1/clusters', { name: 'prod' })).status).toBe(201);
  });

  it('have names of their own within a tenant only', async () => {
    const call = app();
    await call('POST', '/v1/clusters', { name: 'prod' });
    const again = await call('POST', '/v1/clusters', { name: 'prod' });
    expect(again.status).toBe(409);
    expect(again.json.code).toBe('name_taken');
    const other = await newToken(await newTenant(), [wellKnownGroups.tenantAdmins]);
    expect((await call('POST', '/v1/clusters', { name: 'prod' }, other)).status).toBe(201);
  });

  it('of another tenant do not exist', async () => {
    const call = app();
    const { id } = (await call('POST', '/v1/clusters', { name: 'prod' })).json;
    const other = await newToken(await newTenant(), [wellKnownGroups.tenantAdmins]);
    const paths = [`/v1/clusters/${id}`, '/v1/clusters/prod', `/v1/clusters/${id}/kubeconfig`, `/v1/clusters/${id}/usage`];
    for (const path of paths) expect((await call('GET', path, undefined, other)).status).toBe(404);
    expect((await call('DELETE', `/v1/clusters/${id}`, undefined, other)).status).toBe(404);
    expect((await call('PATCH', `/v1/clusters/${id}`, { settings: {} }, other)).status).toBe(404);
    expect((await call('POST', `/v1/clusters/${id}/node-tokens`, undefined, other)).status).toBe(404);
    expect((await call('GET', '/v1/clusters', undefined, other)).json.items).toEqual([]);
    expect((await call('GET', `/v1/clusters/${id}`)).status).toBe(200);
  });

  describe('have settings', () => {
    const defaults = ClusterSettings.parse({});

    it('with defaults, said at the creation or changed one by one; a change is told to the object', async () => {
      const call = app();
      expect((await call('POST', '/v1/clusters', { name: 'prod' })).json.settings).toEqual(defaults);
      const own = { controllers: ['*', '-job'] };
      const created = (await call('POST', '/v1/clusters', { name: 'own', settings: own })).json;
      expect(created.settings).toEqual({ ...defaults, ...own });
      const changed = await call('PATCH', '/v1/clusters/own', { settings: { scheduler: { enabled: false } } });
      expect([changed.status, changed.json.settings]).toEqual([
        200,
        { ...defaults, ...own, scheduler: { enabled: false, profiles: [] } },
      ]);
      expect(reloaded).toEqual([created.id]);
      expect((await call('GET', '/v1/clusters/own')).json).toEqual(changed.json);
      expect((await call('GET', '/v1/clusters/prod')).json.settings).toEqual(defaults);
    });

    it.each([
      [{ controllers: ['jobs'] }, '/settings/controllers', 'not in the list of known controllers: jobs (known: deployment, job)'],
      [{ controllers: ['No'] }, '/settings/controllers/0', 'must be "*", the name of a controller, or "-" and its name'],
      [{ colour: 'red' }, '/settings', 'Unrecognized key: "colour"'],
    ])('%j are refused, and change nothing', async (settings, pointer, detail) => {
      const call = app();
      await call('POST', '/v1/clusters', { name: 'prod' });
      for (const answer of [
        await call('POST', '/v1/clusters', { name: 'other', settings }),
        await call('PATCH', '/v1/clusters/prod', { settings }),
      ]) {
        expect(answer.status).toBe(422);
        expect(answer.json.errors).toEqual([{ pointer, detail }]);
      }
      expect((await call('GET', '/v1/clusters')).json.items.map(({ settings }: any) => settings)).toEqual([defaults]);
      expect(reloaded).toEqual([]);
    });
  });

  it('are bounded in number', async () => {
    const call = app({ settings: { controllerNames, clustersPerTenantMax: 1 } });
    await call('POST', '/v1/clusters', { name: 'one' });
    const second = await call('POST', '/v1/clusters', { name: 'two' });
    expect([second.status, second.json.code]).toEqual([403, 'quota_exceeded']);
  });

  it.each(['', 'Prod', '-a', 'a-', 'a.b', 'a'.repeat(64), 'c-0123456789'])('cannot be named %j', async (name) => {
    const answer = await app()('POST', '/v1/clusters', { name });
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ code: 'invalid', errors: [{ pointer: '/name' }] });
  });

  it('tell their usage', async () => {
    const call = app();
    await call('POST', '/v1/clusters', { name: 'prod' });
    expect((await call('GET', '/v1/clusters/prod/usage')).json).toEqual(usage);
  });
});

describe('tokens of a cluster', () => {
  it('come in a kubeconfig, each time another, and end with the cluster', async () => {
    const call = app();
    const { id, server } = (await call('POST', '/v1/clusters', { name: 'prod' })).json;
    const answers = [await call('GET', '/v1/clusters/prod/kubeconfig'), await call('GET', `/v1/clusters/${id}/kubeconfig`)];
    const tokens = answers.map(({ text }) => parse(text).users[0].user.token as string);
    expect(tokens[0]).not.toBe(tokens[1]);
    const config = parse(answers[0]!.text);
    expect(config.clusters).toEqual([{ name: 'prod', cluster: { server, 'certificate-authority-data': btoa(authority) } }]);
    expect(config.contexts[0].context).toEqual({ cluster: config.clusters[0].name, user: config.users[0].name });
    expect(config['current-context']).toBe(config.contexts[0].name);
    expect(answers[0]!.headers.get('Cache-Control')).toBe('no-store');
    const stored = await findToken(database.orm, await hashToken(tokens[0]!));
    expect(stored?.identity).toEqual({ tenant, cluster: id, user: { name: 'kubernetes-admin', groups: ['system:masters'] } });

    await call('DELETE', '/v1/clusters/prod');
    expect(await findToken(database.orm, await hashToken(tokens[0]!))).toBeUndefined();
  });

  it('join nodes, and expire if asked to', async () => {
    const call = app();
    const { id, server } = (await call('POST', '/v1/clusters', { name: 'prod' })).json;
    const lasting = await call('POST', '/v1/clusters/prod/node-tokens');
    expect(lasting.status).toBe(201);
    expect(lasting.json).toEqual({ id: expect.any(String), token: expect.stringMatching(/^hib_node_/), server, expiresAt: null });
    const short = await call('POST', '/v1/clusters/prod/node-tokens', { ttlSeconds: 60, description: 'rack 4' });
    expect(short.json.expiresAt).toBe('2026-01-01T00:01:00.000Z');
    const stored = await findToken(database.orm, await hashToken(short.json.token));
    expect(stored?.identity).toMatchObject({ cluster: id, user: { groups: [wellKnownGroups.nodeJoiners] } });

    now = new Date('2026-01-01T00:01:00Z');
    await deleteExpiredTokens(database.orm, now);
    expect(await findToken(database.orm, await hashToken(short.json.token))).toBeUndefined();
    expect(await findToken(database.orm, await hashToken(lasting.json.token))).toBeDefined();
  });

  it('are bounded in number', async () => {
    const call = app({ settings: { controllerNames, tokensPerClusterMax: 1 } });
    await call('POST', '/v1/clusters', { name: 'prod' });
    await call('POST', '/v1/clusters/prod/node-tokens', { ttlSeconds: 60 });
    expect((await call('GET', '/v1/clusters/prod/kubeconfig')).json.code).toBe('quota_exceeded');
    now = new Date('2026-01-01T00:01:00Z');
    expect((await call('GET', '/v1/clusters/prod/kubeconfig')).status).toBe(200);
  });
});

describe('every request', () => {
  it('needs a token of the tenant with the right to manage', async () => {
    const call = app();
    const { id } = (await call('POST', '/v1/clusters', { name: 'prod' })).json;
    const cases: [string, number][] = [
      ['', 401],
      ['wrong', 401],
      [createToken('admin', systemSecretBytes), 401],
      [await newToken(tenant, [wellKnownGroups.masters]), 403],
      [await newToken(tenant, [wellKnownGroups.masters, wellKnownGroups.tenantAdmins], id), 403],
      [await newToken(tenant, [wellKnownGroups.tenantAdmins]), 200],
    ];
    for (const [token, status] of cases) {
      const answer = await call('GET', '/v1/clusters', undefined, token);
      expect(answer.status).toBe(status);
      if (status === 401) expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer');
    }
  });

  it.each([
    ['POST', '/v1/clusters', '{', 400, 'malformed_body'],
    ['POST', '/v1/clusters', '', 400, 'malformed_body'],
    ['POST', '/v1/clusters', '{"name":"a","size":3}', 422, 'invalid'],
    ['POST', '/v1/clusters', '[]', 422, 'invalid'],
    ['POST', '/v1/clusters', `{"name":"${'a'.repeat(70_000)}"}`, 413, 'body_too_large'],
    ['GET', '/v1/clusters?limit=0', undefined, 422, 'invalid'],
    ['GET', '/v1/nothing', undefined, 404, 'not_found'],
    ['GET', '/elsewhere', undefined, 404, 'not_found'],
  ])('%s %s %j: problem %i %s', async (method, path, body, status, code) => {
    const answer = await app()(method, path, body);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ status, code, type: `urn:hibernetes:problem:${code}` });
    expect(answer.status).toBe(status);
  });

  it('takes JSON only', async () => {
    const management = createManagementApp({
      ...({} as ManagementOptions),
      database,
      clock,
      settings: { controllerNames },
      authenticate: async () => ({ tenant, user: { name: 'u', groups: [wellKnownGroups.tenantAdmins] } }),
    });
    const headers = { Authorization: 'Bearer x', 'Content-Type': 'text/plain' };
    const answer = await management.request('/v1/clusters', { method: 'POST', body: '{"name":"a"}', headers });
    expect(answer.status).toBe(415);
  });

  it('tells nothing of what went wrong inside', async () => {
    const call = app({
      clusters: { usage: () => Promise.reject(new Error('secret')), reload: async () => {}, authorities: async () => 'PEM', ...noWebhooks, forget: async () => {} },
    });
    await call('POST', '/v1/clusters', { name: 'prod' });
    const answer = await call('GET', '/v1/clusters/prod/usage');
    expect([answer.status, answer.json.code]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('secret');
    expect(errors).toHaveLength(1);
  });
});

describe('purgeDeletedClusters', () => {
  it('removes rows of deleted clusters in bounded batches and nothing else', async () => {
    const call = app();
    const [gone, kept] = [
      (await call('POST', '/v1/clusters', { name: 'gone' })).json.id as string,
      (await call('POST', '/v1/clusters', { name: 'kept' })).json.id as string,
    ];
    for (const id of [gone, kept])
      for (let i = 0; i < 5; i++) {
        const row = [id, `cm-${i}`, `uid-${id}-${i}`, i + 2];
        await database.query(
          `insert into objects (cluster_id, resource, namespace, name, uid, revision, data) values ($1, 'configmaps', 'default', $2, $3, $4, '{}')`,
          row,
        );
        await database.query(
          `insert into log (cluster_id, revision, type, resource, namespace, name, uid, previous_revision, data)
           values ($1, $4, 'ADDED', 'configmaps', 'default', $2, $3, 0, '{}')`,
          row,
        );
      }
    await call('DELETE', '/v1/clusters/gone');
    const rows = async (table: string, id: string) =>
      Number((await database.query(`select count(*) from ${table} where cluster_id = $1`, [id]))[0]![0]);

    // Other tests' clusters may be waiting too: go on until all is done, and see that each call is bounded.
    const first = await purgeDeletedClusters(database.orm, { batchRows: 2, batchesMax: 1 });
    expect(first.done).toBe(false);
    let runs = 0;
    while (!(await purgeDeletedClusters(database.orm, { batchRows: 2, batchesMax: 10 })).done && runs < 50) runs++;
    expect([await rows('objects', gone), await rows('log', gone)]).toEqual([0, 0]);
    expect([await rows('objects', kept), await rows('log', kept)]).toEqual([5, 5]);
    expect(await database.query('select id from clusters where id = $1', [gone])).toEqual([]);
  });
});
