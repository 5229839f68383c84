import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LocalServer } from './support/local-server.ts';

// The command line as a user runs it: a process of its own, in a home folder of its own, against the real server.

const hib = fileURLToPath(new URL('../../src/cli/hib.mjs', import.meta.url));
let server: LocalServer;
let home: string;

beforeAll(async () => {
  [server, home] = await Promise.all([LocalServer.start(), mkdtemp(join(tmpdir(), 'hibernetes-home-'))]);
  const { code, err } = await run('login', '--data', server.data);
  if (code !== 0) throw new Error(err);
});
afterAll(async () => {
  await server.remove();
  await rm(home, { recursive: true, force: true });
});

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function runWith({ input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv }, ...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [hib, ...args], { cwd: home, env: { PATH: process.env['PATH'], HOME: home, ...env } });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.err += text));
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code })));
}
const run = (...args: string[]) => runWith({}, ...args);

test('what login remembers is for its owner only, and for that server only', async () => {
  const path = join(home, '.config', 'hibernetes', 'config.json');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ url: server.url });
  expect(parse((await run('whoami')).out)).toMatchObject({ role: 'owner' });
  const elsewhere = await run('whoami', '--url', 'https://127.0.0.1:1');
  expect(elsewhere).toMatchObject({ code: 2, out: '' });
  expect(elsewhere.err).toContain('there is no key for https://127.0.0.1:1');
});

test('clusters: made, shown, suspended and deleted', async () => {
  const made = await run('clusters', 'create', 'second', '-o', 'json');
  expect(made).toMatchObject({ code: 0, err: '' });
  const { id } = JSON.parse(made.out) as { id: string };
  const listed = await run('clusters', 'list');
  expect(listed.out).toMatch(/^NAME +ID +STATE +AGE +SERVER\ndefault .*\nsecond .*ready/);
  expect((await run('clusters', 'suspend', 'second')).out).toBe('suspended second\n');
  expect(parse((await run('clusters', 'get', id)).out)).toMatchObject({ name: 'second', suspendedAt: expect.any(String) });
  expect((await run('clusters', 'resume', 'second')).code).toBe(0);
  const settings = await runWith({ input: 'controllers: ["*", "-cronjob"]' }, 'clusters', 'settings', 'second', '-f', '-');
  expect(parse(settings.out)).toMatchObject({ controllers: ['*', '-cronjob'] });
  expect(await run('clusters', 'delete', 'second')).toMatchObject({ code: 2, err: expect.stringContaining('needs --yes') });
  expect((await run('clusters', 'delete', 'second', '--yes')).out).toBe('deleted second\n');
});

test('errors are told with their code, and scripts can tell them apart', async () => {
  expect(await run('clusters', 'get', 'nobody')).toEqual({ code: 1, out: '', err: 'hib: there is no such cluster (not_found)\n' });
  const invalid = await run('clusters', 'create', 'NO');
  expect([invalid.code, invalid.err]).toEqual([1, expect.stringContaining('\nhib:   /name: must consist of lower case')]);
  expect(await run('clusters', 'get')).toMatchObject({ code: 2, err: expect.stringContaining("missing required argument 'name'") });
  expect(await run('nonsense')).toMatchObject({ code: 2 });
  const untrusted = await runWith({ env: { HIBERNETES_URL: server.url, HIBERNETES_TOKEN: 'x', XDG_CONFIG_HOME: join(home, 'empty') } }, 'whoami');
  expect(untrusted).toMatchObject({ code: 3, err: expect.stringContaining('--ca FILE') });
  const refused = await runWith({ env: { HIBERNETES_TOKEN: 'x' } }, 'whoami');
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('(unauthenticated)') });
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') });
});

test('a kubeconfig is printed, or written beside what is there', async () => {
  const printed = parse((await run('kubeconfig', '--stdout', '--role', 'view', '--ttl', '1h')).out);
  expect(printed['current-context']).toBe('default');
  const file = join(home, 'kube', 'config');
  expect((await run('kubeconfig', '-c', 'default', '-f', file)).out).toBe(`written to ${file}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(parse(await readFile(file, 'utf8')).clusters).toEqual(printed.clusters);
});

test('nodes, keys and usage', async () => {
  const joined = await run('nodes', 'join', '--description', 'rack 1');
  expect(joined.out).toMatch(/^npm run agent -- --server https:\S+ --token hib_node_\w+\n$/);
  expect((await run('nodes', 'tokens')).out).toContain('rack 1');
  const key = await run('keys', 'create', 'ci', '--role', 'viewer', '--actions', 'clusters.read,usage.*', '--ttl', '1h');
  expect(key.out).toMatch(/^hib_api_\w+\n$/);
  const env = { HIBERNETES_TOKEN: key.out.trim() };
  expect(parse((await runWith({ env }, 'usage')).out)).toMatchObject({ objects: expect.any(Number) });
  expect(await runWith({ env }, 'hooks', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('(forbidden)') });
});

test('hooks and webhooks', async () => {
  const made = await run('hooks', 'create', 'deploy', '--restart', 'Deployment/web', '--format', 'dockerhub');
  expect(made.out).toMatch(/^https:\S+\/hooks\/h-\w{10}\/hook_[0-9a-f]{64}\n$/);
  expect((await run('hooks', 'list')).out).toMatch(/deploy +default +dockerhub +restart +active/);
  const tried = parse((await run('hooks', 'test', 'deploy')).out);
  expect(tried.deliveries[0]).toMatchObject({ state: 'failed', error: expect.stringContaining('"web" not found') });
  expect(await run('hooks', 'receipts', 'deploy')).toEqual({ code: 0, out: '', err: 'none\n' });
  expect((await run('hooks', 'suspend', 'deploy')).out).toBe('suspended deploy\n');
  expect((await run('hooks', 'delete', 'deploy')).code).toBe(0);

  const webhook = await run('webhooks', 'create', 'told', '--to', 'https://hooks.example/x', '--on', 'pods', '--on', 'deployments.apps');
  expect(webhook.out).toMatch(/^whsec_/);
  expect(parse((await run('webhooks', 'get', 'told')).out).spec.rules).toMatchObject([{ apiGroups: [''], resources: ['pods'] }, { apiGroups: ['apps'], resources: ['deployments'] }]);
  expect((await run('webhooks', 'test', 'told')).code).toBe(0);
  expect((await run('webhooks', 'deliveries', 'told')).out).toContain('webhook.test');
});

test('history: who changed what; manifests out of one cluster and into another; back to a moment', async () => {
  const configMap = '/api/v1/namespaces/default/configmaps';
  const made = await server.api(configMap, { metadata: { name: 'told' }, data: { a: '1' } });
  await server.api(`${configMap}/told`, { metadata: { name: 'told' }, data: { a: '2' } }, 'PUT');
  const story = await run('history', 'cm/told', '-n', 'default');
  expect(story.out).toMatch(/update by kubernetes-admin .*\n  - data.a: "1"\n  \+ data.a: "2"/);
  const at = (made.body['metadata'] as { resourceVersion: string }).resourceVersion;
  expect((await run('history', '-n', 'default', '--since', at)).out).toMatch(/update +configmaps\/default\/told +1/);

  const manifests = await run('export', '-n', 'default', '--as-of', at);
  expect(manifests.out).toContain('a: "1"');
  expect((await run('clone', 'copy', '--as-of', at)).out).toMatch(/^made copy \(c-/);
  const imported = await runWith({ input: manifests.out }, 'import', '-', '-c', 'copy');
  expect(imported).toMatchObject({ code: 0, out: expect.stringContaining('told') });

  expect(await run('restore', 'cm/told', '-c', 'default', '-n', 'default', '--to', at, '--dry-run')).toEqual({ code: 0, err: '', out: expect.stringMatching(/update +configmaps +default +told/) });
  expect(await run('restore', 'cm/told', '-c', 'default', '-n', 'default', '--to', at)).toMatchObject({ code: 2 });
  expect((await run('restore', 'cm/told', '-c', 'default', '-n', 'default', '--to', at, '--yes')).out).toMatch(/^succeeded: 1 of 1/);
  expect((await server.api(`${configMap}/told`)).body['data']).toEqual({ a: '1' });
});
