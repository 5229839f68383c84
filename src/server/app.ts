import { Hono } from 'hono';
import { MetricsRegistry } from '../lib/metrics.ts';
import type { Bindings, ClusterApi } from './api.ts';
import { dispatch } from './dispatch.ts';
import { toStatusError } from './errors.ts';
import { discoveryRoutes } from './endpoints/discovery.ts';
import { healthRoutes } from './endpoints/health.ts';
import { metricsText } from './endpoints/metrics.ts';
import { openapiRoutes } from './endpoints/openapi.ts';
import { openIdRoutes } from './endpoints/openid.ts';
import { rootPaths } from './endpoints/root.ts';
import { version } from './endpoints/version.ts';
import { notServed } from './http/resolve.ts';
import { errorResponse } from './http/respond.ts';
import { RequestMetrics } from './metrics/requests.ts';
import { auditId } from './middleware/audit-id.ts';
import { authorization } from './middleware/authorization.ts';
import { logFailure } from './middleware/log-failure.ts';
import { observe } from './middleware/observe.ts';
import { pretty } from './middleware/pretty.ts';

/** What the API counts, and where it is shown. */
export interface AppMetrics {
  registry: MetricsRegistry;
  requests: RequestMetrics;
}

export function createAppMetrics(): AppMetrics {
  const registry = new MetricsRegistry();
  return { registry, requests: new RequestMetrics(registry) };
}

/**
 * The API of one cluster. What a request goes through, in order: it is counted and gets an audit id; who it is carried out
 * as, and whether that one may ask at the path, unless it is a resource's; the endpoints that are about the server;
 * discovery and OpenAPI; then everything about resources, where the path is read, the authorizer is asked, the form of the
 * answer is agreed on, and a handler calls a verb. Whatever is thrown becomes a Status.
 */
export function createApp(api: ClusterApi, metrics = createAppMetrics()): Hono<{ Bindings: Bindings }> {
  // Not strict: a slash at the end of a path is nothing. Clients ask for /api/ and /apis/ too.
  const app = new Hono<{ Bindings: Bindings }>({ strict: false });
  app.onError((error, { req, env }) => {
    logFailure(error);
    if (env.audit) env.audit.failure = error;
    return errorResponse(toStatusError(error), req.raw.headers.get('accept'));
  });
  app.notFound(({ req }) => errorResponse(notServed(), req.raw.headers.get('accept')));

  app.use(observe(metrics.requests, api.clock));
  app.use(auditId(api.random));
  app.use(pretty);
  app.use(authorization(api));
  app.get('/', rootPaths(api.scheme));
  app.get('/version', version);
  app.get('/metrics', metricsText(metrics.registry));
  app.route('/', healthRoutes(api));
  app.route('/', openapiRoutes(api.scheme));
  app.route('/', discoveryRoutes(api));
  app.route('/', openIdRoutes(api));
  app.all('/api/*', ({ req, env }) => dispatch(api, req.raw, env));
  app.all('/apis/*', ({ req, env }) => dispatch(api, req.raw, env));
  return app;
}
