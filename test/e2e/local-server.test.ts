import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usage } from '../../src/dev/options.ts';
import { LocalServer, runServer } from './support/local-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

describe('a local server', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 2 });
  });
  afterAll(() => server.remove());

  const file = (name: string) => readFile(join(server.data, name), 'utf8');

  it('keeps secrets to its user', async () => {
    for (const name of ['admin-token', 'kubeconfig', 'tls/ca.key', 'tls/server.key', 'workerd/workerd.capnp'])
      expect([name, (await stat(join(server.data, name))).mode & 0o077]).toEqual([name, 0]);
  });

  it('has its nodes when it says that it is ready', async () => {
    const { body } = await server.api('/api/v1/nodes');
    const names = (body['items'] as { metadata: { name: string } }[]).map((node) => node.metadata.name);
    expect(names).toEqual(['node-1', 'node-2']);
  });

  it('refuses a second server on the same data', async () => {
    const { code, stdout, stderr } = await runServer(['--port', '0', '--data', server.data]).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^hibernetes: ${server.data} is used by another running server \\(process ${server.pid}\\)[^\n]*\n$`),
    );
    expect((await server.api('/api/v1')).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends on %s with nothing left behind, and finds everything as it was',
    async (signal) => {
      const kubeconfig = await file('kubeconfig');
      const adminToken = await file('admin-token');
      const name = signal.toLowerCase();
      const created = await server.api(configMaps, { metadata: { name }, data: { kept: 'yes' } });
      expect(created.status).toBe(201);
      const { code, stderr } = await server.end(signal);
      expect({ code, complaint: /^hibernetes: .*$/m.exec(stderr)?.[0] }).toEqual({ code: 0, complaint: undefined });
      expect(server.processes()).toEqual([]);

      await server.start();
      expect((await server.api(`${configMaps}/${name}`)).body).toEqual(created.body);
      expect(await file('kubeconfig')).toBe(kubeconfig);
      expect(await file('admin-token')).toBe(adminToken);
    },
  );

  it('takes its children with it when it is killed, and starts again', async () => {
    const created = await server.api(configMaps, { metadata: { name: 'killed' } });
    await server.end('SIGKILL');
    await expect.poll(() => server.processes(), { timeout: 15_000 }).toEqual([]);
    await server.start();
    expect((await server.api(`${configMaps}/killed`)).body).toEqual(created.body);
  });

  it('starts at once over a run in which everything was killed', async () => {
    const created = await server.api(configMaps, { metadata: { name: 'all-killed' } });
    for (const pid of server.processes()) process.kill(pid, 'SIGKILL');
    await server.end('SIGKILL');
    await server.start();
    expect((await server.api(`${configMaps}/all-killed`)).body).toEqual(created.body);
  });

  it('starts at once over the children of a run whose guards were killed with it', async () => {
    const isGuard = async (pid: number) => (await readFile(`/proc/${pid}/comm`, 'utf8')) === 'sh\n';
    const pids = server.processes();
    for (const pid of pids) if (await isGuard(pid)) process.kill(pid, 'SIGKILL');
    await server.end('SIGKILL');
    await server.start();
    const left = server.processes();
    expect(pids.filter((pid) => left.includes(pid))).toEqual([]);
  });

  it('says so and ends when a part of it ends', async () => {
    process.kill(Number(await file('workerd/workerd.pid')), 'SIGKILL');
    const { code, stderr } = await server.end('SIGCONT');
    expect(code).toBe(1);
    expect(stderr).toMatch(/\nhibernetes: the Workers runtime ended by itself, see \S+workerd\.log\n$/);
    expect(server.processes()).toEqual([]);
    await server.start();
  });
});

describe('npm start', () => {
  it('takes the server with it when it is killed', async () => {
    const data = await mkdtemp(join(tmpdir(), 'hibernetes-e2e-'));
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const npm = spawn('npm', ['start', '--silent', '--', '--port', '0', '--nodes', '0', '--data', data], {
      cwd,
      env: { ...process.env, DATABASE_URL: '', npm_lifecycle_event: undefined },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [output] = (await once(npm.stdout, 'data')) as [Buffer];
    expect(String(output)).toMatch(/^ready https:/);
    const pid = Number((await readFile(join(data, 'server.pid'), 'utf8')).split(' ')[0]);
    npm.kill('SIGKILL');
    const isAlive = () =>
      stat(`/proc/${pid}`).then(
        () => true,
        () => false,
      );
    await expect.poll(isAlive, { timeout: 15_000 }).toBe(false);
    await rm(data, { recursive: true });
  });
});

describe('a server that cannot start', () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'hibernetes-e2e-'));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  /** The one line it says; everything else about its end is the same for all. */
  async function complaint(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, stdout, stderr } = await runServer(['--nodes', '0', ...args], env).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const complaints = stderr.split('\n').filter((line) => line.startsWith('hibernetes: '));
    expect(complaints).toHaveLength(1);
    expect(stderr.endsWith(`${complaints[0]}\n`)).toBe(true);
    return complaints[0]!;
  }

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      expect(await complaint(['--port', String(port), '--data', data])).toBe(
        `hibernetes: port ${port} is taken: choose another with --port`,
      );
    } finally {
      other.close();
    }
  });

  it.each([
    [
      'nobody listens',
      'postgres://user:secret@127.0.0.1:1/database',
      /^hibernetes: the database of DATABASE_URL \(127\.0\.0\.1:1\/database\) cannot be reached: .*ECONNREFUSED/,
    ],
    ['there is no such host', 'postgres://user:secret@host.invalid/database', /\(host\.invalid\/database\) cannot be reached: /],
    ['the variable is nonsense', 'secret', /^hibernetes: DATABASE_URL is not a connection string like /],
  ])('says that its database cannot be reached: %s', async (_, url, message) => {
    const line = await complaint(['--port', '0', '--data', data], { DATABASE_URL: url });
    expect(line).toMatch(message);
    expect(line).not.toContain('secret');
  });

  it('says that its data folder is a file', async () => {
    const path = join(data, 'file');
    await writeFile(path, '');
    expect(await complaint(['--port', '0', '--data', path])).toMatch(/^hibernetes: the data folder \S+file cannot be used: /);
  });

  it('says that its database is damaged', async () => {
    await mkdir(join(data, 'postgres'));
    await writeFile(join(data, 'postgres', 'PG_VERSION'), 'garbage');
    expect(await complaint(['--port', '0', '--data', data])).toMatch(/^hibernetes: the database in \S+ cannot be started: /);
  });

  it('says that its admin token is damaged', async () => {
    await writeFile(join(data, 'admin-token'), 'garbage');
    expect(await complaint(['--port', '0', '--data', data])).toMatch(
      /admin-token does not hold a token: remove it to get a new one$/,
    );
  });

  it('explains a wrong option', async () => {
    expect(await complaint(['--port', 'http'])).toBe('hibernetes: --port takes a whole number from 0 to 65535, not "http"');
  });

  it('explains itself', async () => {
    expect(await runServer(['--help']).ended).toEqual({ code: 0, stdout: usage, stderr: '' });
  });
});
