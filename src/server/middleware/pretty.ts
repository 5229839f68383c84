import type { MiddlewareHandler } from 'hono';
import { jsonResponse } from '../http/respond.ts';
import { mediaTypes } from '../http/accept.ts';

/** Programs behind which somebody reads what comes; upstream's list. */
const readers = /^(curl|Wget|Mozilla\/5\.0)/;

/** Writes JSON over many lines for who asks for it with `pretty=true`, and for people unless they say `pretty=false`. */
export const pretty: MiddlewareHandler = async (context, next) => {
  await next();
  const { req, res } = context;
  if (res.headers.get('content-type') !== mediaTypes.json || res.status === 304) return;
  if (!wantsPretty(req.url, req.raw.headers.get('user-agent')) || isStream(req.url)) return;
  const lines = jsonResponse(JSON.stringify(await res.json(), null, 2), res.status);
  for (const [name, value] of res.headers) if (!lines.headers.has(name)) lines.headers.set(name, value);
  // Hono keeps the headers of the answer that is replaced.
  context.res = lines;
};

function wantsPretty(url: string, userAgent: string | null): boolean {
  if (url.includes('pretty')) {
    const asked = new URL(url).searchParams.get('pretty');
    if (asked) return /^(1|t|T|TRUE|true|True)$/.test(asked);
  }
  return userAgent !== null && readers.test(userAgent);
}

/** The beginning of a watch is many documents. */
const isStream = (url: string) => url.includes('watch');
