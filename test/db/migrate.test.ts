import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayOf } from '../../src/db/day-partitions.ts';
import { logPartitionName } from '../../src/db/log-partitions.ts';
import { migrate, missingMigrations, readMigrations, type Migration } from '../../src/db/migrate.ts';
import { migrateDatabase, pgExecutor } from '../../src/db/migrate-database.ts';
import { emptyDatabase, migrationsFolder } from '../support/postgres.ts';

describe('migrating a database', () => {
  let url: string;
  let session: pg.Client;
  beforeEach(async () => {
    url = await emptyDatabase();
    session = new pg.Client({ connectionString: url });
    await session.connect();
  }, 60_000);
  afterEach(() => session.end());

  const tables = async () =>
    (await session.query(`select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`)).rows.map(
      ({ relname }) => relname as string,
    );

  test('applies each file once, and makes partitions for the log', async () => {
    const names = (await readMigrations(migrationsFolder)).map(({ name }) => name);
    expect(names[0]).toBe('0001-tenants-and-clusters');
    expect(await migrateDatabase(url, migrationsFolder)).toEqual(names);
    expect(await migrateDatabase(url, migrationsFolder)).toEqual([]);
    const existing = await tables();
    const [{ now }] = (await session.query('select now()')).rows;
    for (const days of [0, 1, 6]) expect(existing).toContain(logPartitionName(dayOf(new Date(now.getTime() + days * 86_400_000))));
    expect(existing.filter((name) => /^objects_\d\d$/.test(name))).toHaveLength(16);
  });

  test('starters at the same time do not collide', async () => {
    const names = (await readMigrations(migrationsFolder)).map(({ name }) => name);
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrateDatabase(url, migrationsFolder)));
    expect(applied.filter((each) => each.length > 0)).toEqual([names]);
  });

  test('leaves nothing behind if one fails', async () => {
    const known = await readMigrations(migrationsFolder);
    const broken: Migration[] = [...known, { name: '9999-broken', sql: 'create table half (); select 1 / 0' }];
    await expect(migrate(pgExecutor(session), broken)).rejects.toMatchObject({ code: '22012' });
    expect(await tables()).toEqual([]);
    expect(await migrate(pgExecutor(session), known)).toHaveLength(known.length);
  });
});

describe('what was applied against what is known', () => {
  const known: Migration[] = ['0001-a', '0002-b', '0003-c'].map((name) => ({ name, sql: `-- ${name}` }));
  const a = { name: '0001-a', checksum: '8456d098a9c5cc856341528a3bda8164fc8df63995a7def71377096badbe6722' };

  test('a new database gets everything', () => {
    expect(missingMigrations([], known)).toEqual(known);
  });

  test('only what comes after is missing', () => {
    expect(missingMigrations([a], known)).toEqual(known.slice(1));
  });

  test('a newer database is refused', () => {
    expect(() => missingMigrations([{ name: '0009-later', checksum: '' }], known)).toThrow(
      'the database is newer than this program: it has the migration 0009-later',
    );
  });

  test('a changed file is refused', () => {
    expect(() => missingMigrations([{ ...a, checksum: 'other' }], known)).toThrow('0001-a was changed after');
  });

  test('a file that slipped in before applied ones is refused', () => {
    expect(() => missingMigrations([{ name: '0002-b', checksum: '' }], known)).toThrow('0001-a comes before 0002-b');
  });
});
