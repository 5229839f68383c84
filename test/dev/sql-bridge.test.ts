import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { startSqlBridge, type SqlBridge } from '../../src/dev/sql-bridge.ts';
import { emptyDatabase } from '../support/postgres.ts';

let url: string;
let bridge: SqlBridge;
let database: Database;
beforeAll(async () => {
  url = await emptyDatabase();
  bridge = await startSqlBridge({ connectionString: url, secret: 'p@ss/w:rd', connections: 2 });
  database = createDatabase({ url: bridge.url, fetchEndpoint: bridge.endpoint });
}, 60_000);
afterAll(() => bridge.close());

/** A request as the driver makes it, but for what is given. */
const post = (body: string, headers: Record<string, string> = {}, path = '/sql') =>
  fetch(bridge.endpoint.replace('/sql', path), {
    method: 'POST',
    body,
    headers: { 'neon-connection-string': bridge.url, 'neon-raw-text-output': 'true', 'neon-array-mode': 'true', ...headers },
  });

describe('requests', () => {
  const select = JSON.stringify({ query: 'select 1 as one, null as nothing', params: [] });

  test('are answered as Neon does', async () => {
    const response = await post(select);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      command: 'SELECT',
      rowCount: 1,
      rows: [['1', null]],
      rowAsArray: true,
      fields: [{ name: 'one', dataTypeID: 23 }, { name: 'nothing' }],
    });
  });

  test.each<[number, string, string, Record<string, string>, string]>([
    [403, 'a wrong password', select, { 'neon-connection-string': 'postgres://hibernetes:wrong@127.0.0.1/x' }, '/sql'],
    [403, 'no connection string', select, { 'neon-connection-string': '' }, '/sql'],
    [404, 'another path', select, {}, '/other'],
    [400, 'no JSON', '{', {}, '/sql'],
    [400, 'no query', '{}', {}, '/sql'],
    [400, 'null', 'null', {}, '/sql'],
    [400, 'a wrong query among others', '{"queries":[{"query":"select 1"},{"query":2}]}', {}, '/sql'],
    [400, 'an unknown isolation level', '{"queries":[]}', { 'neon-batch-isolation-level': 'Chaos' }, '/sql'],
  ])('%i for %s', async (status, _, body, headers, path) => {
    expect((await post(body, headers, path)).status).toBe(status);
  });

  test('a refused statement gives 400 with the fields of Postgres', async () => {
    const response = await post(JSON.stringify({ query: 'select 1 / 0' }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: '22012', severity: 'ERROR', message: 'division by zero' });
  });
});

describe('statements', () => {
  test('stay prepared from the second use on, a bounded number of them', async () => {
    const texts = Array.from({ length: 110 }, (_, i) => `select ${i} as column_${i}`);
    for (const text of [...texts, ...texts, ...texts]) await database.query(text);
    const [counted] = await database.query('select count(*) from pg_prepared_statements');
    const count = Number(counted![0]);
    expect(count).toBeGreaterThan(90);
    expect(count).toBeLessThanOrEqual(100);
  });

  test('a failed transaction leaves its connection clean', async () => {
    const failing = () => database.transaction([{ text: 'create table left_over ()' }, { text: 'select 1 / 0' }], { isolationLevel: 'ReadCommitted' });
    for (let i = 0; i < 5; i++) await expect(failing()).rejects.toMatchObject({ code: 'rejected' });
    expect(await database.query(`select to_regclass('left_over')`)).toEqual([[null]]);
  });

  test('a connection that breaks is unknown to its caller and nobody else', async () => {
    await expect(database.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject({ code: 'unknown' });
    expect(await database.query('select 1')).toEqual([['1']]);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
    await other.end();
    await expect.poll(() => database.query('select 1').catch(() => undefined)).toEqual([['1']]);
  });

  test('without Postgres behind it, nothing was executed', async () => {
    const orphan = await startSqlBridge({ connectionString: 'postgres://u:p@127.0.0.1:1/none', secret: 's' });
    const lost = createDatabase({ url: orphan.url, fetchEndpoint: orphan.endpoint });
    await expect(lost.query('select 1')).rejects.toMatchObject({ code: 'unavailable' });
    await orphan.close();
  });

  test('more at once than there are connections', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => database.query('select $1::int', [i])));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, i) => [[String(i)]]));
  });
});
