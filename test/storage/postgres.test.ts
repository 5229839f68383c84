import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { DatabaseError } from '../../src/db/errors.ts';
import { CommitOutcomeUnknown } from '../../src/storage/backend.ts';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import { testBackend, type ClusterFactory } from '../contracts/backend.ts';
import { testDeliveries } from '../contracts/deliveries.ts';
import { testHistory } from '../contracts/history.ts';
import { testStore } from '../contracts/store.ts';
import { testStoreTogether } from '../contracts/store-together.ts';
import { row } from '../support/configmaps.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

const newCluster: ClusterFactory = async () => {
  const id = await db.createCluster();
  return () => new PostgresBackend(db.database, id);
};

testBackend('postgres', newCluster);
testStore('postgres', newCluster);
testHistory('postgres', newCluster);
testStoreTogether('postgres', newCluster);
testDeliveries('postgres', async () => {
  const id = await db.createCluster();
  const sql = 'select subscription, revision, event, body from deliveries where cluster_id = $1 order by revision, subscription';
  return {
    open: () => new PostgresBackend(db.database, id),
    outbox: async () =>
      (await db.database.query(sql, [id])).map(([subscription, revision, event, body]) => [subscription!, Number(revision), event!, body!]),
  };
});

describe('the lock under a commit that is on its way', () => {
  let session: pg.Client;
  afterEach(() => session.end());

  /** Holds the cluster's row, so that commits and loads queue up behind it in the order they come. */
  async function holdRow(id: string): Promise<() => Promise<unknown>> {
    session = new pg.Client({ connectionString: db.url });
    await session.connect();
    await session.query('begin');
    await session.query('select from clusters where id = $1 for update', [id]);
    return () => session.query('commit');
  }

  /** Waits until so many statements of this database wait for a lock. */
  async function untilWaiting(count: number): Promise<void> {
    const sql = `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await session.query(sql)).rows[0].waiting < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  test('one that came before the new holder is in what the new holder loads', async () => {
    const id = await db.createCluster();
    const [old, next] = [new PostgresBackend(db.database, id), new PostgresBackend(db.database, id)];
    const { epoch } = await old.load();
    const release = await holdRow(id);
    const committing = old.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
    await untilWaiting(1);
    const loading = next.load();
    await untilWaiting(2);
    await release();
    await committing;
    expect(await loading).toMatchObject({ revision: 2, rows: [{ name: 'a', revision: 2 }] });
  });

  test('one that comes after the new holder is refused and leaves nothing behind', async () => {
    const id = await db.createCluster();
    const [old, next] = [new PostgresBackend(db.database, id), new PostgresBackend(db.database, id)];
    const { epoch } = await old.load();
    const release = await holdRow(id);
    const loading = next.load();
    await untilWaiting(1);
    const committing = old.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
    await untilWaiting(2);
    const [refused] = await Promise.all([Promise.allSettled([committing]), release()]);
    expect(refused).toMatchObject([{ reason: { code: 'fenced' } }]);
    expect(await loading).toMatchObject({ revision: 1, rows: [] });
    expect(await next.log(1, 10)).toEqual([]);
  });

  test('renewing waits for it, so that the revision tells its outcome', async () => {
    const id = await db.createCluster();
    const backend = new PostgresBackend(db.database, id);
    const { epoch } = await backend.load();
    const release = await holdRow(id);
    const committing = backend.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
    await untilWaiting(1);
    const renewing = backend.renew(epoch);
    await untilWaiting(2);
    await release();
    await committing;
    expect(await renewing).toMatchObject({ revision: 2 });
  });
});

test('rows tell the uid of the object that has the name now', async () => {
  const id = await db.createCluster();
  const backend = new PostgresBackend(db.database, id);
  const { epoch } = await backend.load();
  await backend.commit(epoch, 1, [row(2, 'ADDED', 'a', { uid: 'first' })]);
  await backend.commit(epoch, 2, [row(3, 'DELETED', 'a', { uid: 'first' }), row(4, 'ADDED', 'a', { uid: 'second' })]);
  expect(await db.database.query('select uid, revision from objects where cluster_id = $1', [id])).toEqual([['second', '4']]);
});

describe('pages', () => {
  test.each([{ pageRows: 3 }, { pageBytes: 400 }, { pageBytes: 1 }, { pageRows: 1 }, { pageRows: 10 }])('a cluster is loaded whole: %j', async (options) => {
    const id = await db.createCluster();
    const backend = new PostgresBackend(db.database, id, options);
    const { epoch } = await backend.load();
    const rows = Array.from({ length: 10 }, (_, i) =>
      row(i + 2, 'ADDED', `n${i % 4}`, { namespace: `ns${i % 3}`, resource: i % 2 ? 'pods' : 'configmaps' }),
    );
    await backend.commit(epoch, 1, rows);
    const loaded = await backend.load();
    expect(loaded.rows.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(rows.map(({ revision }) => revision));
  });

  test('a holder that loses the lock between two pages does not get a mixture', async () => {
    const id = await db.createCluster();
    const other = new PostgresBackend(db.database, id);
    const { epoch } = await other.load();
    await other.commit(epoch, 1, [row(2, 'ADDED', 'a'), row(3, 'ADDED', 'b')]);
    let transactions = 0;
    const disturbed: Pick<Database, 'query' | 'transaction'> = {
      query: db.database.query,
      async transaction(statements, options) {
        if (++transactions === 2) await other.load();
        return db.database.transaction(statements, options);
      },
    };
    await expect(new PostgresBackend(disturbed, id, { pageRows: 1 }).load()).rejects.toMatchObject({ code: 'fenced' });
  });

  test('long lines of the log come in parts', async () => {
    const id = await db.createCluster();
    const backend = new PostgresBackend(db.database, id, { pageBytes: 500 });
    const { epoch } = await backend.load();
    await backend.commit(epoch, 1, Array.from({ length: 6 }, (_, i) => row(i + 2, 'ADDED', `a${i}`, { text: `"${'x'.repeat(200)}"` })));
    expect((await backend.log(1, 100)).map(({ revision }) => revision)).toEqual([2, 3]);
    expect((await backend.log(7, 100)).map(({ revision }) => revision)).toEqual([]);
  });
});

describe('when something is amiss', () => {
  test('a cluster that is not there, or deleted, is gone', async () => {
    await expect(new PostgresBackend(db.database, 'none').load()).rejects.toMatchObject({ code: 'gone' });
    const id = await db.createCluster();
    const backend = new PostgresBackend(db.database, id);
    const { epoch } = await backend.load();
    await db.database.query('update clusters set deleted_at = now() where id = $1', [id]);
    await expect(backend.load()).rejects.toMatchObject({ code: 'gone' });
    await expect(backend.commit(epoch, 1, [row(2, 'ADDED', 'a')])).rejects.toMatchObject({ code: 'fenced' });
    await expect(backend.renew(epoch)).rejects.toMatchObject({ code: 'fenced' });
  });

  test('a day without a partition of the log gets one with the first commit', async () => {
    const id = await db.createCluster();
    const backend = new PostgresBackend(db.database, id);
    const { epoch } = await backend.load();
    const [partition] = await db.database.query(`select 'log_' || to_char(now() at time zone 'utc', 'YYYYMMDD')`);
    await db.database.query(`drop table ${partition![0]}`);
    await backend.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
    expect(await backend.log(1, 10)).toHaveLength(1);
  });

  test('a partition that went before the revision was raised is noticed by the gap', async () => {
    const id = await db.createCluster();
    const backend = new PostgresBackend(db.database, id);
    const { epoch } = await backend.load();
    await backend.commit(epoch, 1, [row(2, 'ADDED', 'a'), row(3, 'ADDED', 'b')]);
    await db.database.query('delete from log where cluster_id = $1 and revision = 2', [id]);
    await expect(backend.log(1, 10)).rejects.toMatchObject({ code: 'compacted' });
    expect(await backend.log(2, 10)).toHaveLength(1);
  });

  test.each([
    ['unknown', CommitOutcomeUnknown],
    ['unavailable', { name: 'StoreError', code: 'unavailable' }],
    ['rejected', { name: 'StoreError', code: 'unavailable' }],
    ['contention', { name: 'StoreError', code: 'unavailable' }],
  ] as const)('a commit that fails with %s', async (code, expected) => {
    const fail = () => Promise.reject(new DatabaseError(code));
    const backend = new PostgresBackend({ query: fail, transaction: fail }, 'c');
    const committing = backend.commit(1, 1, [row(2, 'ADDED', 'a')]);
    if (typeof expected === 'function') await expect(committing).rejects.toBeInstanceOf(expected);
    else await expect(committing).rejects.toMatchObject(expected);
    await expect(backend.load()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(backend.log(1, 1)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
