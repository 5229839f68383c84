import { beforeAll, describe, expect, test } from 'vitest';
import { dayOf } from '../../src/db/day-partitions.ts';
import {
  logPartitionDay,
  logPartitionDefaults,
  logPartitionName,
  maintainLogPartitions,
  planLogPartitions,
} from '../../src/db/log-partitions.ts';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import { row } from '../support/configmaps.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { migrationsFolder, testDatabase, type TestDatabase } from '../support/postgres.ts';

describe('planning', () => {
  const options = { retentionDays: 2, daysAhead: 3 };
  const at = (time: string) => new Date(time);

  test.each<[string, string[], string, string[], string[]]>([
    ['nothing is there', [], '2026-11-20T12:00:00Z', ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'], []],
    ['the next day begins', ['log_20261120', 'log_20261121', 'log_20261122', 'log_20261123'], '2026-11-21T00:00:00Z', ['2026-11-24'], []],
    ['the last moment of a day', ['log_20261120', 'log_20261121', 'log_20261122', 'log_20261123'], '2026-11-20T23:59:59.999Z', [], []],
    ['a month ends', ['log_20270226'], '2027-02-27T05:00:00Z', ['2027-02-27', '2027-02-28', '2027-03-01', '2027-03-02'], []],
    [
      'some are too old',
      ['log_20261117', 'log_20261118', 'log_20261119', 'log_20261116', 'log_20261120', 'log_20261121', 'log_20261122', 'log_20261123'],
      '2026-11-20T12:00:00Z',
      [],
      ['2026-11-16', '2026-11-17'],
    ],
    ['a gap is closed, strangers are left alone', ['log_20261120', 'log_20261122', 'log_20261123', 'log_old', 'other'], '2026-11-20T12:00:00Z', ['2026-11-21'], []],
  ])('%s', (_, existing, now, create, drop) => {
    expect(planLogPartitions(existing, at(now), options)).toEqual({ create, drop });
  });

  test('without a retention nothing is dropped', () => {
    expect(planLogPartitions(['log_19990101'], at('2026-11-20T12:00:00Z'), { daysAhead: 0 })).toEqual({ create: ['2026-11-20'], drop: [] });
  });

  test('names and days', () => {
    expect(dayOf(at('2026-11-20T23:59:59.999Z'))).toBe('2026-11-20');
    expect(logPartitionName('2026-11-20')).toBe('log_20261120');
    expect(logPartitionDay('log_20261120')).toBe('2026-11-20');
    expect(logPartitionDay('log_2026112')).toBeUndefined();
  });
});

describe('carrying it out', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  }, 60_000);

  test('is done after a migration, and may run many times at once', async () => {
    expect(await maintainLogPartitions(db.database.query)).toEqual({ create: [], drop: [] });
    await db.database.query(`create table log_19990101 partition of log for values from ('1999-01-01') to ('1999-01-02')`);
    await migrateDatabase(db.url, migrationsFolder);
    expect(await maintainLogPartitions(db.database.query)).toEqual({ create: [], drop: ['1999-01-01'] });
    const more = { ...logPartitionDefaults, daysAhead: 9 };
    await Promise.all(Array.from({ length: 4 }, () => maintainLogPartitions(db.database.query, more)));
    expect(await maintainLogPartitions(db.database.query, more)).toEqual({ create: [], drop: [] });
  });

  test('partitions have the index of the log', async () => {
    const [plan] = await db.database.query(
      `select count(*) from pg_index where indrelid = to_regclass('log_' || to_char(now() at time zone 'utc', 'YYYYMMDD'))`,
    );
    expect(plan).toEqual(['1']);
  });

  test('what is dropped is marked as compacted before', async () => {
    const id = await db.createCluster();
    const quiet = await db.createCluster();
    const backend = new PostgresBackend(db.database, id);
    const { epoch } = await backend.load();
    const day = dayOf(new Date(Date.now() - 30 * 86_400_000));
    await db.database.query(
      `create table ${logPartitionName(day)} partition of log for values from ('${day} 00:00+00') to ('${day} 24:00+00')`,
    );
    await backend.commit(epoch, 1, [row(2, 'ADDED', 'a'), row(3, 'ADDED', 'b')]);
    await db.database.query(`update log set written_at = $1::timestamptz where cluster_id = $2`, [`${day} 12:00+00`, id]);
    await backend.commit(epoch, 3, [row(4, 'MODIFIED', 'a', { previousRevision: 2 })]);
    expect(await backend.log(1, 10)).toHaveLength(3);

    expect(await maintainLogPartitions(db.database.query, { ...logPartitionDefaults, daysAhead: 9 })).toEqual({ create: [], drop: [day] });
    await expect(backend.log(1, 10)).rejects.toMatchObject({ code: 'compacted' });
    await expect(backend.log(2, 10)).rejects.toMatchObject({ code: 'compacted' });
    expect(await backend.log(3, 10)).toMatchObject([{ revision: 4 }]);
    expect((await backend.load()).compactedRevision).toBe(3);
    expect((await new PostgresBackend(db.database, quiet).load()).compactedRevision).toBe(1);
  });
});
