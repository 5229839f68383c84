import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../src/db/client.ts';
import { DatabaseError, databaseError } from '../../src/db/errors.ts';
import { clusters, objects, tenants, tokens } from '../../src/db/schema.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

describe('queries', () => {
  test('give values as text', async () => {
    const rows = await db.database.query(`select $1::int + 1, 2.50, null, true, '{"a": 1.0}'::json, array['a', 'b'], 'é😀'`, [41]);
    expect(rows).toEqual([['42', '2.50', null, 't', '{"a": 1.0}', '{a,b}', 'é😀']]);
  });

  test('a transaction is all or nothing', async () => {
    const insert = (id: string) => ({ text: 'insert into tenants (id, name) values ($1, $1)', params: [id] });
    const count = async () => (await db.database.query(`select count(*) from tenants where id like 'tx-%'`))[0]![0];
    const failing = db.database.transaction([insert('tx-1'), insert('tx-1')], { isolationLevel: 'ReadCommitted' });
    await expect(failing).rejects.toMatchObject({ name: 'DatabaseError', code: 'duplicate' });
    expect(await count()).toBe('0');
    const results = await db.database.transaction([insert('tx-1'), { text: 'select 1, 2' }], { isolationLevel: 'ReadCommitted' });
    expect(results).toEqual([[], [['1', '2']]]);
    expect(await count()).toBe('1');
  });

  test('isolation and read-only are the ones asked for', async () => {
    const ask = [{ text: 'show transaction_isolation' }, { text: 'show transaction_read_only' }];
    expect(await db.database.transaction(ask, { isolationLevel: 'RepeatableRead', readOnly: true })).toEqual([[['repeatable read']], [['on']]]);
    expect(await db.database.transaction(ask, { isolationLevel: 'ReadCommitted' })).toEqual([[['read committed']], [['off']]]);
  });

  test('drizzle reads and writes every type', async () => {
    const { orm } = db.database;
    await orm.insert(tenants).values({ id: 'orm', name: 'orm' });
    await orm.insert(clusters).values({ id: 'orm-c', tenantId: 'orm', name: 'c' });
    const expiresAt = new Date('2027-01-02T03:04:05.678Z');
    const token = { hash: 'h', tenantId: 'orm', clusterId: 'orm-c', userName: 'u', groups: ['a,b', 'c"d'], namespaces: null, expiresAt };
    await orm.insert(tokens).values(token);
    const made = { id: expect.any(String), description: '', createdAt: expect.any(Date), createdBy: '', apiKeyId: null, lastUsedAt: null };
    expect(await orm.select().from(tokens).where(eq(tokens.hash, 'h'))).toEqual([{ ...token, ...made }]);
    const [cluster] = await orm.select().from(clusters).where(eq(clusters.id, 'orm-c'));
    expect(cluster).toMatchObject({ epoch: 0, revision: 1, compactedRevision: 1, deletedAt: null });
    const data = '{"b" : 1.0, "a":"\\u0000"}';
    await orm.insert(objects).values({ clusterId: 'orm-c', resource: 'r', namespace: '', name: 'n', uid: 'u', revision: 2 ** 40, data });
    expect(await orm.select().from(objects).where(eq(objects.clusterId, 'orm-c'))).toMatchObject([{ data, revision: 2 ** 40 }]);
  });
});

describe('errors', () => {
  test.each<[string, string, readonly unknown[]]>([
    ['duplicate', `insert into tenants (id, name) values ('test-dup', $1), ('test-dup', $1)`, ['secret']],
    ['missing-reference', `insert into clusters (id, tenant_id, name) values ('x', $1, 'x')`, ['secret']],
    ['rejected', `select $1::text::int`, ['secret']],
    ['rejected', 'select secret', []],
    ['no-partition', `insert into log values ('secret', 1, '', '', '', '', '', 0, '{}', '1999-01-01')`, []],
    ['rejected', `insert into objects values ('secret', 'r', 'n', 'n', 'u', 1, '{secret')`, []],
  ])('%s: tells no parameter', async (code, text, params) => {
    const error = await db.database.query(text, params).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code });
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain('secret');
    expect((error as Error).cause).toBeUndefined();
  });

  test("drizzle's are translated as well", async () => {
    const failing = db.database.orm.insert(clusters).values({ id: 'x', tenantId: 'secret', name: 'x' });
    const error = await failing.then(() => undefined, databaseError);
    expect(error).toMatchObject({ code: 'missing-reference', sqlState: '23503', constraint: 'clusters_tenant_id_fkey' });
    expect(error!.message).not.toContain('secret');
  });

  test('no server, a wrong answer and a wrong password', async () => {
    const url = 'postgres://u:secret@nowhere.invalid/db';
    const nobody = createDatabase({ url, fetchEndpoint: 'http://127.0.0.1:1/sql' });
    await expect(nobody.query('select 1')).rejects.toMatchObject({ name: 'DatabaseError', code: 'unknown' });
  });

  test.each([
    ['40001', 'contention'],
    ['55P03', 'contention'],
    ['57P03', 'unavailable'],
    ['08001', 'unavailable'],
    ['53300', 'unavailable'],
    ['57014', 'unavailable'],
    ['08006', 'unknown'],
    ['57P01', 'unknown'],
    ['XX000', 'unknown'],
    ['ECONNRESET', 'unknown'],
    ['42601', 'rejected'],
  ])('%s is %s', (sqlState, code) => {
    expect(databaseError(Object.assign(new Error('words'), { code: sqlState })).code).toBe(code);
  });

  test.each([undefined, null, 'text', new Error('x'), new TypeError('fetch failed')])('what is not of Postgres is unknown: %s', (thrown) => {
    expect(databaseError(thrown).code).toBe('unknown');
  });
});
