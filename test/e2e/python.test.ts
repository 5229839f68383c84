import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalServer } from './support/local-server.ts';

const script = fileURLToPath(new URL('support/python_client.py', import.meta.url));
const timeoutMs = 120_000;

/** The interpreter that has Python's kubernetes client: the machine's own, where Debian's python3-kubernetes is installed. */
const python = ['python3', '/usr/bin/python3'].find(
  (path) => spawnSync(path, ['-c', 'import kubernetes'], { stdio: 'ignore' }).status === 0,
);
if (!python && process.env['CI'] === 'true')
  throw new Error('there is no python3-kubernetes on this machine, and this test may not be skipped in CI');
if (!python) console.warn("skipped: the test with Python's client, because there is no python3-kubernetes on this machine");

describe.runIf(python)("Python's kubernetes client", () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 1 });
  });
  afterAll(() => server.remove());

  it('does with a cluster what it does with any other', async () => {
    const { stdout } = await promisify(execFile)(python!, [script, server.kubeconfig], { timeout: timeoutMs });
    expect(stdout.trim().split('\n')).toEqual([
      'discovery',
      'objects',
      'lists',
      'watch',
      'a rollout',
      'the dynamic client',
      'the end of a namespace',
    ]);
  });
});
