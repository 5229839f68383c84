import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Figures } from './cases.ts';
import { Client } from './client.ts';
import { load } from './load.ts';

const runner = fileURLToPath(new URL('../../src/dev/run.mjs', import.meta.url));
const floodProgram = fileURLToPath(new URL('flood.ts', import.meta.url));
const floodInFlight = 64;
const requests = 2_000;

/**
 * What one user notices when another floods the cluster: requests one at a time, alone and beside many in flight of the
 * other, of both kinds. Both are ServiceAccounts, so of one priority level: the hardest case. The flood has a process of
 * its own, or it would delay the clock of who measures.
 */
export async function fairness(admin: Client, id: string): Promise<Figures> {
  const namespace = `bench-${id}`;
  await admin.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const quiet = await serviceAccount(admin, namespace, 'quiet');
  const flooding = await serviceAccount(admin, namespace, 'flooding');
  const client = new Client(admin.kubeconfig, quiet);
  const figures: Figures = {};
  try {
    for (const what of ['create', 'get'] as const) {
      const alone = await measure(client, what, namespace, `${what}-alone`);
      const flood = await Flood.start(admin.kubeconfig, flooding, what, namespace);
      const beside = await measure(client, what, namespace, `${what}-beside`).catch(async (error: unknown) => {
        await flood.end();
        throw error;
      });
      const rate = await flood.end();
      Object.assign(figures, {
        [`${what} alone: p50 ms`]: alone.p50,
        [`${what} alone: p99 ms`]: alone.p99,
        [`${what} beside a flood of another: p50 ms`]: beside.p50,
        [`${what} beside a flood of another: p99 ms`]: beside.p99,
        [`${what}, the flood: /s`]: rate,
      });
    }
  } finally {
    client.close();
  }
  return figures;
}

const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

function measure(client: Client, what: 'create' | 'get', namespace: string, name: string) {
  return what === 'get'
    ? load(requests, 1, () => client.call('GET', `${configMaps(namespace)}/create-alone-0`))
    : load(requests, 1, (i) =>
        client.call('POST', configMaps(namespace), { metadata: { name: `${name}-${i}` }, data: { text: 'x' } }),
      );
}

/** A token of a new ServiceAccount that may do everything in its namespace. */
async function serviceAccount(admin: Client, namespace: string, name: string): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await admin.call('POST', accounts, { metadata: { name } });
  await admin.call('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const { status } = await admin.call<{ status: { token: string } }>('POST', `${accounts}/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3_600 },
  });
  return status.token;
}

/** A process that keeps many requests in flight until it is told to end. */
class Flood {
  readonly #process: ReturnType<typeof Flood.spawn>;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ReturnType<typeof Flood.spawn>) {
    this.#process = process;
    this.#lines = createInterface(process.stdout)[Symbol.asyncIterator]();
  }

  static spawn(args: readonly string[]) {
    return spawn(process.execPath, [runner, floodProgram, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** Resolves when it has begun. */
  static async start(kubeconfig: string, token: string, what: string, namespace: string): Promise<Flood> {
    const flood = new Flood(Flood.spawn([kubeconfig, what, configMaps(namespace), String(floodInFlight)]));
    flood.#process.stdin.write(`${token}\n`);
    await flood.#lines.next();
    return flood;
  }

  /** Resolves to how many of its requests were answered in a second. */
  async end(): Promise<number> {
    this.#process.stdin.end();
    const { value } = await this.#lines.next();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    return Number(value);
  }
}
