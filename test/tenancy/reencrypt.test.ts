import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { signingKeyPair } from '../../src/authn/signing-key-records.ts';
import type { Database } from '../../src/db/client.ts';
import { DatabaseError } from '../../src/db/errors.ts';
import { deleteUnusedTenantKeys, makeMissingTenantKeys, rewrapTenantKeys, rotateTenantKey, tenantKeyStatus } from '../../src/db/key-rotation.ts';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { openStore } from '../../src/storage/cached-store.ts';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import type { Entry } from '../../src/storage/store.ts';
import { reencryptClusters } from '../../src/tenancy/reencrypt.ts';
import { configMap, keyOf, row, valueOf } from '../support/configmaps.ts';
import { encryptionOf, keysOf, platformKey, testPlatformKeys, type TestKeys } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await testDatabase();
  ({ database } = db);
}, 60_000);

const platformKeys = new PlatformKeys(testPlatformKeys);
const open = (id: string, keys: TestKeys = {}) => new PostgresBackend(database, id, { encryption: encryptionOf(database, id, keys) });

/** A tenant with one cluster that has so many Secrets. */
async function setUp(secrets: number) {
  const tenant = `t-${crypto.randomUUID()}`;
  const id = await db.createCluster();
  await database.query('insert into tenants (id, name) values ($1, $1)', [tenant]);
  await database.query('update clusters set tenant_id = $2 where id = $1', [id, tenant]);
  const backend = open(id);
  const { epoch } = await backend.load();
  const rows = Array.from({ length: secrets }, (_, i) => row(i + 2, 'ADDED', `s${i}`, { resource: 'secrets' }));
  if (rows.length > 0) await backend.commit(epoch, 1, rows);
  return { tenant, id, texts: rows.map(({ text }) => text).sort() };
}

const rotate = async (tenant: string) => {
  expect(await rotateTenantKey(database, platformKeys, tenant)).toBe('rotated');
  await settle(tenant);
};
/** The writers have heard of the newest key. */
const settle = (tenant: string) => database.query(`update tenant_keys set created_at = created_at - interval '6 minutes' where tenant_id = $1`, [tenant]);
const reencrypt = (tenant: string, more: Partial<Parameters<typeof reencryptClusters>[0]> = {}) =>
  reencryptClusters({ database, platformKeys, clock: systemClock, tenant, clustersMax: 100, rowsMax: 10_000, ...more });
const versions = async (id: string) => {
  const rows = await database.query(`select split_part(data::text, ':', 3), count(*) from objects where cluster_id = $1 group by 1 order by 1`, [id]);
  return Object.fromEntries(rows.map(([version, count]) => [version, Number(count)]));
};
const loaded = async (id: string) => (await open(id).load()).rows.map(({ text }) => text).sort();

test('a new version writes, the one before is read, and re-encryption replaces it without a new revision', async () => {
  const { tenant, id, texts } = await setUp(5);
  const revisions = () => database.query('select name, revision from objects where cluster_id = $1 order by name', [id]);
  const before = await revisions();
  await rotate(tenant);
  expect(await versions(id)).toEqual({ 1: 5 });
  expect(await loaded(id)).toEqual(texts);
  expect(await reencrypt(tenant)).toEqual({ clustersDone: 1, rowsSealed: 5, failed: [] });
  expect(await versions(id)).toEqual({ 2: 5 });
  expect(await revisions()).toEqual(before);
  expect(await loaded(id)).toEqual(texts);
  expect(await tenantKeyStatus(database, tenant)).toMatchObject({ versions: [{ version: 2 }, { version: 1 }], clusters: { total: 1, reencrypted: 1 } });
  expect(await reencrypt(tenant)).toEqual({ clustersDone: 0, rowsSealed: 0, failed: [] });
  // The log still needs the old version.
  expect((await open(id).log(1, 10)).map(({ text }) => text).sort()).toEqual(texts);
});

test('nothing is re-encrypted while somebody may still write with the version before', async () => {
  const { tenant, id } = await setUp(1);
  expect(await rotateTenantKey(database, platformKeys, tenant)).toBe('rotated');
  expect(await reencrypt(tenant)).toMatchObject({ clustersDone: 0, rowsSealed: 0 });
  expect(await versions(id)).toEqual({ 1: 1 });
});

test('an instance that is up takes the new version within a minute', async () => {
  const { tenant, id } = await setUp(0);
  let nowMs = Date.now();
  const backend = open(id, { clock: { now: () => new Date(nowMs) } });
  const { epoch } = await backend.load();
  const put = (revision: number) => backend.commit(epoch, revision - 1, [row(revision, 'ADDED', `a${revision}`, { resource: 'secrets' })]);
  await put(2);
  await rotate(tenant);
  await put(3);
  expect(await versions(id)).toEqual({ 1: 2 });
  nowMs += 61_000;
  await put(4);
  expect(await versions(id)).toEqual({ 1: 2, 2: 1 });
});

test('it is bounded, and goes on where it was', async () => {
  const { tenant, id, texts } = await setUp(25);
  await rotate(tenant);
  expect(await reencrypt(tenant, { rowsMax: 10 })).toMatchObject({ clustersDone: 0, rowsSealed: 10 });
  expect(await versions(id)).toEqual({ 1: 15, 2: 10 });
  expect(await reencrypt(tenant, { rowsMax: 10 })).toMatchObject({ clustersDone: 0, rowsSealed: 10 });
  expect(await reencrypt(tenant, { rowsMax: 10 })).toMatchObject({ clustersDone: 1, rowsSealed: 5 });
  expect(await loaded(id)).toEqual(texts);
});

test('what was there before there were keys is encrypted: Secrets, and no others', async () => {
  const { tenant, id } = await setUp(0);
  const before = new PostgresBackend(database, id);
  const { epoch } = await before.load();
  await before.commit(epoch, 1, [row(2, 'ADDED', 'secret', { resource: 'secrets' }), row(3, 'ADDED', 'plain')]);
  await makeMissingTenantKeys(database, platformKeys, 100);
  await settle(tenant);
  expect(await reencrypt(tenant)).toMatchObject({ clustersDone: 1, rowsSealed: 1 });
  const stored = await database.query('select name, data::text like $2 from objects where cluster_id = $1 order by name', [id, '"sealed:%']);
  expect(stored).toEqual([['plain', 'f'], ['secret', 't']]);
});

test('the signing keys and authorities of the cluster are sealed anew too', async () => {
  const { tenant, id } = await setUp(0);
  const pair = await signingKeyPair(database.orm, keysOf(database, id), id);
  await database.query(`insert into certificate_authorities (cluster_id, key_id, certificate, private_key) values ($1, 'k', 'c', 'plain')`, [id]);
  await rotate(tenant);
  await reencrypt(tenant);
  const stored = await database.query(
    `select private_key from signing_keys where cluster_id = $1 union all select private_key from certificate_authorities where cluster_id = $1`,
    [id],
  );
  expect(stored.flat().map((text) => text!.slice(0, 12))).toEqual(['sealed:v1:2:', 'sealed:v1:2:']);
  expect(await signingKeyPair(database.orm, keysOf(database, id), id)).toEqual(pair);
  expect(await keysOf(database, id).open(['certificate_authorities', id, 'k'], stored[1]![0]!)).toBe('plain');
});

describe('beside writers', () => {
  test('no update is lost: what was written in between stays, whatever was read before', async () => {
    const { tenant, id } = await setUp(3);
    await rotate(tenant);
    const writer = open(id);
    const { epoch } = await writer.load();
    const newest = row(5, 'MODIFIED', 's1', { resource: 'secrets', previousRevision: 3, text: '{"newest":true}' });
    const disturbed: Pick<Database, 'query' | 'orm'> = {
      orm: database.orm,
      async query(text, params) {
        if (text.startsWith('with replacement')) await writer.commit(epoch, 4, [newest]);
        return database.query(text, params);
      },
    };
    expect(await reencrypt(tenant, { database: disturbed })).toMatchObject({ clustersDone: 0, rowsSealed: 2 });
    expect(await loaded(id)).toContain(newest.text);
    expect(await reencrypt(tenant)).toMatchObject({ clustersDone: 1, rowsSealed: 0 });
  });

  test('rows that a commit holds are left to the next run, and not waited for', async () => {
    const { tenant, id } = await setUp(3);
    await rotate(tenant);
    const session = new pg.Client({ connectionString: db.url });
    await session.connect();
    try {
      await session.query('begin');
      await session.query(`select from objects where cluster_id = $1 and name = 's1' for update`, [id]);
      expect(await reencrypt(tenant)).toMatchObject({ clustersDone: 0, rowsSealed: 2 });
    } finally {
      await session.end();
    }
    expect(await reencrypt(tenant)).toMatchObject({ clustersDone: 1, rowsSealed: 1 });
  });

  test('a fault in between, before or after the statement, costs nothing but another run', async () => {
    const { tenant, id, texts } = await setUp(6);
    await rotate(tenant);
    for (const when of ['before', 'after'] as const) {
      const failing: Pick<Database, 'query' | 'orm'> = {
        orm: database.orm,
        async query(text, params) {
          if (!text.startsWith('with replacement')) return database.query(text, params);
          if (when === 'after') await database.query(text, params);
          throw new DatabaseError('unknown');
        },
      };
      await expect(reencrypt(tenant, { database: failing })).rejects.toMatchObject({ code: 'unknown' });
      expect(await loaded(id)).toEqual(texts);
    }
    expect((await tenantKeyStatus(database, tenant)).clusters).toEqual({ total: 1, reencrypted: 0 });
    expect(await reencrypt(tenant)).toMatchObject({ clustersDone: 1 });
    expect(await versions(id)).toEqual({ 2: 6 });
    expect(await loaded(id)).toEqual(texts);
  });

  test('under load, over several rotations, every acknowledged write is there at the end', async () => {
    const { tenant, id } = await setUp(0);
    const names = Array.from({ length: 12 }, (_, i) => `s${i}`);
    let skippedMs = 0;
    const clock = { now: () => new Date(Date.now() + (skippedMs += 61_000)) };
    const store = await openStore(open(id, { clock }));
    let running = true;
    const acknowledged = new Map<string, string>();
    const write = async (name: string) => {
      for (let count = 0; running; count++) {
        const key = { ...keyOf(name), resource: 'secrets' };
        const value = `${name} ${count} of ${valueOf(await store.get(key)) ?? 'nothing'}`.slice(0, 60);
        await store.write(key, (current: Entry | undefined) => {
          if (current && valueOf(current) !== acknowledged.get(name)) throw new Error(`${name} went back`);
          return { type: 'put', object: configMap(name, value) };
        });
        acknowledged.set(name, value);
      }
    };
    const writers = names.map(write);
    for (let i = 0; i < 6; i++) {
      await rotate(tenant);
      await Promise.all([reencrypt(tenant, { rowsMax: 7 }), reencrypt(tenant)]);
    }
    running = false;
    await Promise.all(writers);
    // A commit that was under way while the minutes were skipped may have come after the last look.
    await database.query('delete from reencrypted_clusters where cluster_id = $1', [id]);
    await reencrypt(tenant);
    expect(Object.keys(await versions(id))).toEqual(['6']);
    const { rows } = await open(id).load();
    const texts = new Map(rows.map(({ name, text }) => [name, (JSON.parse(text) as { data: { value: string } }).data.value]));
    expect(texts).toEqual(acknowledged);
    expect(acknowledged.size).toBe(names.length);
  });
});

describe('a row that does not open', () => {
  test('is left as it is; the others are done, and so are other clusters', async () => {
    const { tenant, id } = await setUp(3);
    await rotate(tenant);
    await database.query(`update objects set data = '"sealed:v1:1:AAAA"' where cluster_id = $1 and name = 's1'`, [id]);
    const { clustersDone, rowsSealed, failed } = await reencrypt(tenant);
    expect({ clustersDone, rowsSealed }).toEqual({ clustersDone: 0, rowsSealed: 2 });
    expect(failed.map(({ message }) => message)).toEqual([`1 objects of cluster ${id} do not open`]);
    expect(await database.query(`select data::text from objects where cluster_id = $1 and name = 's1'`, [id])).toEqual([['"sealed:v1:1:AAAA"']]);
  });

  test('without the platform key nothing is touched', async () => {
    const { tenant, id, texts } = await setUp(2);
    await rotate(tenant);
    const { rowsSealed, failed } = await reencrypt(tenant, { platformKeys: new PlatformKeys(platformKey('test', 7)) });
    expect({ rowsSealed, failed: failed.length }).toEqual({ rowsSealed: 0, failed: 1 });
    expect(await loaded(id)).toEqual(texts);
  });
});

describe('platform keys', () => {
  const both = `${platformKey('next', 2)},${testPlatformKeys}`;
  const wrappedBy = async (tenant: string) =>
    (await database.query('select platform_key_id from tenant_keys where tenant_id = $1 order by version', [tenant])).flat();

  test('the first one wraps anew what the others wrapped; then these can go', async () => {
    const { tenant, id, texts } = await setUp(2);
    await rotate(tenant);
    await reencrypt(tenant);
    await expect(open(id, { platformKeys: platformKey('next', 2) }).load()).rejects.toMatchObject({ code: 'encryption' });
    await rewrapTenantKeys(database, new PlatformKeys(both), 1_000);
    expect(await wrappedBy(tenant)).toEqual(['next', 'next']);
    expect((await open(id, { platformKeys: platformKey('next', 2) }).load()).rows.map(({ text }) => text).sort()).toEqual(texts);
    expect(await open(id, { platformKeys: platformKey('next', 2) }).log(1, 10)).toHaveLength(2);
    expect(await rewrapTenantKeys(database, new PlatformKeys(both), 1_000)).toEqual({ rewrapped: 0, failed: [] });
    await rewrapTenantKeys(database, new PlatformKeys(`${testPlatformKeys},${platformKey('next', 2)}`), 1_000);
  });

  test('a key whose platform key is missing stays as it is', async () => {
    const { tenant } = await setUp(1);
    const { failed } = await rewrapTenantKeys(database, new PlatformKeys(platformKey('next', 2)), 1_000);
    expect(failed.length).toBeGreaterThan(0);
    expect(await wrappedBy(tenant)).toEqual(['test']);
  });

  test('the wrapped key of a tenant unwraps for no other, and for no other version', async () => {
    const [one, other] = [await setUp(1), await setUp(1)];
    const refusal = { name: 'EncryptionError', message: expect.stringContaining('is not the one that wrapped') };
    await database.query(
      `update tenant_keys set wrapped_key = (select wrapped_key from tenant_keys where tenant_id = $1) where tenant_id = $2`,
      [one.tenant, other.tenant],
    );
    await expect(keysOf(database, other.id).writing()).rejects.toMatchObject(refusal);
    expect(await loaded(one.id)).toEqual(one.texts);
    await database.query('update tenant_keys set version = 2 where tenant_id = $1', [one.tenant]);
    await expect(keysOf(database, one.id).writing()).rejects.toMatchObject(refusal);
  });
});

describe('versions that nobody needs', () => {
  const kept = async (tenant: string) => (await tenantKeyStatus(database, tenant)).versions.map(({ version }) => version);

  test('go when all clusters are done and the log is younger', async () => {
    const { tenant, id, texts } = await setUp(2);
    await rotate(tenant);
    await deleteUnusedTenantKeys(database);
    expect(await kept(tenant)).toEqual([2, 1]);
    await reencrypt(tenant);
    await deleteUnusedTenantKeys(database);
    expect(await kept(tenant)).toEqual([2, 1]);
    await database.query(`update tenant_keys set created_at = now() - interval '3 days' where tenant_id = $1`, [tenant]);
    await deleteUnusedTenantKeys(database);
    expect(await kept(tenant)).toEqual([2]);
    expect(await loaded(id)).toEqual(texts);
  });

  test('stay as long as one cluster has not been looked at', async () => {
    const { tenant } = await setUp(1);
    await rotate(tenant);
    await reencrypt(tenant);
    const later = await db.createCluster();
    await database.query('update clusters set tenant_id = $2 where id = $1', [later, tenant]);
    await database.query(`update tenant_keys set created_at = now() - interval '3 days' where tenant_id = $1`, [tenant]);
    await deleteUnusedTenantKeys(database);
    expect(await kept(tenant)).toEqual([2, 1]);
    await reencrypt(tenant);
    await deleteUnusedTenantKeys(database);
    expect(await kept(tenant)).toEqual([2]);
  });

  test('are so many at most', async () => {
    const { tenant } = await setUp(1);
    for (let i = 1; i < 20; i++) expect(await rotateTenantKey(database, platformKeys, tenant)).toBe('rotated');
    expect(await rotateTenantKey(database, platformKeys, tenant)).toBe('too-many');
  });
});
