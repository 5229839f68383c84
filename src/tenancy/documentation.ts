import { OpenAPIHono } from '@hono/zod-openapi';
import type { ManagementEnv } from './context.ts';
import { documentationPage } from './documentation-page.ts';

/** `/v1/openapi.json` and `/docs`, for everybody: the routes as they are defined. Made when they are first asked for. */
export function documentationRoutes(routes: OpenAPIHono<ManagementEnv>): OpenAPIHono<ManagementEnv> {
  const app = new OpenAPIHono<ManagementEnv>();
  let document: ReturnType<typeof openapiDocument> | undefined;
  let page: string | undefined;
  const known = () => (document ??= openapiDocument(routes));
  app.get('/v1/openapi.json', (c) => c.json(known()));
  app.get('/docs', (c) => {
    // Nothing on the page is from elsewhere, and nothing on it runs.
    const headers = { 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'" };
    return c.html((page ??= documentationPage(known())), 200, headers);
  });
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
