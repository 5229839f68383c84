import { Authenticator } from '../authn/authenticator.ts';
import { authorizeCluster, type Identity } from '../authn/identity.ts';
import { findToken } from '../authn/token-records.ts';
import { bearerToken, systemSecretBytes } from '../authn/tokens.ts';
import { controllerNames } from '../cluster/controllers.ts';
import { clusterHeader, nodeHeader, userHeader } from '../cluster/headers.ts';
import { createDatabase } from '../db/client.ts';
import { settingsOf, type Env } from '../env.ts';
import { systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { StatusError, unavailable } from '../machinery/status.ts';
import { readBytes } from '../server/http/body.ts';
import { isWatchRequest } from '../server/watch/request.ts';
import { createManagementApp } from '../tenancy/app.ts';
import { clusterTenant } from '../tenancy/cluster-records.ts';
import { parseAddress } from './address.ts';
import { ClusterTenants } from './cluster-tenants.ts';
import { nodeTunnel } from './node-tunnel.ts';
import { watchStream } from './watch-stream.ts';

export type Gateway = (request: Request) => Promise<Response>;

/** The path of a cluster at which its nodes connect. */
const tunnelPath = '/tunnel';
/** What of a client's headers a cluster gets to see. The token is not among them. */
const forwardedHeaders = ['accept', 'audit-id', 'content-type', 'if-none-match', 'user-agent'] as const;
const nodeName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * The front door: finds out who asks and for which cluster, and passes the request on to that cluster's object. It wakes
 * nobody for a stranger: without a valid token no object is reached.
 */
export function createGateway(env: Env): Gateway {
  const settings = settingsOf(env);
  const database = createDatabase({ url: settings.databaseUrl, fetchEndpoint: settings.databaseFetchEndpoint });
  const clock = systemClock;
  const authenticator = new Authenticator({ find: (hash) => findToken(database.orm, hash), clock });
  const tenants = new ClusterTenants((id) => clusterTenant(database.orm, id), clock);
  const stubOf = (cluster: string) => env.CLUSTER.getByName(cluster);
  const management = createManagementApp({
    database,
    clock,
    random: systemRandom,
    secretBytes: systemSecretBytes,
    authenticate: (token) => authenticator.authenticate(token),
    clusters: {
      usage: (id) => stubOf(id).usage(id),
      reload: (id) => stubOf(id).reload(id),
      forget: async (id) => {
        tenants.forget(id);
        await stubOf(id).forget();
      },
    },
    settings: { certificateAuthority: settings.caCertificate, controllerNames },
    // The message may hold the parameters of a query; the name of the error says enough to look further.
    onError: (error) => console.error(`management: ${error instanceof Error ? error.name : 'unknown error'}`),
  });

  const cluster = async (request: Request, id: string, path: string): Promise<Response> => {
    // Whole and first: workerd closes, without a word, a connection on which it answers before the body was read.
    const body = request.body ? await readBytes(request) : null;
    const token = bearerToken(request.headers.get('authorization') ?? undefined);
    const identity = token === undefined ? undefined : await authenticator.authenticate(token);
    if (!identity) throw new StatusError('Unauthorized', 'Unauthorized');
    const upgrade = request.headers.get('upgrade') === 'websocket';
    const isTunnel = upgrade && (path === tunnelPath || path.startsWith(`${tunnelPath}?`));
    const tenant = identity.cluster === undefined ? await tenants.tenantOf(id) : identity.tenant;
    const refused = authorizeCluster(identity, id, tenant, isTunnel ? 'tunnel' : 'api');
    if (refused) throw refused;

    const headers: Record<string, string> = { [clusterHeader]: id, [userHeader]: userJson(identity) };
    for (const name of forwardedHeaders) {
      const value = request.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    const url = `https://cluster${path}`;
    const stub = stubOf(id);
    if (isTunnel) {
      const node = new URL(url).searchParams.get('node') ?? '';
      if (!nodeName.test(node)) throw new StatusError('BadRequest', 'a node connects with ?node=NAME, a DNS subdomain');
      return nodeTunnel(await stub.fetch(url, { headers: { ...headers, [nodeHeader]: node, upgrade: 'websocket' } }));
    }
    if (!upgrade && isWatchRequest(request.method, url)) {
      return watchStream(await stub.fetch(url, { headers: { ...headers, upgrade: 'websocket' } }), request.signal);
    }
    return stub.fetch(url, { method: request.method, headers, body });
  };

  return async (request) => {
    try {
      const address = parseAddress(request.url);
      if (address.kind === 'management') return await management.fetch(request);
      if (address.kind === 'cluster') return await cluster(request, address.cluster, address.path);
      throw new StatusError('NotFound', 'the server could not find the requested resource');
    } catch (error) {
      const status = error instanceof StatusError ? error : unavailable('the server is currently unable to handle the request');
      return Response.json(status.toStatus(), { status: status.code, headers: errorHeaders(status) });
    }
  };
}

function errorHeaders(error: StatusError): Record<string, string> {
  if (error.reason === 'Unauthorized') return { 'www-authenticate': 'Bearer realm="kubernetes"' };
  return error.details?.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.details.retryAfterSeconds) };
}

const userJsons = new WeakMap<Identity, string>();

/** The user as the cluster gets it; kept with the identity, which lives in the authenticator's cache. */
function userJson(identity: Identity): string {
  let json = userJsons.get(identity);
  if (json === undefined) {
    const { user } = identity;
    json = JSON.stringify({ ...user, groups: [...user.groups, 'system:authenticated'] });
    userJsons.set(identity, json);
  }
  return json;
}
