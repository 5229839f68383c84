import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findAuthentication } from '../../src/authn/jwt/settings-records.ts';
import { findToken } from '../../src/authn/token-records.ts';
import { hashToken } from '../../src/authn/tokens.ts';
import { forgetOldRequests } from '../../src/tenancy/upkeep.ts';
import { testDatabase } from '../support/postgres.ts';
import { bodies } from './every-route.ts';
import { TestManagement } from './support.ts';

let management: TestManagement;
let platform: string;
let tenant: { id: string; token: string };
let count = 0;

beforeAll(async () => {
  management = new TestManagement((await testDatabase()).database);
  platform = await management.platformToken();
});

beforeEach(async () => {
  management.now = new Date('2026-01-01T00:00:00Z');
  tenant = await management.tenant(platform, `tenant-${++count}`);
});

/** A call by the tenant's owner, or by somebody else. */
const call = (method: string, path: string, body?: unknown, token = tenant.token, headers = {}) =>
  management.call({ method, path, body, token, headers });
const later = (ms: number) => (management.now = new Date(management.now.getTime() + ms));

describe('tenants', () => {
  test('are made with an owner, renamed, bounded and deleted', async () => {
    const self = (await call('GET', '/v1/whoami')).json;
    expect(self).toMatchObject({ tenant: { id: tenant.id }, role: 'owner', name: `owner@tenant-${count}.example`, clusters: null });
    expect((await call('POST', '/v1/tenants', { name: `tenant-${count}`, owner: { email: 'a@b.example' } }, platform)).json.code).toBe('name_taken');
    expect((await call('PATCH', '/v1/tenant', { name: `renamed-${count}` })).json.name).toBe(`renamed-${count}`);
    const quotas = { clusters: 1, perCluster: { objects: 5 } };
    expect((await call('PATCH', `/v1/tenants/${tenant.id}`, { quotas }, platform)).json.quotas).toEqual(quotas);
    expect((await call('GET', '/v1/tenant')).json.quotas).toEqual(quotas);
    expect((await call('POST', '/v1/clusters', { name: 'one' })).status).toBe(201);
    expect((await call('POST', '/v1/clusters', { name: 'two' })).json.code).toBe('quota_exceeded');
    expect((await call('DELETE', `/v1/tenants/${tenant.id}`, undefined, platform)).json.code).toBe('conflict');
    await call('DELETE', '/v1/clusters/one');
    expect((await call('DELETE', `/v1/tenants/${tenant.id}`, undefined, platform)).status).toBe(204);
    expect((await call('GET', '/v1/whoami')).status).toBe(401);
    expect((await call('GET', `/v1/tenants/${tenant.id}`, undefined, platform)).status).toBe(404);
    expect((await call('POST', '/v1/tenants', { name: `renamed-${count}`, owner: { email: 'a@b.example' } }, platform)).status).toBe(201);
  });
});

describe('members', () => {
  test('have a role, which nobody gives who has less, and which bounds their keys', async () => {
    const admin = await management.member(tenant.token, 'Ada@Example.com', 'admin');
    expect((await call('GET', '/v1/members/ada@example.com')).json).toMatchObject({ id: admin.id, role: 'admin' });
    expect((await call('POST', '/v1/members', { email: 'ADA@example.com', role: 'viewer' })).json.code).toBe('name_taken');
    const tooMuch = { email: 'eve@example.com', role: 'owner' };
    expect((await call('POST', '/v1/members', tooMuch, admin.token)).json.code).toBe('forbidden');
    const own = `/v1/members/owner@tenant-${count}.example`;
    expect((await call('PATCH', own, { role: 'viewer' }, admin.token)).json.code).toBe('forbidden');
    expect((await call('DELETE', own, undefined, admin.token)).json.code).toBe('forbidden');
    await call('PATCH', `/v1/members/${admin.id}`, { role: 'viewer' });
    expect((await call('GET', '/v1/audit-log', undefined, admin.token)).status).toBe(403);
    await call('DELETE', `/v1/members/${admin.id}`);
    expect((await call('GET', '/v1/whoami', undefined, admin.token)).status).toBe(401);
  });

  test('of whom one stays the owner, also when two remove each other at one moment', async () => {
    const own = `owner@tenant-${count}.example`;
    expect((await call('PATCH', `/v1/members/${own}`, { role: 'admin' })).json.code).toBe('conflict');
    expect((await call('DELETE', `/v1/members/${own}`)).json.code).toBe('conflict');
    const other = await management.member(tenant.token, 'other@example.com', 'owner');
    const answers = await Promise.all([call('DELETE', `/v1/members/${own}`, undefined, other.token), call('DELETE', `/v1/members/${other.id}`)]);
    const left = await management.database.query(`select count(*) from members where tenant_id = $1 and role = 'owner'`, [tenant.id]);
    expect([left, answers.some(({ status }) => status === 204)]).toEqual([[['1']], true]);
  });

  test('take the tokens of clusters with them that speak for them', async () => {
    await call('POST', '/v1/clusters', { name: 'prod' });
    const bob = await management.member(tenant.token, 'bob@example.com', 'member');
    const made = (await call('POST', '/v1/clusters/prod/tokens', {}, bob.token)).json;
    expect((await findToken(management.database.orm, await hashToken(made.token)))?.identity.user.name).toBe('bob@example.com');
    await call('DELETE', '/v1/members/bob@example.com');
    expect(await findToken(management.database.orm, await hashToken(made.token))).toBeUndefined();
  });
});

describe('API keys', () => {
  test('do no more than who made them', async () => {
    const member = await management.member(tenant.token, 'mia@example.com', 'member');
    const post = (body: object, token: string) => call('POST', '/v1/api-keys', { name: 'k', ...body }, token);
    expect((await post({ role: 'admin' }, member.token)).json.code).toBe('forbidden');
    expect((await post({ role: 'viewer' }, member.token)).json.code).toBe('forbidden');
    const own = await post({ role: 'viewer', member: 'mia@example.com' }, member.token);
    expect(own.json).toMatchObject({ role: 'viewer', member: member.id, createdBy: 'mia@example.com' });
    expect((await call('POST', '/v1/clusters', { name: 'x' }, own.json.token)).status).toBe(403);

    const limited = await management.key(tenant.token, { name: 'limited', actions: ['api-keys.*', 'clusters.read'] });
    expect((await post({ actions: ['clusters.*'] }, limited.token)).json.code).toBe('forbidden');
    expect((await post({}, limited.token)).json.actions).toEqual(['api-keys.*', 'clusters.read']);
    const all = await management.key(tenant.token, { name: 'all' });
    for (const [method, path] of [['POST', `/v1/api-keys/${all.id}/rotate`], ['DELETE', `/v1/api-keys/${all.id}`]] as const)
      expect((await call(method, path, undefined, limited.token)).json.code).toBe('forbidden');
    expect((await call('POST', `/v1/api-keys/${limited.id}/rotate`, undefined, limited.token)).status).toBe(200);
  });

  test('are seen by admins, and otherwise by whose they are', async () => {
    const member = await management.member(tenant.token, 'mia@example.com', 'member');
    const keys = async (token?: string) => (await call('GET', '/v1/api-keys', undefined, token)).json.items.length;
    const robot = await management.key(tenant.token, { name: 'robot', role: 'member' });
    expect([await keys(), await keys(member.token), await keys(robot.token)]).toEqual([3, 1, 1]);
    const path = `/v1/api-keys/${robot.id}`;
    expect([(await call('GET', path, undefined, member.token)).status, (await call('GET', path)).status]).toEqual([404, 200]);
  });

  test('are limited to clusters', async () => {
    await call('POST', '/v1/clusters', { name: 'prod' });
    await call('POST', '/v1/clusters', { name: 'dev' });
    const key = await management.key(tenant.token, { name: 'dev only', clusters: ['dev'] });
    const list = await call('GET', '/v1/clusters', undefined, key.token);
    expect(list.json.items.map(({ name }: { name: string }) => name)).toEqual(['dev']);
    expect((await call('GET', '/v1/clusters/prod', undefined, key.token)).status).toBe(404);
    expect((await call('POST', '/v1/clusters', { name: 'more' }, key.token)).status).toBe(403);
    expect((await call('POST', '/v1/api-keys', { name: 'more' }, key.token)).status).toBe(403);
    expect((await call('POST', '/v1/api-keys', { name: 'x', clusters: ['none'] })).json.errors).toEqual([
      { pointer: '/clusters/0', detail: 'there is no such cluster' },
    ]);
  });

  test('end, are rotated with an overlap, and are found by their hash only', async () => {
    const key = await management.key(tenant.token, { name: 'short', ttlSeconds: 86_400 });
    const works = async (token: string) => (await call('GET', '/v1/whoami', undefined, token)).status === 200;
    later(1_000);
    const second = (await call('POST', `/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 60 })).json.token as string;
    later(1_000);
    const third = (await call('POST', `/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 60 })).json.token as string;
    expect([await works(key.token), await works(second), await works(third)]).toEqual([false, true, true]);
    later(61_000);
    expect([await works(second), await works(third)]).toEqual([false, true]);
    later(86_400_000);
    expect(await works(third)).toBe(false);
    const renewed = await call('POST', `/v1/api-keys/${key.id}/rotate`, { ttlSeconds: 120 });
    expect(renewed.json.expiresAt).toBe(new Date(management.now.getTime() + 120_000).toISOString());
    expect(await works(renewed.json.token)).toBe(true);
    const rows = await management.database.query('select row::text from tokens as row union all select row::text from api_keys as row');
    expect(rows.filter(([text]) => text!.includes(third) || text!.includes(renewed.json.token))).toEqual([]);
  });

  test('tell when they were last used, written every ten minutes at most', async () => {
    const key = await management.key(tenant.token, { name: 'used' });
    const lastUsed = async () => (await call('GET', `/v1/api-keys/${key.id}`)).json.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    for (const [wait, shown] of [[0, 0], [9 * 60_000, 0], [2 * 60_000, 11 * 60_000]] as const) {
      later(wait);
      await call('GET', '/v1/whoami', undefined, key.token);
      expect(await lastUsed()).toBe(new Date(Date.parse('2026-01-01T00:00:00Z') + shown).toISOString());
    }
  });
});

describe('tokens of clusters', () => {
  test('have roles, namespaces and an end; viewers may only look', async () => {
    const cluster = (await call('POST', '/v1/clusters', { name: 'prod' })).json;
    const made = await call('POST', '/v1/clusters/prod/tokens', { role: 'edit', user: 'ci', namespaces: ['team'], ttlSeconds: 60 });
    const stored = await findToken(management.database.orm, await hashToken(made.json.token));
    expect(stored?.identity).toEqual({
      tenant: tenant.id,
      cluster: cluster.id,
      user: { name: 'ci', groups: ['hibernetes:editors'], namespaces: ['team'] },
    });
    const listed = (await call('GET', '/v1/clusters/prod/tokens')).json.items;
    expect(listed).toMatchObject([{ id: made.json.id, role: 'edit', user: 'ci', namespaces: ['team'], expiresAt: '2026-01-01T00:01:00.000Z' }]);
    expect((await call('DELETE', `/v1/clusters/prod/tokens/${made.json.id}`)).status).toBe(204);
    expect((await call('DELETE', `/v1/clusters/prod/tokens/${made.json.id}`)).status).toBe(404);
    expect((await call('POST', '/v1/clusters/prod/tokens', { user: 'system:admin' })).status).toBe(422);

    const viewer = await management.member(tenant.token, 'vic@example.com', 'viewer');
    const kubeconfig = (query: string) => call('GET', `/v1/clusters/prod/kubeconfig${query}`, undefined, viewer.token);
    expect((await kubeconfig('?role=admin')).status).toBe(403);
    expect((await kubeconfig('?namespaces=a,b&ttlSeconds=120')).status).toBe(200);
    expect((await call('GET', '/v1/clusters/prod/tokens')).json.items).toMatchObject([
      { role: 'view', user: 'vic@example.com', namespaces: ['a', 'b'], expiresAt: '2026-01-01T00:02:00.000Z' },
    ]);
  });
});

describe('clusters', () => {
  test('are suspended and resumed, and told so', async () => {
    const { id } = (await call('POST', '/v1/clusters', { name: 'prod' })).json;
    expect((await call('POST', '/v1/clusters/prod/suspend')).json.suspendedAt).toBe('2026-01-01T00:00:00.000Z');
    later(1_000);
    expect((await call('POST', '/v1/clusters/prod/suspend')).json.suspendedAt).toBe('2026-01-01T00:00:00.000Z');
    expect((await call('POST', '/v1/clusters/prod/resume')).json.suspendedAt).toBeNull();
    expect(management.reloaded.filter((each) => each === id)).toHaveLength(3);
  });

  test('are changed only as they were seen, with If-Match', async () => {
    await call('POST', '/v1/clusters', { name: 'prod' });
    const etag = (await call('GET', '/v1/clusters/prod')).headers.get('ETag')!;
    const change = (settings: object, ifMatch: string) => call('PATCH', '/v1/clusters/prod', { settings }, tenant.token, { 'If-Match': ifMatch });
    const first = await change({ quotas: { objects: 10 } }, etag);
    expect(first.status).toBe(200);
    expect((await change({ quotas: {} }, etag)).json.code).toBe('precondition_failed');
    expect((await call('GET', '/v1/clusters/prod')).json.settings.quotas).toEqual({ objects: 10 });
    expect((await change({ quotas: {} }, first.headers.get('ETag')!)).status).toBe(200);
  });
});

describe('idempotency keys', () => {
  const post = (key: string, body: object, token = tenant.token) => call('POST', '/v1/api-keys', body, token, { 'Idempotency-Key': key });

  test('have the answer given again for a day, and are good for one request', async () => {
    const first = await post('a', { name: 'once' });
    const again = await post('a', { name: 'once' });
    expect([again.status, again.json, again.headers.get('Location')]).toEqual([201, first.json, first.headers.get('Location')]);
    expect([first.headers.get('Idempotency-Replayed'), again.headers.get('Idempotency-Replayed')]).toEqual([null, 'true']);
    expect((await post('a', { name: 'other' })).json.code).toBe('idempotency_key_reused');
    expect((await post('b', { name: 'once' })).json.id).not.toBe(first.json.id);
    const other = await management.key(tenant.token, { name: 'other' });
    expect((await post('a', { name: 'once' }, other.token)).json.id).not.toBe(first.json.id);
    later(24 * 3_600_000 + 1);
    expect((await post('a', { name: 'once' })).json.id).not.toBe(first.json.id);
    await forgetOldRequests(management.database.orm, later(24 * 3_600_000 + 1));
    expect(await management.database.query('select key from idempotency_keys')).toEqual([]);
  });

  test('keep no secret that could be read in the database', async () => {
    const { json } = await post('secret', { name: 'secret' });
    const [[row]] = (await management.database.query(`select answer from idempotency_keys where key = 'secret'`)) as [[string]];
    expect(row.length).toBeGreaterThan(100);
    expect(atob(row)).not.toContain(json.token);
  });

  test('are free again after a failure, and taken while a request is under way, unless its server died', async () => {
    expect((await post('f', { name: '' })).status).toBe(422);
    expect((await post('f', { name: 'good' })).status).toBe(201);
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('race', { name: 'race' })));
    const made = answers.filter(({ status, headers }) => status === 201 && headers.get('Idempotency-Replayed') === null);
    expect(made).toHaveLength(1);
    for (const { status, json } of answers) expect(status === 201 || json.code === 'idempotency_key_in_use').toBe(true);

    await post('died', { name: 'x' });
    await management.database.query(`update idempotency_keys set status = null, answer = null where key = 'died'`);
    expect((await post('died', { name: 'x' })).json.code).toBe('idempotency_key_in_use');
    later(120_001);
    expect((await post('died', { name: 'x' })).status).toBe(201);
    expect((await post('with blanks', { name: 'x' })).status).toBe(422);
  });
});

describe('the audit log', () => {
  test('has every call, refused ones too, and no secrets', async () => {
    await call('POST', '/v1/clusters', { name: 'prod' }, tenant.token, { 'User-Agent': 'test', 'Idempotency-Key': 'k1' });
    const { token } = (await call('POST', '/v1/clusters/prod/tokens?x=secret', {})).json;
    const viewer = await management.member(tenant.token, 'vic@example.com', 'viewer');
    await call('DELETE', '/v1/clusters/prod', undefined, viewer.token);
    await call('PATCH', `/v1/tenants/${tenant.id}`, { quotas: {} }, platform);
    await call('GET', '/v1/clusters/prod', undefined, 'nobody');
    const { items } = (await call('GET', '/v1/audit-log')).json;
    const cluster = expect.stringMatching(/^c-/);
    const owner = `owner@tenant-${count}.example`;
    expect(items.map((each: Record<string, unknown>) => [each.actor, each.operation, each.status, each.code, each.cluster])).toEqual([
      ['platform', 'updateAnyTenant', 200, null, null],
      ['vic@example.com', 'deleteCluster', 403, 'forbidden', null],
      [owner, 'createApiKey', 201, null, null],
      [owner, 'createMember', 201, null, null],
      [owner, 'createClusterToken', 201, null, cluster],
      [owner, 'createCluster', 201, null, cluster],
      ['platform', 'createTenant', 201, null, null],
    ]);
    expect(items[5]).toMatchObject({ method: 'POST', path: '/v1/clusters', userAgent: 'test', idempotencyKey: 'k1', at: '2026-01-01T00:00:00.000Z' });
    const rows = JSON.stringify(await management.database.query('select row::text from audit_log as row'));
    for (const secret of [token, tenant.token, 'x=secret']) expect(rows).not.toContain(secret);
  });

  test('is read in pages and by what is looked for', async () => {
    for (const name of ['a', 'b', 'c']) await call('POST', '/v1/clusters', { name });
    const first = (await call('GET', '/v1/audit-log?operation=createCluster&limit=2')).json;
    expect(first.items).toHaveLength(2);
    const second = (await call('GET', `/v1/audit-log?operation=createCluster&limit=2&cursor=${first.nextCursor}`)).json;
    expect([second.items.length, second.nextCursor]).toEqual([1, undefined]);
    expect((await call('GET', '/v1/audit-log?actor=nobody')).json.items).toEqual([]);
    await forgetOldRequests(management.database.orm, later(401 * 86_400_000));
    expect((await call('GET', '/v1/audit-log')).json.items).toEqual([]);
  });
});

describe('issuers', () => {
  test('are checked as the clusters’ own, and hold for all clusters of the tenant', async () => {
    const { id } = (await call('POST', '/v1/clusters', { name: 'prod' })).json;
    const body = bodies.createIssuer as { name: string; jwt: { issuer: object; claimMappings: object } };
    const wrong = { ...body.jwt, claimMappings: { username: { expression: 'claims.' } } };
    expect((await call('POST', '/v1/issuers', { name: 'wrong', jwt: wrong })).json.errors).toMatchObject([
      { pointer: '/jwt/claimMappings/username/expression' },
    ]);
    const created = await call('POST', '/v1/issuers', body);
    expect([created.status, created.json.jwt]).toEqual([201, body.jwt]);
    expect((await findAuthentication(management.database.orm, id))?.authentication.jwt).toEqual([body.jwt]);
    expect((await call('POST', '/v1/issuers', { ...body, name: 'again' })).json.code).toBe('conflict');
    expect((await call('PUT', '/v1/issuers/another', bodies.replaceIssuer)).status).toBe(200);
    expect((await call('DELETE', '/v1/issuers/another')).status).toBe(204);
    expect((await findAuthentication(management.database.orm, id))?.authentication.jwt).toEqual([]);
  });
});

describe('every path', () => {
  test('says which methods it takes', async () => {
    const answer = await call('PUT', '/v1/clusters', {});
    expect([answer.status, answer.json.code]).toEqual([405, 'method_not_allowed']);
  });

  test('is documented', async () => {
    const document = (await management.call({ method: 'GET', path: '/v1/openapi.json' })).json;
    expect(document.openapi).toBe('3.1.0');
    const page = await management.call({ method: 'GET', path: '/docs' });
    for (const [path, item] of Object.entries(document.paths)) {
      expect(page.text).toContain(`<code>${path}</code>`);
      for (const operation of Object.values(item as object)) expect(operation['x-permission']).toBeTypeOf('string');
    }
    expect(page.text).not.toMatch(/<script|\ssrc=|@import/);
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });
});
