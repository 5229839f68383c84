import pg from 'pg';
import { migrateDatabase } from '../db/migrate-database.ts';
import { DevError } from './errors.ts';
import { startPostgres } from './postgres.ts';

export interface LocalDatabase {
  url: string;
  /** In a few words, where it is and what was done: for the progress line. */
  summary: string;
  /** Resolves when a database of our own has ended; never for another's. */
  exited: Promise<unknown>;
  stop(): Promise<void>;
}

const connectTimeoutMs = 10_000;

/**
 * The database of the local server: the one at `databaseUrl`, or an embedded one in `folder`; with the newest schema.
 * Throws `DevError` when it cannot be reached or used.
 */
export async function openDatabase(options: {
  databaseUrl: string | undefined;
  folder: string;
  migrationsFolder: string;
  onLog: (chunk: string) => void;
}): Promise<LocalDatabase> {
  const { databaseUrl } = options;
  if (databaseUrl !== undefined) {
    const place = await assertReachable(databaseUrl);
    return {
      url: databaseUrl,
      summary: `${place}, ${await bringUp(databaseUrl, options)}`,
      exited: new Promise(() => {}),
      stop: async () => {},
    };
  }
  const postgres = await startPostgres({ dataDir: options.folder, onLog: options.onLog });
  try {
    const summary = `${postgres.created ? 'made' : 'found'} in ${options.folder}, ${await bringUp(postgres.url, options)}`;
    return { url: postgres.url, summary, exited: postgres.exited, stop: postgres.stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function bringUp(url: string, { migrationsFolder }: { migrationsFolder: string }): Promise<string> {
  try {
    const applied = await migrateDatabase(url, migrationsFolder);
    return applied.length === 0 ? 'schema up to date' : `${applied.length} migrations applied`;
  } catch (error) {
    throw new DevError(`the database cannot be used: ${firstLine(error)}`);
  }
}

/** Connects once, with a bound on the time. Returns the database's place without its password. */
async function assertReachable(databaseUrl: string): Promise<string> {
  let place: string;
  try {
    const url = new URL(databaseUrl);
    if (!/^postgres(ql)?:$/.test(url.protocol)) throw new Error('another scheme');
    place = `${url.host}${url.pathname}`;
  } catch {
    throw new DevError('DATABASE_URL is not a connection string like postgres://USER:PASSWORD@HOST/DATABASE');
  }
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectTimeoutMs });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new DevError(`the database of DATABASE_URL (${place}) cannot be reached: ${firstLine(error)}`);
  } finally {
    await client.end().catch(() => {});
  }
  return place;
}

/** Node gives one error per address, in an AggregateError without a message of its own. */
function firstLine(error: unknown): string {
  const source = error instanceof AggregateError ? (error.errors as unknown[])[0] : error;
  return source instanceof Error ? (source.message.split('\n')[0] ?? '') : String(source);
}
