import type { Context } from 'hono';
import { hashOf } from '../../machinery/openapi/documents.ts';
import { jsonResponse } from '../http/respond.ts';

/** A document that clients may keep as long as its ETag holds: 304 when they have it already. */
export function documentResponse(context: Context, document: string | Uint8Array, headers: Record<string, string> = {}): Response {
  const etag = `"${hashOf(document)}"`;
  const known = context.req.header('if-none-match');
  if (known?.split(',').some((each) => each.trim() === etag)) return new Response(null, { status: 304, headers: { etag } });
  const response = jsonResponse(document);
  for (const [name, value] of Object.entries({ etag, vary: 'Accept', ...headers })) response.headers.set(name, value);
  return response;
}
