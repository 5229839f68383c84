import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabase } from '../db/client.ts';
import type { Env } from '../env.ts';
import { maintain } from '../gateway/maintenance.ts';
import { startNode } from '../agent/node.ts';
import { bundleWorker } from './bundle.ts';
import { loadCertificates } from './certificates.ts';
import { openDatabase } from './database.ts';
import { createNodeToken, ensureAdmin, ensureCluster, type DefaultCluster, type Management } from './default-cluster.ts';
import { DevError } from './errors.ts';
import { LogFile } from './log-file.ts';
import type { Options } from './options.ts';
import { loadPlatformKeys } from './platform-keys.ts';
import { lockDataFolder } from './server-lock.ts';
import { startSqlBridge } from './sql-bridge.ts';
import { startWebhookBridge } from './webhook-bridge.ts';
import { startWorkerd } from './workerd.ts';
import { readCompatibility } from './wrangler-config.ts';

export interface LocalServer {
  /** `https://127.0.0.1:PORT`. */
  url: string;
  /** The kubeconfig's path, below the data folder as it was given. */
  kubeconfig: string;
  /** Rejects with a `DevError` when a part of the server ends by itself. */
  failed: Promise<never>;
  /** Ends everything, in reverse order. */
  stop(): Promise<void>;
}

/** Told as steps are done: what, and in a few words how. */
export type Progress = (step: string, detail: string) => void;

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const maintenanceIntervalMs = 6 * 3_600_000;

/**
 * Starts everything a cluster needs on this machine. What was started is ended again when a later step fails or `signal`
 * is raised. Throws `DevError` with a message for the user.
 */
export async function startLocalServer(options: Options, progress: Progress, signal: AbortSignal): Promise<LocalServer> {
  const running: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of running.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, progress, signal, running)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: Options,
  progress: Progress,
  signal: AbortSignal,
  running: (() => Promise<unknown>)[],
): Promise<Omit<LocalServer, 'stop'>> {
  const data = resolve(options.data);
  await makeFolder(data);
  running.push(await lockDataFolder(options.data, join(data, 'server.pid')));
  const bundle = bundleWorker(join(root, 'src', 'worker.ts'));
  bundle.catch(() => {}); // It is awaited further down; until then nobody else is told.
  const certificates = await loadCertificates(join(data, 'tls'), new Date());
  signal.throwIfAborted();

  const databaseUrl = process.env['DATABASE_URL'] || undefined;
  const postgresLog = openLog(data, 'postgres.log', running);
  const database = await openDatabase({
    databaseUrl,
    folder: join(data, 'postgres'),
    migrationsFolder: join(root, 'migrations'),
    onLog: (chunk) => postgresLog.append(chunk),
  });
  running.push(database.stop);
  progress('database', database.summary);
  signal.throwIfAborted();

  const bridge = await startSqlBridge({ connectionString: database.url, secret: crypto.randomUUID() });
  running.push(() => bridge.close());
  const webhooks = await startWebhookBridge(crypto.randomUUID());
  running.push(() => webhooks.close());
  const code = await bundle;
  progress('worker', `built, ${Math.round(code.length / 1024)} KiB`);

  const variables = {
    DATABASE_URL: bridge.url,
    DATABASE_FETCH_ENDPOINT: bridge.endpoint,
    PLATFORM_KEYS: process.env['PLATFORM_KEYS'] || (await loadPlatformKeys(join(data, 'platform-keys'), databaseUrl)),
    CA_CERTIFICATE: certificates.authority,
    WEBHOOK_BRIDGE: webhooks.endpoint,
    WEBHOOKS_REACH_PRIVATE_ADDRESSES: 'true',
    LOG_RETENTION_DAYS: process.env['LOG_RETENTION_DAYS'] || '7',
    AUDIT_RETENTION_DAYS: process.env['AUDIT_RETENTION_DAYS'] || '30',
  };
  const workerdLog = openLog(data, 'workerd.log', running);
  const workerd = await startWorkerd({
    folder: join(data, 'workerd'),
    code,
    compatibility: await readCompatibility(join(root, 'wrangler.toml')),
    port: options.port,
    certificates,
    variables,
    onOutput: (chunk) => workerdLog.append(chunk),
  });
  running.push(() => workerd.stop());
  const url = `https://127.0.0.1:${workerd.port}`;
  progress('server', url);
  signal.throwIfAborted();

  const client = createDatabase({ url: bridge.url, fetchEndpoint: bridge.endpoint });
  const adminToken = await ensureAdmin(client, data, new Date());
  const management = { url, authority: certificates.authority, adminToken };
  const cluster = await ensureCluster(management, client, data);
  progress('cluster', `default ${cluster.created ? 'made' : 'found'}, ${cluster.server}`);
  signal.throwIfAborted();

  if (options.nodes > 0) {
    await startNodes(options.nodes, management, cluster, running, signal);
    progress('nodes', `${options.nodes} simulated`);
  }
  // The platform's schedule, which the runtime alone does not have.
  const timer = setInterval(() => void maintain(variables as unknown as Env).catch(() => {}), maintenanceIntervalMs);
  running.push(async () => clearInterval(timer));

  const endedItself = (part: string, log: LogFile) => () => {
    throw new DevError(`${part} ended by itself, see ${log.path}`);
  };
  const failed = Promise.race([
    database.exited.then(endedItself('the database', postgresLog)),
    workerd.exited.then(endedItself('the Workers runtime', workerdLog)),
  ]);
  return { url, kubeconfig: join(options.data, 'kubeconfig'), failed };
}

async function makeFolder(data: string): Promise<void> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DevError(`the data folder ${data} cannot be used: ${(error as Error).message}`);
  }
}

function openLog(data: string, name: string, running: (() => Promise<unknown>)[]): LogFile {
  const log = new LogFile(join(data, name));
  running.push(async () => log.close());
  return log;
}

/** Joins `node-1` to `node-N` and waits until all of them are registered. */
async function startNodes(
  count: number,
  management: Management,
  cluster: DefaultCluster,
  running: (() => Promise<unknown>)[],
  signal: AbortSignal,
): Promise<void> {
  const token = await createNodeToken(management);
  const { server } = cluster;
  const nodes = Array.from({ length: count }, (_, index) =>
    startNode({ server, token, name: `node-${index + 1}`, runtime: 'simulated', ca: management.authority }),
  );
  running.push(() => Promise.all(nodes.map((node) => node.stop())));
  try {
    await Promise.race([Promise.all(nodes.map((node) => node.ready)), aborted(signal)]);
  } catch (error) {
    signal.throwIfAborted();
    throw new DevError(`a simulated node could not join: ${(error as Error).message}`);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
}
