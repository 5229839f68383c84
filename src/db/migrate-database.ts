import pg from 'pg';
import { migrate, readMigrations } from './migrate.ts';
import type { SqlExecutor, SqlRow } from './sql.ts';

/**
 * Brings the database at `url` to the newest schema, over a connection of its own. Node only; for the local server, the
 * deployment's command line and tests. Returns the names of the migrations that were applied.
 */
export async function migrateDatabase(url: string, migrationsFolder: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await migrate(pgExecutor(client), await readMigrations(migrationsFolder));
  } finally {
    await client.end();
  }
}

/** Runs statements on one connection; values come back as text. Without parameters, several statements may be given at once. */
export const pgExecutor =
  (client: pg.ClientBase): SqlExecutor =>
  async (text, params) => {
    const types = { getTypeParser: () => (value: string) => value };
    const result = await client.query<SqlRow[]>({ text, values: params && [...params], rowMode: 'array', types } as pg.QueryArrayConfig);
    return (result as unknown as { rows: SqlRow[] }).rows;
  };
