import type { MiddlewareHandler } from 'hono';
import type { Random } from '../../lib/random.ts';

/** Gives every answer an Audit-ID: the client's own as it is if it sent one, so that its logs and ours can be put together. */
export const auditId =
  (random: Random): MiddlewareHandler =>
  async (context, next) => {
    await next();
    context.res.headers.set('audit-id', context.req.raw.headers.get('audit-id') || random.uuid());
  };
