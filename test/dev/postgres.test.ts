import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres } from '../../src/dev/postgres.ts';
import { hasArgument, livingPid } from '../../src/dev/processes.ts';

const holder = fileURLToPath(new URL('./support/postgres-holder.ts', import.meta.url));

describe('startPostgres', () => {
  let folder: string;
  let dataDir: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hibernetes-pg-'));
    dataDir = join(folder, 'postgres');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function query(url: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql).finally(() => client.end())).rows;
  }

  it('makes a database once and finds it again', async () => {
    const first = await startPostgres({ dataDir });
    expect(first.created).toBe(true);
    expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await query(first.url, 'create table kept as select 1 as one');
    await first.stop();
    const second = await startPostgres({ dataDir });
    expect(second.created).toBe(false);
    expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('works under a path that is too long for a socket', async () => {
    const deep = join(folder, 'd'.repeat(60), 'e'.repeat(60), 'postgres');
    const server = await startPostgres({ dataDir: deep, durable: false });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('begins anew where a first start was killed half way', async () => {
    await mkdir(`${dataDir}.new/base`, { recursive: true });
    const server = await startPostgres({ dataDir, durable: false });
    expect(server.created).toBe(true);
    await server.stop();
  });

  it('ends with the process that started it, however that ends', async () => {
    const { kill, pid } = await hold(dataDir);
    kill();
    await expect.poll(() => hasArgument(pid, dataDir), { timeout: 10_000 }).toBe(false);
  });

  it('ends a server that a killed run left behind, and keeps its data', async () => {
    const { kill, pid, guardians } = await hold(dataDir);
    // Nobody is left to tell the server that its owner is gone.
    for (const guardian of guardians) process.kill(guardian, 'SIGKILL');
    kill();
    expect(await hasArgument(pid, dataDir)).toBe(true);
    const server = await startPostgres({ dataDir });
    expect(await hasArgument(pid, dataDir)).toBe(false);
    expect(await query(server.url, 'select text from held')).toEqual([{ text: 'kept' }]);
    await server.stop();
  });

  it('does not stumble over a pid file whose pid is now another program', async () => {
    const { kill, pid } = await hold(dataDir);
    process.kill(pid, 'SIGKILL');
    kill();
    const file = join(dataDir, 'postmaster.pid');
    await expect.poll(() => livingPid(file)).toBe(undefined);
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, [process.pid, ...lines.slice(1)].join('\n'));
    const server = await startPostgres({ dataDir });
    expect(await query(server.url, 'select text from held')).toEqual([{ text: 'kept' }]);
    await server.stop();
  });

  it('refuses a folder that holds something else, and leaves it alone', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'notes.txt'), 'mine');
    await expect(startPostgres({ dataDir })).rejects.toThrow(`${dataDir} holds something else than a database`);
    expect(await readFile(join(dataDir, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it.each([
    ['control file', join('global', 'pg_control')],
    ['version', 'PG_VERSION'],
    ['configuration', 'postgresql.conf'],
  ])('refuses a database with a damaged %s in one line', async (_, file) => {
    await (await startPostgres({ dataDir, durable: false })).stop();
    await writeFile(join(dataDir, file), 'garbage');
    await expect(startPostgres({ dataDir })).rejects.toThrow(/^the database in \S+ cannot be started: (FATAL|PANIC): [^\n]+$/);
  });
});

/** A process of its own that starts the server, writes a row and then only waits. */
async function hold(dataDir: string): Promise<{ kill(): void; pid: number; guardians: number[] }> {
  const child = spawn(process.execPath, ['--import', 'tsx', holder, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the holder ended with ${code}`)));
  });
  const pid = (await livingPid(join(dataDir, 'postmaster.pid')))!;
  return { kill: () => child.kill('SIGKILL'), pid, guardians: line.trim().split(' ').map(Number) };
}
