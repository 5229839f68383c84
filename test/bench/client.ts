import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { token: string } }[];
}

/** An answer that is no success. */
export class Refused extends Error {
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 300)}`);
    this.status = status;
  }
}

/** A client of one cluster that keeps its connections, as client-go does. */
export class Client {
  readonly kubeconfig: string;
  readonly #base: string;
  readonly #token: string;
  readonly #agent: Agent;

  /** Speaks as the user of the kubeconfig, or as whom `token` stands for. */
  constructor(kubeconfig: string, token?: string) {
    const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const { server, 'certificate-authority-data': ca } = clusters[0]!.cluster;
    this.kubeconfig = kubeconfig;
    this.#base = server;
    this.#token = token ?? users[0]!.user.token;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1_024, ca: Buffer.from(ca, 'base64') });
  }

  /** Sends a request and reads its answer as JSON. Rejects with `Refused` for any status but 2xx. */
  call<T>(method: string, path: string, body?: object, contentType = 'application/json'): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = this.#request(method, path, body && { 'content-type': contentType }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject).on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(JSON.parse(text) as T);
          else reject(new Refused(`${method} ${path}`, statusCode, text));
        });
      });
      call.on('error', reject).end(body && JSON.stringify(body));
    });
  }

  /** Starts a watch; `onLine` gets each event as it is. Resolves, once it is open, with what ends it. */
  watch(path: string, onLine: (line: string) => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const call = this.#request('GET', path, undefined, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`watch ${path}: ${response.statusCode}`));
        let rest = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop()!;
          lines.forEach(onLine);
        });
        response.on('error', () => {});
        resolve(() => call.destroy());
      });
      call.on('error', reject).end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(method: string, path: string, headers: object | undefined, onResponse: Parameters<typeof request>[2]) {
    const all = { authorization: `Bearer ${this.#token}`, accept: 'application/json', ...headers };
    return request(this.#base + path, { method, agent: this.#agent, headers: all }, onResponse);
  }
}
