import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { callHttps } from '../../../src/dev/https.ts';

interface Kubeconfig {
  clusters: { cluster: { server: string } }[];
  users: { user: { token: string } }[];
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const startTimeoutMs = 60_000;
const endTimeoutMs = 20_000;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A local server as a user starts it: a process of its own, on a port and in a data folder of its own. */
export class LocalServer {
  readonly data: string;
  readonly kubeconfig: string;
  #nodes: number;
  #env: NodeJS.ProcessEnv;
  #port = 0;
  #process: ChildProcess | undefined;
  #ended: Promise<Ended> | undefined;

  private constructor(data: string, nodes: number, env: NodeJS.ProcessEnv) {
    this.data = data;
    this.kubeconfig = join(data, 'kubeconfig');
    this.#nodes = nodes;
    this.#env = env;
  }

  /** Starts one in a new data folder. Call `remove` at the end. */
  static async start(options: { nodes?: number; env?: NodeJS.ProcessEnv } = {}): Promise<LocalServer> {
    const data = await mkdtemp(join(tmpdir(), 'hibernetes-e2e-'));
    const server = new LocalServer(data, options.nodes ?? 0, options.env ?? {});
    await server.start();
    return server;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** Resolves when it printed that it is ready; rejects with what it said when it ended instead. Again on the same port. */
  async start(): Promise<void> {
    const { process: child, ended } = runServer(
      ['--port', String(this.#port), '--data', this.data, '--nodes', String(this.#nodes)],
      this.#env,
    );
    this.#process = child;
    this.#ended = ended;
    let output = '';
    const ready = new Promise<string>((resolve) => {
      child.stdout!.on('data', (chunk: string) => {
        output += chunk;
        const line = /^ready .*$/m.exec(output)?.[0];
        if (line) resolve(line);
      });
    });
    const failed = ended.then(({ code, stderr }) => Promise.reject(new Error(`the server ended with ${code}: ${stderr}`)));
    const line = await within(startTimeoutMs, 'the server to be ready', Promise.race([ready, failed]));
    const match = /^ready https:\/\/127\.0\.0\.1:(\d+) kubeconfig=(.+)$/.exec(line);
    if (match?.[2] !== this.kubeconfig) throw new Error(`this is no ready line: ${line}`);
    this.#port = Number(match[1]);
  }

  /** Sends the signal and waits until the process has ended. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#process!.kill(signal);
    return within(endTimeoutMs, `the server to end after ${signal}`, this.#ended!);
  }

  /** Ends the server if it runs and removes its data. */
  async remove(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.data, { recursive: true, force: true });
  }

  /** A request to the cluster `default` with the kubeconfig's token; the answer's body, read as JSON. */
  async api(
    path: string,
    body?: object,
    method = body ? 'POST' : 'GET',
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const { clusters, users } = parse(await readFile(this.kubeconfig, 'utf8')) as Kubeconfig;
    const authority = await readFile(join(this.data, 'tls', 'ca.crt'), 'utf8');
    const answer = await callHttps(clusters[0]!.cluster.server + path, { method, authority, token: users[0]!.user.token, body });
    return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
  }

  /** Processes that have the data folder on their command line: all that belong to this server. Linux only. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(this.data))
      .map(Number);
  }
}

/** Runs the server's program to its end, as `npm start -- ARGS` does. */
export function runServer(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { process: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['src/dev/run.mjs', 'src/dev/main.ts', ...args], {
    cwd: root,
    // The caller's own database would be shared by all tests; a server here has one of its own unless told otherwise.
    env: { ...process.env, DATABASE_URL: '', npm_lifecycle_event: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...output }));
  return { process: child, ended };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended meanwhile.
  }
}

async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${timeoutMs / 1000} s for ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
