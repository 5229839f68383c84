import { neon, neonConfig, types } from '@neondatabase/serverless';
import { drizzle, type NeonHttpDatabase } from 'drizzle-orm/neon-http';
import { limits } from '../lib/limits.ts';
import { databaseError } from './errors.ts';
import type { SqlExecutor, SqlRow, SqlStatement } from './sql.ts';
import * as schema from './schema.ts';

// The only importer of the Neon driver. It speaks HTTP, one request a statement or transaction: an open connection
// would keep a Durable Object awake.

export interface DatabaseOptions {
  /** `postgres://user:password@host/database`. */
  url: string;
  /** Where that host answers SQL over HTTP, if it is not Neon: the local bridge (`src/dev/sql-bridge.ts`). */
  fetchEndpoint?: string;
}

export interface TransactionOptions {
  isolationLevel: 'ReadCommitted' | 'RepeatableRead' | 'Serializable';
  readOnly?: boolean;
}

export interface Database {
  /** For everything that is not on the path of each commit. Its errors quote parameters: pass them through `databaseError`. */
  readonly orm: NeonHttpDatabase<typeof schema>;
  /** Runs one statement. Values come back as text. Throws `DatabaseError`. */
  readonly query: SqlExecutor;
  /** Runs statements in one transaction; none may depend on another's answer. Throws `DatabaseError`. */
  transaction(statements: readonly SqlStatement[], options: TransactionOptions): Promise<(readonly SqlRow[])[]>;
}

/** Connects to nothing yet: each query is its own HTTP request. */
export function createDatabase({ url, fetchEndpoint }: DatabaseOptions): Database {
  if (fetchEndpoint) endpoints.set(hostOf(new URL(url)), fetchEndpoint);
  const client = neon(url, { arrayMode: true, fullResults: false, disableWarningInBrowsers: true });
  const asText = { arrayMode: true, fullResults: false, types: { getTypeParser: () => identity } } as const;
  return {
    orm: drizzle({ client, schema }),
    async query(text, params = []) {
      try {
        return (await client.query(text, [...params], asText)) as SqlRow[];
      } catch (error) {
        throw databaseError(error);
      }
    },
    async transaction(statements, options) {
      try {
        const queries = statements.map(({ text, params = [] }) => client.query(text, [...params], asText));
        return (await client.transaction(queries, options)) as SqlRow[][];
      } catch (error) {
        throw databaseError(error);
      }
    },
  };
}

// The driver's settings are global; these serve every database at once.

const identity = (text: string) => text;

/** HTTP endpoints by `host:port` of the database's address. */
const endpoints = new Map<string, string>();
const hostOf = ({ hostname, port }: { hostname: string; port?: number | string }) => `${hostname}:${port || 5432}`;

const neonEndpoint = neonConfig.fetchEndpoint as (host: string, port?: number | string, options?: object) => string;
neonConfig.fetchEndpoint = (hostname: string, port?: number | string, options?: object) =>
  endpoints.get(hostOf({ hostname, port })) ?? neonEndpoint(hostname, port, options);

// json columns (type 114) stay text for drizzle as well.
types.setTypeParser(114, identity);

/** `fetch` with a bound on the time until the whole answer is there. No timer is left behind: it would keep an object awake. */
neonConfig.fetchFunction = async (address: string, init: RequestInit) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limits.databaseAnswerMs);
  try {
    const response = await fetch(address, { ...init, signal: abort.signal });
    const body = await response.text();
    return { ok: response.ok, status: response.status, json: async () => JSON.parse(body), text: async () => body };
  } finally {
    clearTimeout(timer);
  }
};
