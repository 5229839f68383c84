import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBoundChild, type BoundChild } from './child.ts';
import type { Certificates } from './certificates.ts';
import { DevError } from './errors.ts';
import { endLeftover, livingPid } from './processes.ts';
import type { Compatibility } from './wrangler-config.ts';

export interface WorkerdOptions {
  /** Where the configuration, the bundle and the objects' own storage are kept. */
  folder: string;
  /** The Worker's bundle: one ES module that exports the classes of the objects. */
  code: string;
  compatibility: Compatibility;
  /** The port on 127.0.0.1; 0 for any free one. */
  port: number;
  certificates: Certificates;
  /** Bindings of type text. */
  variables: Record<string, string>;
  onOutput?: (chunk: string) => void;
}

export interface Workerd {
  port: number;
  exited: BoundChild['exited'];
  stop(): Promise<unknown>;
}

/** The package has no types; its default export is the path of this platform's binary. */
const { default: workerdPath } = createRequire(import.meta.url)('workerd') as { default: string };

const startTimeoutMs = 30_000;

/**
 * Serves the Worker with the runtime Cloudflare runs, straight from the `workerd` binary: its own TLS, no proxy in front.
 * Objects keep their alarms and storage in `folder`, over any kind of end.
 *
 * Throws `DevError` when the port is taken or the runtime does not start.
 */
export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const { folder } = options;
  const configFile = join(folder, 'workerd.capnp');
  const pidFile = join(folder, 'workerd.pid');
  await mkdir(join(folder, 'objects'), { recursive: true });
  await chmod(folder, 0o700);
  const leftover = await livingPid(pidFile);
  if (leftover !== undefined) await endLeftover(leftover, configFile, ['SIGKILL']);
  await assertFree(options.port);

  // Secrets are among these.
  const mode = { mode: 0o600 };
  await writeFile(join(folder, 'worker.mjs'), options.code, mode);
  await writeFile(join(folder, 'server.key'), options.certificates.key, mode);
  await writeFile(join(folder, 'server.crt'), options.certificates.certificate, mode);
  await writeFile(configFile, configuration(options), mode);

  const child = startBoundChild({
    command: workerdPath,
    args: ['serve', '--experimental', '--control-fd=4', configFile],
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    // On SIGTERM it would wait for the end of every open watch. It loses nothing by this: storage is written ahead.
    stopSignal: 'KILL',
    pidFile,
    onOutput: options.onOutput,
  });
  const port = await listening(child, options.port);
  return { port, exited: child.exited, stop: () => child.stop() };
}

/** The runtime's configuration (`workerd.capnp` of the workerd repository says what is possible). */
function configuration({ folder, compatibility, port, variables }: WorkerdOptions): string {
  const bindings = Object.entries(variables).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`);
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "hibernetes", worker = (
      modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
      compatibilityDate = ${text(compatibility.date)},
      compatibilityFlags = [${compatibility.flags.map(text).join(', ')}],
      bindings = [
        (name = "CLUSTER", durableObjectNamespace = "Cluster"),
        (name = "DELIVERER", durableObjectNamespace = "Deliverer"),
        ${bindings.join(',\n        ')}
      ],
      durableObjectNamespaces = [
        (className = "Cluster", uniqueKey = "hibernetes-Cluster", enableSql = true),
        (className = "Deliverer", uniqueKey = "hibernetes-Deliverer", enableSql = true)
      ],
      durableObjectStorage = (localDisk = "objects")
    )),
    (name = "objects", disk = (path = ${text(join(folder, 'objects'))}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))
  ],
  sockets = [(
    name = "https",
    address = "127.0.0.1:${port}",
    https = (tlsOptions = (keypair = (privateKey = embed "server.key", certificateChain = embed "server.crt"))),
    service = "hibernetes"
  )]
);
`;
}

/** A Cap'n Proto string. Its escapes are C's: of those that JSON makes, only `\u` is not among them. */
function text(value: string): string {
  return JSON.stringify(value).replace(/\\u00/g, '\\x');
}

const portPatienceMs = 2_000;

/** A run that was killed a moment ago may hold the port a little longer. */
async function assertFree(port: number): Promise<void> {
  for (const start = performance.now(); ; await sleep(50)) {
    const problem = await tryToListen(port);
    if (problem === undefined) return;
    if (problem === 'EACCES') throw new DevError(`port ${port} may not be used by this user: choose another with --port`);
    if (problem !== 'EADDRINUSE') throw new DevError(`port ${port} cannot be used: ${problem}`);
    if (performance.now() - start > portPatienceMs) throw new DevError(`port ${port} is taken: choose another with --port`);
  }
}

function tryToListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}

/** Waits for the runtime's message that its socket listens. Returns the port. */
async function listening(child: BoundChild, wantedPort: number): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const message = new Promise<number>((resolve) => {
    let buffered = '';
    child.control.setEncoding('utf8').on('data', (chunk: string) => {
      buffered += chunk;
      const line = buffered.split('\n').find((candidate) => candidate.includes('"listen"'));
      if (line) resolve((JSON.parse(line) as { port: number }).port);
    });
  });
  const ended = child.exited.then(({ errorOutput }) => {
    if (/already in use/i.test(errorOutput)) throw new DevError(`port ${wantedPort} is taken: choose another with --port`);
    throw new DevError(`the Workers runtime does not start: ${errorOutput.split('\n')[0] || 'it ended without saying why'}`);
  });
  const late = new Promise<never>((_, reject) => {
    const sentence = `the Workers runtime did not start within ${startTimeoutMs / 1000} s`;
    timer = setTimeout(() => reject(new DevError(sentence)), startTimeoutMs);
  });
  try {
    return await Promise.race([message, ended, late]);
  } catch (error) {
    await child.stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
