import { join } from 'node:path';
import pg from 'pg';
import type { LocalServer } from '../../e2e/support/local-server.ts';

/** A connection to the server's database, past the server. */
export async function connect(server: LocalServer): Promise<pg.Client> {
  const host = encodeURIComponent(join(server.data, 'postgres.socket'));
  const client = new pg.Client({ connectionString: `postgres://postgres:local@localhost/postgres?host=${host}` });
  await client.connect();
  return client;
}
