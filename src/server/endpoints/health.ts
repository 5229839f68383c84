import { Hono, type Context } from 'hono';
import { notServed } from '../http/resolve.ts';

/**
 * What can be checked by itself. A request that gets here was authenticated and reached a cluster that holds its state,
 * so there is nothing left to fail.
 */
const checks = ['ping', 'store'] as const;

const plain = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache, private',
};
const text = (body: string) => new Response(body, { headers: plain });

/** /livez, /readyz and the older /healthz, each with `?verbose` and with single checks below it. */
export function healthRoutes(): Hono {
  const routes = new Hono();
  for (const name of ['livez', 'readyz', 'healthz']) {
    routes.get(`/${name}`, (context) => text(context.req.query('verbose') === undefined ? 'ok' : verbose(name)));
    routes.get(`/${name}/:check`, checkOne);
  }
  return routes;
}

const verbose = (name: string) => `${checks.map((check) => `[+]${check} ok\n`).join('')}${name} check passed\n`;

function checkOne(context: Context): Response {
  if (!checks.some((check) => check === context.req.param('check'))) throw notServed();
  return text('ok');
}
