import { Authenticator } from '../authn/authenticator.ts';
import { authorizeCluster, type Identity } from '../authn/identity.ts';
import { findBootstrapToken } from '../authn/bootstrap-token-records.ts';
import { BootstrapTokenAuthenticator, isBootstrapTokenText } from '../authn/bootstrap-tokens.ts';
import { ClusterIssuers } from '../authn/jwt/cluster-issuers.ts';
import { findAuthentication } from '../authn/jwt/settings-records.ts';
import { PublicKeys } from '../authn/public-keys.ts';
import { readIssuer } from '../authn/service-account-jwt.ts';
import { ServiceAccountAuthenticator } from '../authn/service-accounts.ts';
import { findPublicKeys } from '../authn/signing-key-records.ts';
import { useToken } from '../authn/token-records.ts';
import { bearerToken, isToken, systemSecretBytes } from '../authn/tokens.ts';
import { controllerNames } from '../cluster/controllers.ts';
import { callerHeader, nodeHeader, type Caller } from '../cluster/headers.ts';
import { createDatabase } from '../db/client.ts';
import { PlatformKeys } from '../db/platform-keys.ts';
import { settingsOf, type Env } from '../env.ts';
import { clusterOf } from '../lib/cluster-address.ts';
import { systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { StatusError, unavailable } from '../machinery/status.ts';
import { auditIdHeader } from '../server/answer.ts';
import { readBytes } from '../server/http/body.ts';
import { withStanding } from '../server/http/impersonate.ts';
import { asksToImpersonate, isImpersonationHeader } from '../server/http/impersonation-headers.ts';
import { requestTimeoutMs } from '../server/http/timeout.ts';
import { getDocument } from '../server/webhooks/get-document.ts';
import { isWatchRequest } from '../server/watch/request.ts';
import { createManagementApp } from '../tenancy/app.ts';
import { clusterTenant } from '../tenancy/cluster-records.ts';
import { addressOf, parseAddress } from './address.ts';
import { askAs, askAsAdmin } from './ask-as.ts';
import { ClusterTenants } from './cluster-tenants.ts';
import { compressed } from './compress.ts';
import { within } from './deadline.ts';
import { hookDoor } from './hook-door.ts';
import { nodeTunnel } from './node-tunnel.ts';
import { refusal } from './refusal.ts';
import { ClusterTurns } from './turns.ts';
import { watchStream } from './watch-stream.ts';

/** Has the runtime go on with work when its request has ended. */
type WaitUntil = (work: Promise<unknown>) => void;

export type Gateway = (request: Request, waitUntil: WaitUntil) => Promise<Response>;

/** The path of a cluster at which its nodes connect. */
const tunnelPath = '/tunnel';
/** What of a client's headers a cluster gets to see. The token is not among them. The last two say where the client is, for the audit. */
const forwardedHeaders = [
  'accept',
  'user-agent',
  'content-type',
  'if-none-match',
  auditIdHeader,
  'x-forwarded-for',
  'cf-connecting-ip',
] as const;
const nodeName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * The front door: finds out who asks and for which cluster, and passes the request on to that cluster's object. It wakes
 * nobody for a stranger: without a valid token no object is reached.
 */
export function createGateway(env: Env): Gateway {
  const settings = settingsOf(env);
  const database = createDatabase({ url: settings.databaseUrl, fetchEndpoint: settings.databaseFetchEndpoint });
  const clock = systemClock;
  const authenticator = new Authenticator({ find: (hash) => useToken(database.orm, hash, clock.now()), clock });
  const keys = new PublicKeys({ find: (id) => findPublicKeys(database.orm, id), clock });
  const serviceAccounts = new ServiceAccountAuthenticator({ keys, clock });
  const tenants = new ClusterTenants((id) => clusterTenant(database.orm, id), clock);
  const turns = new ClusterTurns(
    () => Date.now(),
    (ms) => scheduler.wait(ms),
  );
  const stubOf = (cluster: string) => env.CLUSTER.getByName(cluster);
  const issuers = new ClusterIssuers({
    find: (id) => findAuthentication(database.orm, id),
    get: getDocument({ fetch: (input, init) => fetch(input, init), bridge: settings.webhookBridge }),
    clock,
  });
  const bootstrapTokens = new BootstrapTokenAuthenticator({
    find: (cluster, id) => findBootstrapToken(database.orm, cluster, id),
    ask: (cluster, token) => stubOf(cluster).bootstrapUser(cluster, token),
    clock,
  });
  const platformKeys = new PlatformKeys(settings.platformKeys);
  const hooks = hookDoor({
    database,
    clock,
    platformKeys,
    ask: (id, user, request) => askAs(stubOf(id), id, user, request),
    unique: () => systemRandom.uuid(),
    onError: (error) => console.error(`hooks: ${error instanceof Error ? error.name : 'unknown error'}`),
  });
  const management = createManagementApp({
    database,
    clock,
    random: systemRandom,
    secretBytes: systemSecretBytes,
    platformKeys,
    authenticate: (token) => authenticator.authenticate(token),
    clusters: {
      authorities: (id) => stubOf(id).authorities(id),
      usage: (id) => stubOf(id).usage(id),
      reload: (id) => stubOf(id).reload(id),
      ask: (id, request) => askAsAdmin(stubOf(id), id, request),
      askAs: (id, user, request) => askAs(stubOf(id), id, user, request),
      deliver: (id, subscription) => env.DELIVERER.getByName(id).wake(id, { subscriptions: [subscription], changed: false }),
      planRestore: (id, restore) => stubOf(id).restore(id, restore),
      restore: async (id) => void (await stubOf(id).restore(id)),
      replay: (id, subscription, afterRevision) => stubOf(id).replayWebhook(id, subscription, afterRevision),
      forget: async (id) => {
        tenants.forget(id);
        await Promise.all([stubOf(id).forget(id), env.DELIVERER.getByName(id).forget()]);
      },
    },
    settings: { certificateAuthority: settings.caCertificate, controllerNames },
    // The message may hold the parameters of a query; the name of the error says enough to look further.
    onError: (error) => console.error(`management: ${error instanceof Error ? error.name : 'unknown error'}`),
  });

  /** Whom a token speaks for, in the cluster that the address names or else in the one that the token names. */
  const identify = async (token: string, named: string | undefined): Promise<Identity | undefined> => {
    if (isToken(token)) return authenticator.authenticate(token);
    if (isBootstrapTokenText(token)) return named === undefined ? undefined : bootstrapTokens.authenticate(named, token);
    const id = named ?? clusterOf(readIssuer(token) ?? '');
    if (id === undefined) return undefined;
    const account = await serviceAccounts.authenticate(id, token);
    return account || named === undefined ? account : issuers.authenticate(named, token);
  };

  const cluster = async (request: Request, waitUntil: WaitUntil, named: string | undefined, path: string): Promise<Response> => {
    // Whole and first: workerd closes, without a word, a connection on which it answers before the body was read.
    const body = request.body ? await readBytes(request) : null;
    const token = bearerToken(request.headers.get('authorization') ?? undefined);
    const identity = token === undefined ? undefined : await identify(token, named);
    if (!identity) throw new StatusError('Unauthorized', 'Unauthorized');
    const id = named ?? identity.cluster;
    if (id === undefined) throw notFound();
    const upgrade = request.headers.get('upgrade') === 'websocket';
    const isTunnel = upgrade && (path === tunnelPath || path.startsWith(`${tunnelPath}?`));
    const tenant = identity.cluster === undefined ? await tenants.tenantOf(id) : identity.tenant;
    const refused = authorizeCluster(identity, id, tenant, isTunnel ? 'tunnel' : 'api');
    if (refused) throw refused;

    const headers = clientHeaders(request.headers);
    headers[callerHeader] = callerJson(identity, id, addressOf(request.url, id));
    const url = `https://cluster${path}`;
    const stub = stubOf(id);
    if (isTunnel) {
      const node = new URL(url).searchParams.get('node') ?? '';
      if (!nodeName.test(node)) throw new StatusError('BadRequest', 'a node connects with ?node=NAME, a DNS subdomain');
      return nodeTunnel(await stub.fetch(url, { headers: { ...headers, [nodeHeader]: node, upgrade: 'websocket' } }));
    }
    const inTurn = (work: () => Promise<Response>) => {
      const answered = turns.run(id, identity.user.name, body?.byteLength ?? 0, work);
      // Or a client that goes away takes the count of what it has under way with it.
      waitUntil(answered.catch(() => {}));
      return answered;
    };
    if (!upgrade && isWatchRequest(request.method, url)) {
      const auditId = (headers[auditIdHeader] ??= systemRandom.uuid());
      const opened = inTurn(() => stub.fetch(url, { headers: { ...headers, upgrade: 'websocket' } }));
      return watchStream(await opened, request.signal, auditId);
    }
    // Without a time of its own a request needs no timer here: the object lets none wait for too long.
    const timeoutMs = upgrade || !path.includes('timeout=') ? undefined : requestTimeoutMs(path);
    const answered = inTurn(() => {
      const asked = stub.fetch(url, { method: request.method, headers, body });
      return timeoutMs === undefined ? asked : within(timeoutMs, asked);
    });
    return compressed(await answered, request.headers.get('accept-encoding'));
  };

  return async (request, waitUntil) => {
    try {
      const address = parseAddress(request.url);
      if (address.kind === 'management') return await management.fetch(request);
      if (address.kind === 'cluster') return await cluster(request, waitUntil, address.cluster, address.path);
      if (address.kind === 'hook') return await hooks(request);
      if (address.kind === 'cluster-of-token') return await cluster(request, waitUntil, undefined, address.path);
      throw notFound();
    } catch (error) {
      const status = error instanceof StatusError ? error : unavailable('the server is currently unable to handle the request');
      return refusal(status, request.headers.get('accept'), request.headers.get(auditIdHeader) || systemRandom.uuid());
    }
  };
}

const notFound = () => new StatusError('NotFound', 'the server could not find the requested resource');

/** What a cluster gets to see of a client's headers. One by one: to go through all of them takes longer than the rest of the way. */
function clientHeaders(given: Headers): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of forwardedHeaders) {
    const value = given.get(name);
    if (value) headers[name] = value;
  }
  if (asksToImpersonate(given)) for (const [name, value] of given) if (isImpersonationHeader(name)) headers[name] = value;
  return headers;
}

const callers = new WeakMap<Identity, Caller & { json: string }>();

/** Who asks, as the cluster gets it. The last is kept with the identity, which lives in the authenticator's cache. */
function callerJson(identity: Identity, cluster: string, address: string): string {
  const known = callers.get(identity);
  if (known?.cluster === cluster && known.address === address) return known.json;
  const groups = withStanding(identity.user.name, identity.user.groups);
  const caller: Caller = { cluster, address, user: { ...identity.user, groups } };
  const json = JSON.stringify(caller);
  callers.set(identity, { ...caller, json });
  return json;
}
