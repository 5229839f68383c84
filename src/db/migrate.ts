import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditPartitionDefaults, maintainAuditPartitions } from './audit-partitions.ts';
import { logPartitionDefaults, maintainLogPartitions } from './log-partitions.ts';
import type { SqlExecutor } from './sql.ts';

/** One change of the schema. Once released, its text never changes. */
export interface Migration {
  /** The file's name without `.sql`: `0002-objects`. Their order is the order of the names. */
  name: string;
  sql: string;
}

/** Reads the migrations of a folder, in order. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => ({ name: file.slice(0, -'.sql'.length), sql: await readFile(join(folder, file), 'utf8') })),
  );
}

/**
 * Brings a database to the newest schema and makes the partitions of the coming days. All or nothing: one
 * transaction, so `execute` must stay on one connection. A second starter waits for the first and finds nothing to do.
 * Returns the names of the migrations that were applied. Throws, with a sentence for the operator, if the database has
 * migrations that this code does not know, or others than it knows.
 */
export async function migrate(execute: SqlExecutor, migrations: readonly Migration[]): Promise<string[]> {
  await execute('begin');
  try {
    // A transaction's lock, because a session's would not survive a pooler between here and the database.
    await execute(`select pg_advisory_xact_lock(hashtext('hibernetes migrations'))`);
    await execute(`create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
    const applied = await execute(`select name, checksum from schema_migrations order by name collate "C"`);
    const missing = missingMigrations(
      applied.map(([name, checksum]) => ({ name: name!, checksum: checksum! })),
      migrations,
    );
    for (const { name, sql } of missing) {
      await execute(sql);
      await execute('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksumOf(sql)]);
    }
    // How long what is in them is kept is not the migration's business.
    await maintainLogPartitions(execute, { daysAhead: logPartitionDefaults.daysAhead });
    await maintainAuditPartitions(execute, { daysAhead: auditPartitionDefaults.daysAhead });
    await execute('commit');
    return missing.map(({ name }) => name);
  } catch (error) {
    await execute('rollback').catch(() => undefined);
    throw error;
  }
}

/** Which migrations are still to be applied. Throws if what was applied is not the beginning of what is known. */
export function missingMigrations(
  applied: readonly { name: string; checksum: string }[],
  known: readonly Migration[],
): readonly Migration[] {
  for (const [index, { name, checksum }] of applied.entries()) {
    const migration = known.find((candidate) => candidate.name === name);
    if (!migration) {
      throw new Error(`the database is newer than this program: it has the migration ${name}; start a version that knows it`);
    }
    if (known[index] !== migration) {
      throw new Error(`the migration ${known[index]!.name} comes before ${name}, which was already applied to the database`);
    }
    if (checksumOf(migration.sql) !== checksum) {
      throw new Error(`the migration ${name} was changed after it had been applied to the database`);
    }
  }
  return known.slice(applied.length);
}

const checksumOf = (sql: string): string => createHash('sha256').update(sql).digest('hex');
