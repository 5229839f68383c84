import type { MiddlewareHandler } from 'hono';
import type { Clock } from '../../lib/clock.ts';
import type { Bindings } from '../api.ts';
import type { RequestMetrics } from '../metrics/requests.ts';

/** Counts every request and how long its answer took. */
export const observe =
  (metrics: RequestMetrics, clock: Clock): MiddlewareHandler<{ Bindings: Bindings }> =>
  async (context, next) => {
    const http = context.req.raw;
    const startedMs = clock.now().getTime();
    metrics.started(http.method);
    let status = 500;
    try {
      await next();
      status = context.res.status;
    } finally {
      metrics.answered({ http, about: context.env.about, status, seconds: (clock.now().getTime() - startedMs) / 1_000 });
    }
  };
