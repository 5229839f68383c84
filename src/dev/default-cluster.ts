import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { wellKnownGroups } from '../authn/identity.ts';
import { findToken, insertToken } from '../authn/token-records.ts';
import { createToken, hashToken, isToken, systemSecretBytes } from '../authn/tokens.ts';
import type { Database } from '../db/client.ts';
import { DevError } from './errors.ts';
import { callHttps, type HttpsAnswer } from './https.ts';
import { readSecret, writeSecret } from './secret-file.ts';

const name = 'default';

/** The management API of the local server, as an admin of the tenant `default` sees it. */
export interface Management {
  /** `https://127.0.0.1:PORT`. */
  url: string;
  /** PEM of the CA. */
  authority: string;
  adminToken: string;
}

/**
 * Makes sure that the tenant `default` and its admin token (kept in `DATA/admin-token`) are in the database. They are
 * written straight into it: there is nobody yet who could ask the API for them.
 */
export async function ensureAdmin(database: Database, data: string, now: Date): Promise<string> {
  const file = join(data, 'admin-token');
  let token = await readSecret(file);
  if (token !== undefined && !isToken(token)) throw new DevError(`${file} does not hold a token: remove it to get a new one`);
  if (token === undefined) {
    token = createToken('admin', systemSecretBytes);
    await writeSecret(file, token);
  }
  await database.query(`insert into tenants (id, name) values ('t-default', $1) on conflict do nothing`, [name]);
  const rows = await database.query('select id from tenants where name = $1 and deleted_at is null', [name]);
  const identity = {
    tenant: rows[0]![0]!,
    user: { name: 'admin', groups: [wellKnownGroups.masters, wellKnownGroups.tenantAdmins, wellKnownGroups.platformAdmins] },
  };
  const hash = await hashToken(token);
  await insertToken(database.orm, { hash, identity, description: 'local server', createdAt: now });
  // A token of an earlier version may have fewer.
  await database.query('update tokens set groups = $2 where hash = $1', [hash, `{${identity.user.groups.join(',')}}`]);
  return token;
}

export interface DefaultCluster {
  id: string;
  /** The address of its API. */
  server: string;
  /** A token that may do everything in it: the kubeconfig's. */
  token: string;
  created: boolean;
}

/**
 * Makes sure that the cluster `default` exists, answers, and that `DATA/kubeconfig` fits it. A kubeconfig that is there
 * keeps its token, so that what was copied from it keeps working.
 */
export async function ensureCluster(management: Management, database: Database, data: string): Promise<DefaultCluster> {
  const { url } = management;
  const posted = await call(management, `${url}/v1/clusters`, { name });
  if (posted.status !== 201 && posted.status !== 409) throw refused('be made', posted);
  const got = await call(management, `${url}/v1/clusters/${name}`);
  if (got.status !== 200) throw refused('be found', got);
  const { id, server } = JSON.parse(got.body) as { id: string; server: string };

  const file = join(data, 'kubeconfig');
  const config = (await keptKubeconfig(file, id, database)) ?? (await newKubeconfig(management));
  const [cluster] = config.clusters;
  cluster!.cluster = { 'certificate-authority-data': Buffer.from(management.authority).toString('base64'), server };
  await writeSecret(file, stringify(config, { lineWidth: 0 }));
  const { token } = config.users[0]!.user;
  await untilReady(server, management.authority, token);
  return { id, server, token, created: posted.status === 201 };
}

/** A token that lets nodes join, new with every start and good for as long as a start may last. */
export async function createNodeToken(management: Management): Promise<string> {
  const answer = await call(management, `${management.url}/v1/clusters/${name}/node-tokens`, { description: 'simulated nodes' });
  if (answer.status !== 201) throw refused('make a join token', answer);
  return (JSON.parse(answer.body) as { token: string }).token;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
  users: { user: { token: string } }[];
}

async function newKubeconfig(management: Management): Promise<Kubeconfig> {
  const answer = await call(management, `${management.url}/v1/clusters/${name}/kubeconfig`);
  if (answer.status !== 200) throw refused('give a kubeconfig', answer);
  return parse(answer.body) as Kubeconfig;
}

/** The kubeconfig that is there, if its token is still one of this very cluster's. */
async function keptKubeconfig(file: string, clusterId: string, database: Database): Promise<Kubeconfig | undefined> {
  const text = await readSecret(file);
  if (text === undefined) return undefined;
  try {
    const config = parse(text) as Kubeconfig;
    const record = await findToken(database.orm, await hashToken(config.users[0]!.user.token));
    return record?.identity.cluster === clusterId && config.clusters[0] ? config : undefined;
  } catch (error) {
    if (error instanceof TypeError || (error as Error).name === 'YAMLParseError') return undefined;
    throw error;
  }
}

const readyTimeoutMs = 30_000;

/** The first request loads the cluster; it may take a moment. */
async function untilReady(server: string, authority: string, token: string): Promise<void> {
  let answer: HttpsAnswer | undefined;
  for (const start = performance.now(); performance.now() - start < readyTimeoutMs; await sleep(50)) {
    answer = await callHttps(`${server}/readyz`, { authority, token });
    if (answer.status === 200) return;
  }
  throw refused('start', answer!);
}

function call({ authority, adminToken }: Management, url: string, body?: unknown): Promise<HttpsAnswer> {
  return callHttps(url, { method: body === undefined ? 'GET' : 'POST', authority, token: adminToken, body });
}

const refused = (what: string, { status, body }: HttpsAnswer): DevError =>
  new DevError(
    `the cluster "${name}" could not ${what}: the server answered ${status}: ${body.slice(0, 300).replaceAll('\n', ' ')}`,
  );
