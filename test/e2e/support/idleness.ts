import pg from 'pg';
import { join } from 'node:path';
import type { LocalServer } from './local-server.ts';

/**
 * Sees from the database whether a server is at work: nothing tells when an object is evicted, but one that wakes takes the lock of
 * its cluster, and the connections over which the server asks are closed when they were not used for ten seconds.
 */
export class Idleness {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async of(server: LocalServer): Promise<Idleness> {
    const host = encodeURIComponent(join(server.data, 'postgres.socket'));
    const client = new pg.Client({ connectionString: `postgres://postgres:local@localhost/postgres?host=${host}` });
    await client.connect();
    return new Idleness(client);
  }

  /** Connections that are open now, and how many there ever were; both without this one. */
  async connections(): Promise<{ open: number; ever: number }> {
    const sql = `select (select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as open,
      (select sessions - 1 from pg_stat_database where datname = current_database()) as ever`;
    const { rows } = await this.#client.query<{ open: string; ever: string }>(sql);
    return { open: Number(rows[0]!.open), ever: Number(rows[0]!.ever) };
  }

  /** How often the lock of the cluster `default` was taken. */
  async epoch(): Promise<number> {
    const { rows } = await this.#client.query<{ epoch: string }>(`select epoch from clusters where name = 'default'`);
    return Number(rows[0]!.epoch);
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
