import { TtlCache } from '../authn/ttl-cache.ts';
import { receive, type Answer, type ReceiverOptions } from '../automation/hooks/receive.ts';
import type { Database } from '../db/client.ts';
import type { PlatformKeys } from '../db/platform-keys.ts';
import { TenantKeyring } from '../db/tenant-keys.ts';
import { insertAuditRecord } from '../tenancy/audit-log-records.ts';
import { Problem, problemResponse } from '../tenancy/problem.ts';
import { StatusError } from '../machinery/status.ts';
import { readBytes } from '../server/http/body.ts';

export interface HookDoorOptions extends Pick<ReceiverOptions, 'clock' | 'ask' | 'unique' | 'onError'> {
  database: Pick<Database, 'orm' | 'query'>;
  platformKeys: PlatformKeys;
}

const keyringTtlMs = 10 * 60_000;
const textMax = 300;

/**
 * What is at `/hooks/ID` and `/hooks/ID/TOKEN`. Somebody who cannot prove himself gets the same answer, whether there is such a
 * hook or not, and no cluster hears of him.
 */
export function hookDoor(options: HookDoorOptions): (request: Request) => Promise<Response> {
  const { database, platformKeys, clock, onError } = options;
  const keyrings = new TtlCache<TenantKeyring>({ maxEntries: 1_000, clock });
  const keysOf = (tenant: string): TenantKeyring => {
    const known = keyrings.get(tenant) ?? new TenantKeyring({ orm: database.orm, owner: { tenant }, platformKeys, clock });
    keyrings.set(tenant, known, keyringTtlMs);
    return known;
  };

  return async (request) => {
    const [, , id = '', urlToken, ...more] = new URL(request.url).pathname.split('/');
    if (request.method !== 'POST' || more.length > 0) return refused();
    const address = request.headers.get('cf-connecting-ip');
    try {
      // Whole and first, whoever sends it: what comes of it must not tell whether the hook is there.
      const body = (await readBytes(request)) as Uint8Array<ArrayBuffer>;
      const answer = await receive({ id, urlToken, headers: request.headers, body, address }, { ...options, keysOf });
      const response = responseTo(answer);
      if (answer.kind === 'received' && answer.deliveries.some(({ state }) => state !== 'duplicate'))
        await insertAuditRecord(database.orm, {
          tenantId: answer.tenant,
          at: clock.now(),
          actor: `hook ${answer.hook.name}`,
          apiKeyId: null,
          operation: 'receiveHook',
          method: 'POST',
          path: `/hooks/${id}`,
          clusterId: answer.hook.clusterId,
          status: response.status,
          code: null,
          address,
          userAgent: request.headers.get('user-agent')?.slice(0, textMax) ?? null,
          idempotencyKey: null,
        });
      return response;
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'RequestEntityTooLarge') return problemResponse(new Problem('body_too_large', error.message));
      onError(error);
      return problemResponse(new Problem('unavailable', 'the request could not be completed; try again'));
    }
  };
}

const refused = () => problemResponse(new Problem('not_found', 'there is nothing at this path'));

/** What the sender is told: whether it was done, and under which number the owner of the hook finds out more. */
function responseTo(answer: Answer): Response {
  switch (answer.kind) {
    case 'refused':
      return refused();
    case 'stale':
      return problemResponse(new Problem('invalid', 'webhook-timestamp: is too far from now'));
    case 'malformed':
      return problemResponse(new Problem('malformed_body', answer.detail));
    case 'limited':
      return problemResponse(new Problem('too_many_requests', 'this hook was called too often'), answer.retryAfterSeconds);
    case 'received': {
      const { hook, deliveries } = answer;
      const failed = deliveries.filter(({ state }) => state === 'failed');
      const passes = failed.some(({ passing }) => passing);
      // A registry sends what failed for ever, and all that comes after it waits.
      const isFinal = failed.length > 0 && hook.config.format !== 'registry';
      const status = passes ? 503 : isFinal ? 422 : 200;
      const told = deliveries.map(({ receipt, state }) => ({ receipt, state }));
      return Response.json({ deliveries: told }, { status, headers: { 'Cache-Control': 'no-store', ...(passes && { 'Retry-After': '5' }) } });
    }
  }
}
