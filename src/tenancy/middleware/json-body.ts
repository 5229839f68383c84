import type { MiddlewareHandler } from 'hono';
import type { ManagementEnv } from '../context.ts';
import { Problem } from '../problem.ts';

/**
 * Reads the body and makes it what the validators expect: a body without a media type is taken for JSON, and no body has
 * none. Another media type is refused, and so is a missing body where there has to be one.
 */
export const jsonBody: MiddlewareHandler<ManagementEnv> = async (c, next) => {
  const { method, url, headers: given } = c.req.raw;
  if (method === 'GET' || method === 'HEAD') return next();
  const text = await c.req.text();
  const mediaType = given.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (text === '' && c.get('operation').needsBody) throw new Problem('malformed_body', 'there is no body');
  if (text !== '' && mediaType !== undefined && mediaType !== 'application/json')
    throw new Problem('unsupported_media_type', `the body came as ${mediaType}`);
  const headers = new Headers(given);
  if (text === '') headers.delete('content-type');
  else headers.set('content-type', 'application/json');
  // The text stays in Hono's cache of what was read; the request tells of it.
  c.req.raw = new Request(url, { method, headers });
  await next();
};
