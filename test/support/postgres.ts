import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { startPostgres, type Postgres } from '../../src/dev/postgres.ts';
import { startSqlBridge } from '../../src/dev/sql-bridge.ts';

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A database of the calling test file's own, with the schema in it. Everything ends with the file. */
export interface TestDatabase {
  database: Database;
  /** For `pg`, past the bridge. */
  url: string;
  /** A tenant and a cluster of its own; returns the cluster's id. */
  createCluster(): Promise<string>;
}

/** Call it once, in `beforeAll`: the first one starts the server. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = await emptyDatabase();
  await migrateDatabase(url, migrationsFolder);
  const bridge = await startSqlBridge({ connectionString: url, secret: crypto.randomUUID() });
  cleanups.push(() => bridge.close());
  const database = createDatabase({ url: bridge.url, fetchEndpoint: bridge.endpoint });
  return {
    database,
    url,
    async createCluster() {
      const id = `c-${crypto.randomUUID()}`;
      await database.query(`insert into tenants (id, name) values ('test', 'test') on conflict do nothing`);
      await database.query(`insert into clusters (id, tenant_id, name) values ($1, 'test', $1)`, [id]);
      return id;
    },
  };
}

/** The connection string of a new database without any tables. */
export async function emptyDatabase(): Promise<string> {
  const server = process.env.DATABASE_URL ?? (await localServer()).url;
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await run(server, `create database ${name}`);
  cleanups.push(() => run(server, `drop database ${name} with (force)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const cleanups: (() => Promise<unknown>)[] = [];
let server: Promise<Postgres> | undefined;

async function localServer(): Promise<Postgres> {
  server ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hibernetes-test-'));
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
    cleanups.unshift(async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    });
    return postgres;
  })();
  return server;
}

afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
