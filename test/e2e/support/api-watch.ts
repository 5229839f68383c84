import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { parse } from 'yaml';
import { callHttps, type HttpsAnswer } from '../../../src/dev/https.ts';
import type { LocalServer } from './local-server.ts';

/** Where the cluster `default` of a server is, and how to get in. */
export interface Access {
  server: string;
  token: string;
  authority: string;
}

export async function accessTo(server: LocalServer): Promise<Access> {
  const { clusters, users } = parse(await readFile(server.kubeconfig, 'utf8')) as {
    clusters: { cluster: { server: string } }[];
    users: { user: { token: string } }[];
  };
  const authority = await readFile(join(server.data, 'tls', 'ca.crt'), 'utf8');
  return { server: clusters[0]!.cluster.server, token: users[0]!.user.token, authority };
}

/** A request to the management API with the admin token. */
export async function management(
  server: LocalServer,
  path: string,
  options: { method?: string; body?: object; token?: string } = {},
): Promise<HttpsAnswer> {
  const token = options.token ?? (await readFile(join(server.data, 'admin-token'), 'utf8')).trim();
  const authority = await readFile(join(server.data, 'tls', 'ca.crt'), 'utf8');
  return callHttps(server.url + path, { method: options.method, body: options.body, token, authority });
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: { kind: string; metadata: { name: string; resourceVersion: string; annotations?: Record<string, string> } };
}

export interface OpenWatch {
  readonly headers: IncomingHttpHeaders;
  readonly events: readonly WatchEvent[];
  isOpen(): boolean;
  close(): void;
}

/** Opens a watch as a plain HTTPS client does, and collects its events. */
export async function watchLines(server: LocalServer, path: string): Promise<OpenWatch> {
  const access = await accessTo(server);
  const events: WatchEvent[] = [];
  let open = true;
  const headers = { authorization: `Bearer ${access.token}`, accept: 'application/json' };
  const call = request(access.server + path, { ca: access.authority, agent: false, headers });
  const opened = new Promise<IncomingHttpHeaders>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      if (response.statusCode === 200) resolve(response.headers);
      else reject(new Error(`the watch was answered with ${response.statusCode}`));
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        for (const line of lines) events.push(JSON.parse(line) as WatchEvent);
      });
      response.on('close', () => (open = false));
      response.on('error', () => (open = false));
    });
  });
  call.end();
  return { headers: await opened, events, isOpen: () => open, close: () => call.destroy() };
}
