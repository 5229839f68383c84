import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

export interface SqlBridgeOptions {
  /** The Postgres behind the bridge. Its password never leaves this process. */
  connectionString: string;
  /** What clients must give as the password of their connection string. */
  secret: string;
  /** 0 (the default) for any free port of 127.0.0.1. */
  port?: number;
  /** Connections to Postgres at most. */
  connections?: number;
}

export interface SqlBridge {
  /** For `createDatabase`: the endpoint, and a connection string that this bridge accepts. */
  readonly endpoint: string;
  readonly url: string;
  close(): Promise<void>;
}

/** As Neon: larger requests get 413. */
const requestBytesMax = 64 * 1024 * 1024;
/** Statements that are kept prepared on each connection. */
const preparedStatementsMax = 100;

interface Query {
  query: string;
  params?: unknown[];
}

/**
 * Serves Neon's SQL over HTTP (`POST /sql`) in front of any Postgres, so that the same driver works locally. Node only.
 * A body is one statement (`{query, params}`) or a transaction (`{queries: […]}`, isolation by headers). Answers are raw
 * text in array mode, the only form that the driver asks for. Refused statements give 400 with Postgres's error fields.
 */
export async function startSqlBridge(options: SqlBridgeOptions): Promise<SqlBridge> {
  const pool = new pg.Pool({ connectionString: options.connectionString, max: options.connections ?? 8 });
  // A connection that breaks is dropped by the pool, and its query fails; without listeners it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const prepared = preparedNames();
  const server = createServer((request, response) => {
    answer(request, options.secret, pool, prepared).then(
      (body) => send(response, 200, body),
      (error: unknown) => sendError(response, error),
    );
  });
  // Clients keep their connection between commits; ending it from here would race with their next request.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/sql`,
    url: `postgres://hibernetes:${encodeURIComponent(options.secret)}@127.0.0.1:${port}/hibernetes`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await pool.end();
    },
  };
}

/** A failure that is about the request itself. */
class RequestError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function answer(request: IncomingMessage, secret: string, pool: pg.Pool, prepared: PreparedNames): Promise<unknown> {
  if (request.method !== 'POST' || request.url !== '/sql') throw new RequestError(404, 'only POST /sql is served here');
  if (!knowsSecret(request, secret)) throw new RequestError(403, 'the connection string has the wrong password');
  const body = parse(await readBody(request));
  const client = await connect(pool);
  let broken: Error | undefined;
  try {
    if (!body.queries) return await run(client, body as Query, prepared);
    await client.query(begin(request));
    const results: unknown[] = [];
    for (const query of body.queries) results.push(await run(client, query, prepared));
    await client.query('commit');
    return { results };
  } catch (error) {
    // Postgres ends the connection after an error that is fatal, and any other error than Postgres's is about the connection.
    if (!isPostgresError(error) || error.severity !== 'ERROR') broken = error as Error;
    else if (body.queries) await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function run(client: pg.PoolClient, { query, params }: Query, prepared: PreparedNames): Promise<unknown> {
  const { command, rowCount, rows, fields } = await client.query({
    name: prepared(query),
    text: query,
    values: params ?? [],
    rowMode: 'array',
    types: rawText,
  } as pg.QueryArrayConfig);
  return { command, rowCount, rows, fields, rowAsArray: true };
}

const rawText = { getTypeParser: () => (value: string) => value };

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    if (isPostgresError(error)) throw error;
    // sqlclient_unable_to_establish_sqlconnection: tells the client that nothing was executed.
    throw Object.assign(new Error('the bridge cannot connect to Postgres'), { code: '08001', severity: 'FATAL' });
  }
}

function begin({ headers }: IncomingMessage): string {
  const levels: Record<string, string> = {
    ReadUncommitted: 'read uncommitted',
    ReadCommitted: 'read committed',
    RepeatableRead: 'repeatable read',
    Serializable: 'serializable',
  };
  const level = levels[String(headers['neon-batch-isolation-level'] ?? 'ReadCommitted')];
  if (!level) throw new RequestError(400, 'unknown isolation level');
  const access = headers['neon-batch-read-only'] === 'true' ? 'read only' : 'read write';
  const deferrable = headers['neon-batch-deferrable'] === 'true' ? 'deferrable' : 'not deferrable';
  return `begin isolation level ${level} ${access} ${deferrable}`;
}

/** Gives a statement a name under which it stays prepared, from its second use on and while there is room. */
type PreparedNames = (text: string) => string | undefined;

function preparedNames(): PreparedNames {
  const names = new Map<string, string>();
  const seenOnce = new Set<string>();
  return (text) => {
    const known = names.get(text);
    if (known || names.size >= preparedStatementsMax) return known;
    if (seenOnce.delete(text)) names.set(text, createHash('sha256').update(text).digest('hex').slice(0, 32));
    else {
      if (seenOnce.size >= 10 * preparedStatementsMax) seenOnce.clear();
      seenOnce.add(text);
    }
    return names.get(text);
  };
}

function knowsSecret({ headers }: IncomingMessage, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  try {
    const { password } = new URL(String(headers['neon-connection-string']));
    return timingSafeEqual(hash(decodeURIComponent(password)), hash(secret));
  } catch {
    return false; // not a connection string
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > requestBytesMax) throw new RequestError(413, 'the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): { queries?: Query[] } & Partial<Query> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new RequestError(400, 'the request is not JSON');
  }
  const { query, queries } = (value ?? {}) as { query?: unknown; queries?: unknown };
  const isQuery = (candidate: unknown) => typeof (candidate as Query | null)?.query === 'string';
  if (Array.isArray(queries) ? !queries.every(isQuery) : typeof query !== 'string') {
    throw new RequestError(400, 'the request has neither `query` nor `queries`');
  }
  return value as { queries?: Query[] } & Partial<Query>;
}

const isPostgresError = (error: unknown): error is pg.DatabaseError =>
  error instanceof Error && /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code)) && 'severity' in error;

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof RequestError) return send(response, error.status, { message: error.message });
  if (!isPostgresError(error)) return send(response, 502, { message: 'the connection to Postgres broke' });
  const { message, severity, code, detail, hint, position, where, schema, table, column, dataType, constraint, routine } = error;
  send(response, 400, { message, severity, code, detail, hint, position, where, schema, table, column, dataType, constraint, routine });
}
