import { Hono, type Context } from 'hono';
import type { ClusterApi } from '../api.ts';
import { toStatusError } from '../errors.ts';
import { notServed } from '../http/resolve.ts';

/** Something that can be healthy or not. Throws what is wrong. Named as upstream where it has the same. */
interface Check {
  name: string;
  check(): void | Promise<void>;
}

/** How long an answer of the database counts: probes that come often are no reason to keep it awake. */
const answerCountsMs = 10_000;

/**
 * /livez, /readyz and the older /healthz: `ok` or 500, each with `?verbose` and `?exclude=CHECK`, and every check below it
 * (`/readyz/etcd`). What upstream has a check for but cannot fail here is `ok` all the same, because tools look for it.
 */
export function healthRoutes(api: ClusterApi): Hono {
  const fine = (name: string): Check => ({ name, check: () => {} });
  // The lock of the cluster is still ours. `etcd` is what everybody calls the database of a cluster.
  const lock: Check = { name: 'etcd', check: () => void api.store.checkLock() };
  const live = [fine('ping'), fine('log'), lock];
  // A cluster that answers has read its whole state, which is what upstream waits for in the last but one.
  const ready = [...live, { name: 'etcd-readiness', check: databaseAnswers(api) }, fine('informer-sync'), fine('shutdown')];
  const routes = new Hono();
  for (const [name, checks] of Object.entries({ livez: live, healthz: live, readyz: ready })) {
    routes.get(`/${name}`, (context) => runAll(context, name, checks));
    routes.get(`/${name}/:check`, (context) => runOne(checks.find((each) => each.name === context.req.param('check'))));
  }
  return routes;
}

function databaseAnswers({ store, clock }: ClusterApi): () => Promise<void> {
  let answeredAtMs = -Infinity;
  return async () => {
    const now = clock.now().getTime();
    if (now - answeredAtMs < answerCountsMs) return;
    await store.ping();
    answeredAtMs = now;
  };
}

const plain = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache, private',
};
const text = (body: string, status = 200) => new Response(body, { status, headers: plain });

/** All checks but those that are excluded. Which failed is said even if nobody asked; why is only said below the check. */
async function runAll({ req }: Context, name: string, checks: readonly Check[]): Promise<Response> {
  const excluded = new Set(req.queries('exclude'));
  const lines: string[] = [];
  let failed = false;
  for (const { name: check, check: run } of checks) {
    if (excluded.delete(check)) {
      lines.push(`[+]${check} excluded: ok\n`);
      continue;
    }
    try {
      await run();
      lines.push(`[+]${check} ok\n`);
    } catch {
      failed = true;
      lines.push(`[-]${check} failed: reason withheld\n`);
    }
  }
  if (excluded.size > 0) {
    const unknown = [...excluded].sort().map((each) => JSON.stringify(each));
    lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.join(',')}\n`);
  }
  if (failed) return text(`${lines.join('')}${name} check failed\n`, 500);
  return text(req.query('verbose') === undefined ? 'ok' : `${lines.join('')}${name} check passed\n`);
}

async function runOne(check: Check | undefined): Promise<Response> {
  if (!check) throw notServed();
  try {
    await check.check();
    return text('ok');
  } catch (error) {
    return text(`internal server error: ${toStatusError(error).message}\n`, 500);
  }
}
