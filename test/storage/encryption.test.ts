import { beforeAll, describe, expect, test } from 'vitest';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import { testBackend, type ClusterFactory } from '../contracts/backend.ts';
import { testStoreTogether } from '../contracts/store-together.ts';
import { testStore } from '../contracts/store.ts';
import { row } from '../support/configmaps.ts';
import { encryptionOf, platformKey, testPlatformKeys, type TestKeys } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

const everything = ['configmaps', 'pods', 'nodes'];
const newCluster: ClusterFactory = async () => {
  const id = await db.createCluster();
  return () => new PostgresBackend(db.database, id, { encryption: encryptionOf(db.database, id, { resources: everything }) });
};

testBackend('postgres, all encrypted', newCluster);
testStore('postgres, all encrypted', newCluster);
testStoreTogether('postgres, all encrypted', newCluster);

const value = 'correct horse battery staple';
const secret = (revision: number, type: 'ADDED' | 'MODIFIED' | 'DELETED', name: string, more: Parameters<typeof row>[3] = {}) =>
  row(revision, type, name, {
    resource: 'secrets',
    text: JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { password: btoa(value) }, stringData: { password: value } }),
    ...more,
  });
const open = (id: string, keys: TestKeys = {}) => new PostgresBackend(db.database, id, { encryption: encryptionOf(db.database, id, keys) });

/** Everything in the database, as text. */
async function dump(): Promise<string> {
  const tables = await db.database.query(
    `select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const texts = await Promise.all(tables.map(([table]) => db.database.query(`select each::text from "${table}" as each`)));
  return texts.flat(2).join('\n');
}

test('no table has anything of a Secret, neither of one that is nor of one that was', async () => {
  const id = await db.createCluster();
  const backend = open(id);
  const { epoch } = await backend.load();
  await backend.commit(epoch, 1, [secret(2, 'ADDED', 'kept'), secret(3, 'ADDED', 'gone'), row(4, 'ADDED', 'plain-neighbour')]);
  await backend.commit(epoch, 4, [secret(5, 'MODIFIED', 'kept', { previousRevision: 2 }), secret(6, 'DELETED', 'gone', { previousRevision: 3 })]);
  const everything = await dump();
  expect(everything).toContain('plain-neighbour');
  for (const form of [value, btoa(value), btoa(value).slice(2, 30), 'password', Buffer.from(value).toString('hex')]) expect(everything).not.toContain(form);

  const { rows } = await open(id).load();
  expect(rows.find(({ name }) => name === 'kept')?.text).toContain(btoa(value));
  const lines = await open(id).log(1, 10);
  expect(lines.map(({ text }) => text.includes(value))).toEqual([true, true, false, true, true]);
  expect(lines.map(({ previousText }) => previousText?.includes(value))).toEqual([undefined, undefined, undefined, true, true]);
});

test('the same text is never stored twice alike', async () => {
  const id = await db.createCluster();
  const backend = open(id);
  const { epoch } = await backend.load();
  await backend.commit(epoch, 1, [secret(2, 'ADDED', 'a'), secret(3, 'MODIFIED', 'a', { previousRevision: 2 })]);
  const stored = await db.database.query('select data::text from log where cluster_id = $1', [id]);
  expect(new Set(stored.flat()).size).toBe(2);
});

test('rows from before are read as they are, and sealed when they are written again', async () => {
  const id = await db.createCluster();
  const before = new PostgresBackend(db.database, id);
  const { epoch } = await before.load();
  await before.commit(epoch, 1, [secret(2, 'ADDED', 'a')]);
  const after = open(id);
  const loaded = await after.load();
  expect(loaded.rows[0]?.text).toBe(secret(2, 'ADDED', 'a').text);
  await after.commit(loaded.epoch, 2, [secret(3, 'MODIFIED', 'a', { previousRevision: 2 })]);
  expect(await db.database.query('select data::text from objects where cluster_id = $1', [id])).toEqual([[expect.stringMatching(/^"sealed:v1:\d+:[\w-]+"$/)]]);
  expect((await after.log(2, 1))[0]?.previousText).toBe(secret(2, 'ADDED', 'a').text);
});

describe('a row that is not where it belongs is refused', () => {
  test.each([
    ['under another name', `update objects set name = 'b' where cluster_id = $1`],
    ['in another namespace', `update objects set namespace = 'other' where cluster_id = $1`],
    ['as another kind', `update objects set resource = 'configmaps' where cluster_id = $1`],
    ['as another object of that name', `update objects set uid = 'other' where cluster_id = $1`],
    ['in another cluster', `update objects set data = (select data from objects where cluster_id <> $1 and resource = 'secrets' and uid = 'uid-a' limit 1) where cluster_id = $1`],
    ['with a letter changed', `update objects set data = regexp_replace(data::text, '..."$', case when data::text like '%AAA"' then 'BBB"' else 'AAA"' end)::json where cluster_id = $1`],
  ])('%s', async (_, change) => {
    for (const id of [await db.createCluster(), await db.createCluster()]) {
      const backend = open(id);
      const { epoch } = await backend.load();
      await backend.commit(epoch, 1, [secret(2, 'ADDED', 'a')]);
      expect((await open(id).load()).rows).toHaveLength(1);
      await db.database.query(change, [id]);
      await expect(open(id).load()).rejects.toMatchObject({ name: 'StoreError', code: 'encryption', message: expect.not.stringContaining(value) });
      await db.database.query('delete from objects where cluster_id = $1 and uid = $2', [id, 'other']);
    }
  });

  test('in the log', async () => {
    const id = await db.createCluster();
    const backend = open(id);
    const { epoch } = await backend.load();
    await backend.commit(epoch, 1, [secret(2, 'ADDED', 'a'), secret(3, 'ADDED', 'b')]);
    await db.database.query('update log set name = $2 where cluster_id = $1 and name = $3', [id, 'c', 'b']);
    expect(await backend.log(1, 1)).toHaveLength(1);
    await expect(backend.log(2, 1)).rejects.toMatchObject({ code: 'encryption' });
  });
});

describe('a platform key that is not there or another one', () => {
  const wrong = { missing: platformKey('other', 1), different: platformKey('test', 2) };
  test.each(Object.entries(wrong))('%s: says so, harms nothing, and all is well when it is back', async (_, platformKeys) => {
    const id = await db.createCluster();
    const backend = open(id);
    const { epoch } = await backend.load();
    await backend.commit(epoch, 1, [secret(2, 'ADDED', 'a')]);
    const before = await db.database.query('select data::text, revision from objects where cluster_id = $1', [id]);
    const refusal = { name: 'StoreError', code: 'encryption', message: expect.stringMatching(/platform key "test"/) };
    await expect(open(id, { platformKeys }).load()).rejects.toMatchObject(refusal);
    await expect(open(id, { platformKeys }).commit(epoch + 1, 2, [secret(3, 'MODIFIED', 'a')])).rejects.toMatchObject(refusal);
    await expect(open(id, { platformKeys }).log(1, 10)).rejects.toMatchObject(refusal);
    expect(await db.database.query('select data::text, revision from objects where cluster_id = $1', [id])).toEqual(before);
    expect((await open(id, { platformKeys: `${platformKeys.replace('test', 'new')},${testPlatformKeys}` }).load()).rows[0]?.text).toContain(value);
  });

  test('none at all: a cluster whose tenant has no key yet does not start either', async () => {
    await db.database.query(`insert into tenants (id, name) values ('keyless', 'keyless')`);
    const id = await db.createCluster();
    await db.database.query(`update clusters set tenant_id = 'keyless' where id = $1`, [id]);
    const keyless = new PostgresBackend(db.database, id, { encryption: encryptionOf(db.database, id, { platformKeys: '' }) });
    await expect(keyless.load()).rejects.toMatchObject({ code: 'encryption', message: expect.stringContaining('PLATFORM_KEYS') });
    expect(await db.database.query(`select from tenant_keys where tenant_id = 'keyless'`)).toEqual([]);
    expect((await open(id).load()).rows).toEqual([]);
  });

  test('a cluster that was encrypted is not read without encryption', async () => {
    const id = await db.createCluster();
    const backend = open(id);
    const { epoch } = await backend.load();
    await backend.commit(epoch, 1, [secret(2, 'ADDED', 'a')]);
    await expect(new PostgresBackend(db.database, id).load()).rejects.toMatchObject({ code: 'encryption' });
  });
});

test('writers that are the first at the same moment agree on one key', async () => {
  await db.database.query(`insert into tenants (id, name) values ('racing', 'racing')`);
  const ids = await Promise.all(Array.from({ length: 6 }, () => db.createCluster()));
  await db.database.query(`update clusters set tenant_id = 'racing' where id = any($1)`, [ids]);
  await Promise.all(
    ids.map(async (id) => {
      const backend = open(id);
      const { epoch } = await backend.load();
      await backend.commit(epoch, 1, [secret(2, 'ADDED', 'a')]);
    }),
  );
  expect(await db.database.query(`select version from tenant_keys where tenant_id = 'racing'`)).toEqual([['1']]);
  for (const id of ids) expect((await open(id).load()).rows[0]?.text).toContain(value);
});
