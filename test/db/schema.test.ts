import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { beforeAll, describe, expect, test } from 'vitest';
import * as schema from '../../src/db/schema.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

describe.each(Object.entries(schema as Record<string, PgTable>))('drizzle knows the table %s as the migrations made it', (_, table) => {
  const { name, columns, primaryKeys, foreignKeys, indexes } = getTableConfig(table);

  test('columns, types, nulls and defaults', async () => {
    const rows = await db.database.query(
      `select column_name, format_type(atttypid, atttypmod), is_nullable, column_default is not null
      from information_schema.columns join pg_attribute on attrelid = to_regclass($1) and attname = column_name
      where table_schema = 'public' and table_name = $1 order by ordinal_position`,
      [name],
    );
    expect(rows).toEqual(
      columns.map((column) => [
        column.name,
        column.getSQLType(),
        column.notNull ? 'NO' : 'YES',
        column.hasDefault ? 't' : 'f',
      ]),
    );
  });

  test('keys and indexes', async () => {
    const rows = await db.database.query(
      `select indisprimary::text, indisunique::text, indpred is not null,
        (select string_agg(attname, ',' order by position) from unnest(indkey) with ordinality as key (number, position)
          join pg_attribute on attrelid = indrelid and attnum = number)
      from pg_index where indrelid = to_regclass($1)`,
      [name],
    );
    const primary = columns.filter((column) => column.primary);
    const expected = [
      ...primary.map((column) => ['true', 'true', 'f', column.name]),
      ...columns.filter((column) => column.isUnique).map((column) => ['false', 'true', 'f', column.name]),
      ...primaryKeys.map((key) => ['true', 'true', 'f', key.columns.map((column) => column.name).join()]),
      ...indexes.map(({ config }) => [
        'false',
        String(config.unique),
        config.where ? 't' : 'f',
        config.columns.map((column) => ('name' in column ? column.name : '?')).join(),
      ]),
    ];
    expect(rows.map((each) => each.join(' ')).sort()).toEqual(expected.map((each) => each.join(' ')).sort());
  });

  test('foreign keys', async () => {
    const rows = await db.database.query(
      `select confrelid::regclass::text, confdeltype::text from pg_constraint where conrelid = to_regclass($1) and contype = 'f'`,
      [name],
    );
    const expected = foreignKeys.map((key) => {
      const { foreignTable } = key.reference();
      return `${getTableConfig(foreignTable).name} ${key.onDelete === 'cascade' ? 'c' : 'a'}`;
    });
    expect(rows.map((each) => each.join(' ')).sort()).toEqual(expected.sort());
  });
});
