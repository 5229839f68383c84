import { OpenAPIHono } from '@hono/zod-openapi';
import type { ManagementEnv } from './context.ts';

/** `/v1/openapi.json`, for everybody: the routes as they are defined. Made when it is first asked for. */
export function documentationRoutes(routes: OpenAPIHono<ManagementEnv>): OpenAPIHono<ManagementEnv> {
  const app = new OpenAPIHono<ManagementEnv>();
  let document: string | undefined;
  const text = () => (document ??= JSON.stringify(openapiDocument(routes)));
  app.get('/v1/openapi.json', (c) => c.body(text(), 200, { 'Content-Type': 'application/json' }));
  return app;
}

/** The OpenAPI 3.1 document of these routes. */
export function openapiDocument(routes: OpenAPIHono<ManagementEnv>) {
  routes.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, `hib_api_…`.',
  });
  return routes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Hibernetes management API', version: '1', description: 'Tenants, their clusters, and who may use them.' },
  });
}
