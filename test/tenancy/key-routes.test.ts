import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Authenticator } from '../../src/authn/authenticator.ts';
import { wellKnownGroups } from '../../src/authn/identity.ts';
import { signingKeyPair } from '../../src/authn/signing-key-records.ts';
import { findToken, insertToken } from '../../src/authn/token-records.ts';
import { createToken, hashToken, systemSecretBytes } from '../../src/authn/tokens.ts';
import type { Database } from '../../src/db/client.ts';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import { createManagementApp } from '../../src/tenancy/app.ts';
import { row } from '../support/configmaps.ts';
import { encryptionOf, keysOf, platformKey, testPlatformKeys } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { noWebhooks } from './no-webhooks.ts';

let db: TestDatabase;
let database: Database;
let tenant: string;
let cluster: string;
let token: string;
beforeAll(async () => {
  db = await testDatabase();
  ({ database } = db);
}, 60_000);

beforeEach(async () => {
  tenant = `t-${crypto.randomUUID()}`;
  cluster = await db.createCluster();
  await database.query('insert into tenants (id, name) values ($1, $1)', [tenant]);
  await database.query('update clusters set tenant_id = $2 where id = $1', [cluster, tenant]);
  token = createToken('api', systemSecretBytes);
  const identity = { tenant, user: { name: 'tester', groups: [wellKnownGroups.tenantAdmins] } };
  await insertToken(database.orm, { hash: await hashToken(token), identity, description: '', createdAt: new Date() });
});

function call(method: string, path: string, { body, platformKeys = testPlatformKeys }: { body?: object; platformKeys?: string } = {}) {
  const authenticator = new Authenticator({ find: (hash) => findToken(database.orm, hash), clock: systemClock });
  const app = createManagementApp({
    database,
    clock: systemClock,
    random: systemRandom,
    secretBytes: systemSecretBytes,
    platformKeys: new PlatformKeys(platformKeys),
    authenticate: (each) => authenticator.authenticate(each),
    clusters: {
      usage: async () => ({ awakeSeconds: 0, activeSeconds: 0, objects: 0, bytes: 0, requests: 0, messages: 0, alarms: 0 }),
      reload: async () => {},
      authorities: async () => 'PEM', ...noWebhooks,
      forget: async () => {},
    },
    settings: { controllerNames: [] },
  });
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  return app.request(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}
const answer = async (...args: Parameters<typeof call>) => (await call(...args)).json();

describe('/v1/keys', () => {
  test('shows versions and progress, and never a key', async () => {
    expect(await answer('GET', '/v1/keys')).toEqual({ versions: [], clusters: { total: 1, reencrypted: 0 }, reencryptsFrom: null });
    const backend = new PostgresBackend(database, cluster, { encryption: encryptionOf(database, cluster) });
    const { epoch } = await backend.load();
    await backend.commit(epoch, 1, [row(2, 'ADDED', 'a', { resource: 'secrets' })]);

    const rotated = await call('POST', '/v1/keys/rotate');
    expect(rotated.status).toBe(201);
    const keys = (await rotated.json()) as { reencryptsFrom: string; versions: { createdAt: string }[] };
    expect(keys).toEqual({
      versions: [
        { version: 2, createdAt: expect.any(String), writes: true },
        { version: 1, createdAt: expect.any(String), writes: false },
      ],
      clusters: { total: 1, reencrypted: 0 },
      reencryptsFrom: expect.any(String),
    });
    expect(Date.parse(keys.reencryptsFrom)).toBeGreaterThan(Date.parse(keys.versions[0]!.createdAt));
    expect(await answer('POST', '/v1/keys/reencrypt')).toMatchObject({ clusters: { reencrypted: 0 }, failed: [] });

    await database.query(`update tenant_keys set created_at = created_at - interval '6 minutes' where tenant_id = $1`, [tenant]);
    expect(await answer('POST', '/v1/keys/reencrypt')).toMatchObject({ clusters: { reencrypted: 1 }, reencryptsFrom: null, failed: [] });
    const text = JSON.stringify(await answer('GET', '/v1/keys'));
    const [stored] = await database.query('select wrapped_key, platform_key_id from tenant_keys where tenant_id = $1', [tenant]);
    expect(text).not.toContain(stored![0]);
  });

  test('without a platform key nothing is made, with a reason', async () => {
    const refused = await call('POST', '/v1/keys/rotate', { platformKeys: '' });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'keys_unavailable', detail: expect.stringContaining('PLATFORM_KEYS') });
    expect(await answer('GET', '/v1/keys')).toMatchObject({ versions: [] });
  });

  test('a wrong one is said with the progress', async () => {
    await keysOf(database, cluster).writing();
    await call('POST', '/v1/keys/rotate');
    await database.query(`update tenant_keys set created_at = created_at - interval '6 minutes' where tenant_id = $1`, [tenant]);
    const { failed, clusters } = (await answer('POST', '/v1/keys/reencrypt', { platformKeys: platformKey('test', 3) })) as {
      failed: string[];
      clusters: object;
    };
    expect(failed).toEqual([expect.stringContaining('platform key "test"')]);
    expect(clusters).toEqual({ total: 1, reencrypted: 0 });
  });

  test('are a tenant’s own', async () => {
    await keysOf(database, cluster).writing();
    await database.query(`insert into tenants (id, name) values ('another', 'another') on conflict do nothing`);
    const before = await database.query('select version from tenant_keys where tenant_id = $1', [tenant]);
    const [own, theirs] = [tenant, 'another'];
    token = createToken('api', systemSecretBytes);
    const identity = { tenant: theirs, user: { name: 'stranger', groups: [wellKnownGroups.tenantAdmins] } };
    await insertToken(database.orm, { hash: await hashToken(token), identity, description: '', createdAt: new Date() });
    await call('POST', '/v1/keys/rotate');
    expect(await database.query('select version from tenant_keys where tenant_id = $1', [own])).toEqual(before);
    expect((await call('POST', `/v1/clusters/${cluster}/signing-keys/rotate`)).status).toBe(404);
  });
});

describe('/v1/clusters/NAME/signing-keys', () => {
  interface Keys {
    items: { id: string; signsFrom: string; signsUntil: string | null; verifiesUntil: string | null }[];
  }

  test('are listed, rotated and taken away', async () => {
    const path = `/v1/clusters/${cluster}/signing-keys`;
    expect(await answer('GET', path)).toEqual({ items: [] });
    const old = await signingKeyPair(database.orm, keysOf(database, cluster), cluster);
    const rotated = await call('POST', `${path}/rotate`);
    expect(rotated.status).toBe(201);
    const [next, before, ...others] = ((await rotated.json()) as Keys).items;
    expect(others).toEqual([]);
    expect(before).toMatchObject({ id: old.keyId, signsUntil: next!.signsFrom });
    expect(next).toMatchObject({ signsUntil: null, verifiesUntil: null });
    expect(Math.round((Date.parse(next!.signsFrom) - Date.now()) / 60_000)).toBe(60);
    expect(Date.parse(before!.verifiesUntil!) - Date.parse(before!.signsUntil!)).toBe(366 * 86_400_000);
    expect(JSON.stringify(await answer('GET', path))).not.toContain(old.privateKey);

    expect((await call('DELETE', `${path}/${old.keyId}`)).status).toBe(409);
    expect((await call('DELETE', `${path}/none`)).status).toBe(404);
    await call('POST', `${path}/rotate`, { body: { signsAfterSeconds: 0 } });
    expect((await call('DELETE', `${path}/${old.keyId}`)).status).toBe(204);
    expect((await signingKeyPair(database.orm, keysOf(database, cluster), cluster)).keyId).not.toBe(old.keyId);
    expect((await call('POST', `${path}/rotate`, { body: { signsAfterSeconds: -1 } })).status).toBe(422);
  });

  test('are so many at most', async () => {
    const path = `/v1/clusters/${cluster}/signing-keys/rotate`;
    for (let i = 0; i < 20; i++) expect((await call('POST', path, { body: { signsAfterSeconds: 0 } })).status).toBe(201);
    expect(await answer('POST', path)).toMatchObject({ code: 'quota_exceeded' });
  });
});
