import { beforeAll, expect, test } from 'vitest';
import { maintainHistory } from '../../src/db/history-retention.ts';
import { partitionName, dayOf } from '../../src/db/day-partitions.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

const daysAgo = (days: number) => dayOf(new Date(Date.now() - days * 86_400_000));

test('each tenant has the log of its clusters for so many days, and partitions go with the longest', async () => {
  const { query } = db.database;
  for (const days of [1, 2, 3, 4, 5])
    await query(
      `create table ${partitionName('log', daysAgo(days))} partition of log for values from ('${daysAgo(days)} 00:00+00') to ('${daysAgo(days - 1)} 00:00+00')`,
    );
  const cluster = async (quotas: object): Promise<string> => {
    const id = `c-${crypto.randomUUID()}`;
    await query('insert into tenants (id, name, quotas) values ($1, $1, $2)', [id, JSON.stringify(quotas)]);
    await query(`insert into clusters (id, tenant_id, name, revision, history_from) values ($1, $1, $1, 11, now() - interval '9 days')`, [id]);
    // Two lines a day, the oldest first.
    for (const [i, days] of [5, 4, 3, 2, 1].entries())
      for (const revision of [2 + 2 * i, 3 + 2 * i])
        await query(
          `insert into log (cluster_id, revision, type, resource, namespace, name, uid, previous_revision, data, written_at)
          values ($1, $2::bigint, 'ADDED', 'configmaps', 'default', 'a' || $2, 'u', 0, '{}', ($3 || ' 12:00+00')::timestamptz)`,
          [id, String(revision), daysAgo(days)],
        );
    return id;
  };
  const [usual, short, long] = [await cluster({}), await cluster({ historyDays: 1 }), await cluster({ historyDays: 4 })];
  await maintainHistory(query, { defaultDays: 2, daysAhead: 1, batchRows: 1, batchesMax: 100 });
  const lines = async (id: string) => (await query('select revision from log where cluster_id = $1 order by revision', [id])).map(([revision]) => Number(revision));
  expect([await lines(usual), await lines(short), await lines(long)]).toEqual([[8, 9, 10, 11], [10, 11], [4, 5, 6, 7, 8, 9, 10, 11]]);
  const bounds = async (id: string) => (await query(`select compacted_revision, to_char(history_from at time zone 'utc', 'YYYY-MM-DD HH24:MI') from clusters where id = $1`, [id]))[0];
  expect(await bounds(usual)).toEqual(['7', `${daysAgo(2)} 00:00`]);
  expect(await bounds(short)).toEqual(['9', `${daysAgo(1)} 00:00`]);
  expect(await bounds(long)).toEqual(['3', `${daysAgo(4)} 00:00`]);
});
