import type { OpenAPIHono } from '@hono/zod-openapi';
import { apiKeyRoutes } from './api-key-routes.ts';
import { auditLogRoutes } from './audit-log-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { cloneRoutes } from './clone-routes.ts';
import { clusterCaRoutes } from './cluster-ca-routes.ts';
import { clusterRoutes } from './cluster-routes.ts';
import type { ManagementEnv, ManagementOptions } from './context.ts';
import { clusterTokenRoutes } from './cluster-token-routes.ts';
import { hookRoutes } from './hook-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { importRoutes } from './import-routes.ts';
import { issuerRoutes } from './issuer-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { restoreRoutes } from './restore-routes.ts';
import { sqlRoutes } from './sql-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/**
 * All groups of routes, in the order of the documentation. To add one: a file `NAME-routes.ts` with a function that makes a
 * `routeGroup()` and calls `group.openapi(defineRoute({…}), handler)` for each route, and a line here. What a route needs is
 * a permission of `permissions.ts`; the frame (`app.ts`) sees to the rest.
 */
export const groups: readonly ((options: ManagementOptions) => OpenAPIHono<ManagementEnv>)[] = [
  clusterRoutes,
  clusterTokenRoutes,
  clusterCaRoutes,
  auditRoutes,
  tenantRoutes,
  memberRoutes,
  apiKeyRoutes,
  issuerRoutes,
  auditLogRoutes,
  webhookRoutes,
  historyRoutes,
  exportRoutes,
  cloneRoutes,
  importRoutes,
  restoreRoutes,
  sqlRoutes,
  hookRoutes,
  keyRoutes,
];
