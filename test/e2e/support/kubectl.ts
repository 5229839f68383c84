import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { LocalServer } from './local-server.ts';

/** Which kubectl: `KUBECTL` may name another one than the machine's own, to test with another version. */
const command = process.env['KUBECTL'] ?? 'kubectl';

/** Whether there is a kubectl to test with. A machine of the CI must have one. */
export const hasKubectl = findKubectl();

function findKubectl(): boolean {
  if (spawnSync(command, ['version', '--client'], { stdio: 'ignore' }).status === 0) return true;
  if (process.env['CI'] === 'true')
    throw new Error('there is no kubectl on this machine, and these tests may not be skipped in CI');
  console.warn('skipped: the tests with kubectl, because there is no kubectl on this machine');
  return false;
}

export interface KubectlResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A stock kubectl with the server's kubeconfig and a cache of its own. */
export class Kubectl {
  readonly #server: LocalServer;

  constructor(server: LocalServer) {
    this.#server = server;
  }

  /** Runs `kubectl ARGS` and returns what it wrote to its output. Throws with its error output when it fails. */
  async run(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.try(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  /** The same for a command that is expected to fail, or may. */
  try(args: readonly string[], input?: string): Promise<KubectlResult> {
    return new Promise((resolve) => {
      const options = { env: this.#env(), timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile(command, this.#args(args), options, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      });
      child.stdin?.end(input);
    });
  }

  /** Starts a command that goes on (`get -w`). Kill it at the end. */
  start(args: readonly string[]): { process: ChildProcess; output(): string } {
    const child = spawn(command, this.#args(args), { env: this.#env(), stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    return { process: child, output: () => text };
  }

  /** `kubectl get … -o json`, parsed. */
  async json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run([...args, '-o', 'json'])) as T;
  }

  #args(args: readonly string[]): string[] {
    return ['--cache-dir', join(this.#server.data, 'kubectl-cache'), ...args];
  }

  #env(): NodeJS.ProcessEnv {
    return { ...process.env, KUBECONFIG: this.#server.kubeconfig };
  }
}
