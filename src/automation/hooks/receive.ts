import type { Database } from '../../db/client.ts';
import type { TenantKeyring } from '../../db/tenant-keys.ts';
import type { Clock } from '../../lib/clock.ts';
import { carryOut, type Outcome } from './carry-out.ts';
import { HookClient, type AskCluster } from './client.ts';
import type { HookConfig } from './config.ts';
import type { Received, Told } from './event.ts';
import { readPayload, visibleHeaders } from './payload.ts';
import { claimDelivery, findHook, finishDelivery, type HookRecord } from './records.ts';
import { openSecrets } from './secrets.ts';
import { toldBy } from './told.ts';
import { sha256Hex, verify } from './verify.ts';

export interface ReceiverOptions {
  database: Pick<Database, 'orm' | 'query'>;
  clock: Clock;
  ask: AskCluster;
  /** The keys of a tenant. */
  keysOf(tenant: string): Pick<TenantKeyring, 'open'>;
  /** Something that is no other's, for deliveries that have no name. */
  unique(): string;
  /** Gets what went wrong on our side; never a payload. */
  onError(error: unknown): void;
}

/** A request at a hook's address. */
export interface HookRequest {
  id: string;
  urlToken: string | undefined;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  /** Where it came from. */
  address: string | null;
}

/** What became of one of the events in a request, for its sender: no more than that. */
export interface Answered {
  /** The receipt's id; undefined for one that came before. */
  receipt: number | undefined;
  state: Outcome['state'] | 'duplicate';
  passing: boolean;
}

/**
 * What is answered. `refused` is the same for hooks that are not there and for senders who could not prove themselves: nothing
 * was done for them but a look at one row.
 */
export type Answer =
  | { kind: 'refused' }
  | { kind: 'stale' }
  | { kind: 'malformed'; detail: string }
  | { kind: 'limited'; retryAfterSeconds: number }
  | { kind: 'received'; hook: HookRecord; tenant: string; deliveries: Answered[] };

/** Events in one request. */
const eventsMax = 50;
const hookId = /^h-[0-9a-z]{10}$/;

/** Takes a request at a hook's address in. Throws a `DatabaseError`, and an `EncryptionError` where the tenant's key is missing. */
export async function receive(request: HookRequest, options: ReceiverOptions): Promise<Answer> {
  const { database, clock, keysOf } = options;
  const now = clock.now();
  const found = hookId.test(request.id) ? await findHook(database.orm, request.id, now) : undefined;
  if (!found || found.hook.config.suspend) return { kind: 'refused' };
  const { hook, tenant, secrets } = found;
  const verified = await verify(hook.config.verification, await openSecrets(keysOf(tenant), hook.clusterId, secrets), request, now);
  if (verified === 'bad') return { kind: 'refused' };
  if (verified === 'stale') return { kind: 'stale' };

  const payload = readPayload(request.body, request.headers.get('content-type'));
  if (payload === undefined) return { kind: 'malformed', detail: 'the body is not JSON' };
  const received = { payload, headers: visibleHeaders(request.headers, hook.config) };
  const told = toldBy(hook.config, received);
  if (told.length > eventsMax) return { kind: 'malformed', detail: `a request has ${eventsMax} events at most` };
  const bodyHash = await sha256Hex(request.body);
  const deliveries: Answered[] = [];
  for (const [index, each] of told.entries()) {
    const key = await keyOf(hook.config, each, `${bodyHash} ${index}`, received, options);
    const answered = await takeIn(hook, each, key, received, request.address, options);
    if (answered === 'limited') return { kind: 'limited', retryAfterSeconds: Math.ceil(60 / hook.config.perMinute) };
    deliveries.push(answered);
  }
  return { kind: 'received', hook, tenant, deliveries };
}

/**
 * What tells a delivery from others. Where a signature vouches for the body only, the body itself: a name beside it could be
 * changed by who plays it again. Who sends the secret itself needs no old request to do harm; his names are taken as they are.
 */
async function keyOf({ format, verification }: HookConfig, { id }: Told, body: string, { headers }: Received, { unique }: ReceiverOptions): Promise<string> {
  const name = verification.type === 'hmac' ? undefined : verification.type === 'standard-webhooks' ? headers['webhook-id'] : id;
  const isAlwaysNew = name === undefined && verification.type === 'token' && format === 'generic';
  return sha256Hex(name ?? (isAlwaysNew ? unique() : body));
}

const textMax = 200;

async function takeIn(
  hook: HookRecord,
  { id, event }: Told,
  key: string,
  { payload, headers }: Received,
  address: string | null,
  { database, clock, ask, onError }: ReceiverOptions,
): Promise<Answered | 'limited'> {
  const { perMinute, dryRun } = hook.config;
  const shown = [event.type, event.action].filter((word) => word !== '').join('.');
  const arrival = { hook: hook.id, key, delivery: (id ?? '').slice(0, textMax), event: shown.slice(0, textMax), address, at: clock.now(), perMinute, dryRun };
  const claim = await claimDelivery(database, arrival);
  if (claim === 'limited') return claim;
  if (claim === 'duplicate') return { receipt: undefined, state: 'duplicate', passing: false };
  const client = new HookClient({ ask, cluster: hook.clusterId, namespace: hook.namespace, hook: hook.name, dryRun });
  const outcome = await carryOut({ config: hook.config, bindings: { event, payload, headers }, client, receivedAt: claim.receivedAt, key }).catch(
    (error: unknown): Outcome => {
      onError(error);
      return { state: 'failed', results: [], error: 'the cluster could not be reached', passing: true };
    },
  );
  await finishDelivery(database.orm, hook.id, claim.id, outcome);
  return { receipt: claim.id, state: outcome.state, passing: outcome.passing };
}
