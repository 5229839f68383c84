import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { bearerToken, hashToken } from '../../authn/tokens.ts';
import type { ManagementEnv, ManagementOptions } from '../context.ts';
import { giveKeyBack, keepAnswer, takeKey } from '../idempotency-records.ts';
import { invalidParts, Problem } from '../problem.ts';
import { newNonce, openAnswer, sealAnswer } from '../sealed-answer.ts';

const keyPattern = /^[\x21-\x7e]{1,255}$/;
const keptHeaders = ['content-type', 'location', 'cache-control'];

/**
 * A POST with an `Idempotency-Key` is carried out once: for a day the same request of the same token gets the same answer
 * again. Only what succeeded is kept; a request that failed changed nothing, and is carried out when it comes again.
 */
export const idempotency =
  ({ database, clock, secretBytes, onError }: ManagementOptions): MiddlewareHandler<ManagementEnv> =>
  async (c, next) => {
    const key = c.req.header('Idempotency-Key');
    // A query in SQL changes nothing, and its answer may be long.
    if (key === undefined || c.req.method !== 'POST' || c.get('operation').permission === 'sql.query') return next();
    if (!keyPattern.test(key))
      throw invalidParts([{ parameter: 'Idempotency-Key', detail: 'must be 1 to 255 characters without blanks' }]);
    const token = bearerToken(c.req.header('Authorization'))!;
    const own = { scope: await hashToken(token), key };
    const requestHash = await hashToken(`${c.req.path}\n${await c.req.text()}`);
    const first = await takeKey(database.orm, own, requestHash, clock.now());
    if (first) {
      if (first.requestHash !== requestHash)
        throw new Problem('idempotency_key_reused', 'this idempotency key came with another request before');
      if (first.status === null || first.answer === null)
        throw new Problem('idempotency_key_in_use', 'the first request with this idempotency key is under way');
      const { headers, body } = await openAnswer(token, key, first.answer);
      return c.newResponse(body, { status: first.status as ContentfulStatusCode, headers: { ...headers, 'Idempotency-Replayed': 'true' } });
    }
    await next();
    if (!c.res.ok) return giveKeyBack(database.orm, own);
    const kept = { headers: headersOf(c), body: await c.res.clone().text() };
    try {
      const sealed = await sealAnswer(token, key, newNonce(secretBytes), kept);
      await keepAnswer(database.orm, own, c.res.status, sealed);
    } catch (error) {
      // What was done is done; the key stays taken until it counts as abandoned.
      onError?.(error);
    }
  };

const headersOf = (c: Context): Record<string, string> =>
  Object.fromEntries(keptHeaders.flatMap((name) => (c.res.headers.has(name) ? [[name, c.res.headers.get(name)!]] : [])));
