import type { MiddlewareHandler } from 'hono';
import type { Random } from '../../lib/random.ts';

/** Gives every answer an Audit-ID: the client's own if it sent one, so that its logs and ours can be put together. */
export const auditId =
  (random: Random): MiddlewareHandler =>
  async (context, next) => {
    await next();
    const sent = context.req.raw.headers.get('audit-id');
    context.res.headers.set('audit-id', sent && sent.length <= 64 ? sent : random.uuid());
  };
