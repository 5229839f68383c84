import { Hono } from 'hono';
import { MetricsRegistry } from '../lib/metrics.ts';
import { answerer } from './answer.ts';
import type { Bindings, ClusterApi } from './api.ts';
import { discoveryRoutes } from './endpoints/discovery.ts';
import { healthRoutes } from './endpoints/health.ts';
import { metricsText } from './endpoints/metrics.ts';
import { openapiRoutes } from './endpoints/openapi.ts';
import { openIdRoutes } from './endpoints/openid.ts';
import { rootPaths } from './endpoints/root.ts';
import { version } from './endpoints/version.ts';
import type { Fairness } from './flowcontrol/request.ts';
import { notServed } from './http/resolve.ts';
import { RequestMetrics } from './metrics/requests.ts';

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
 * The API of one cluster: every request goes through one chain (`answer.ts`); what is not about a resource, which is the
 * endpoints about the server, discovery and OpenAPI, is routed here.
 */
export function createApp(api: ClusterApi, metrics = createAppMetrics(), among?: Fairness): Hono<{ Bindings: Bindings }> {
  const routes = serverRoutes(api, metrics.registry);
  const answer = answerer(api, metrics.requests, async (request, env) => routes.fetch(request, env), among);
  const app = new Hono<{ Bindings: Bindings }>();
  return app.all('*', ({ req, env }) => answer(req.raw, env));
}

function serverRoutes(api: ClusterApi, registry: MetricsRegistry): Hono<{ Bindings: Bindings }> {
  // Not strict: a slash at the end of a path is nothing. Clients ask for /api/ and /apis/ too.
  const routes = new Hono<{ Bindings: Bindings }>({ strict: false });
  routes.onError((error) => {
    throw error;
  });
  routes.notFound(() => {
    throw notServed();
  });
  routes.get('/', rootPaths(api.scheme));
  routes.get('/version', version);
  routes.get('/metrics', metricsText(registry));
  routes.route('/', healthRoutes(api));
  routes.route('/', openapiRoutes(api.scheme));
  routes.route('/', discoveryRoutes(api));
  routes.route('/', openIdRoutes(api));
  return routes;
}
