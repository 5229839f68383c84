import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import type { LocalServer } from '../../e2e/support/local-server.ts';

/** A cluster as the management API answers it. */
export interface Cluster {
  id: string;
  /** The address of its API. */
  server: string;
}

/** The management API, and all clusters, with the admin's token and over connections that are kept. */
export class Api {
  readonly #base: string;
  readonly #token: string;
  readonly #agent: Agent;

  private constructor(base: string, token: string, ca: string) {
    this.#base = base;
    this.#token = token;
    this.#agent = new Agent({ keepAlive: true, ca });
  }

  static async of(server: LocalServer): Promise<Api> {
    const read = (name: string) => readFile(join(server.data, name), 'utf8');
    return new Api(server.url, (await read('admin-token')).trim(), await read('tls/ca.crt'));
  }

  call<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}`, ...(body && { 'content-type': 'application/json' }) };
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, this.#base), { method, headers, agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject).on('end', () => {
          if (response.statusCode! < 300) resolve((text && JSON.parse(text)) as T);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
      });
      call.on('error', reject).end(body && JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
