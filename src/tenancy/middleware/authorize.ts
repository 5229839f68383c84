import type { MiddlewareHandler } from 'hono';
import { findCluster } from '../cluster-records.ts';
import type { ManagementEnv, ManagementOptions } from '../context.ts';
import { may } from '../principal.ts';
import { Problem } from '../problem.ts';

/** Whether the principal has the permission that the route needs. */
export const authorize: MiddlewareHandler<ManagementEnv> = async (c, next) => {
  const { permission } = c.get('operation');
  if (!may(c.get('principal'), permission)) throw new Problem('forbidden', `this needs the permission ${permission}`);
  await next();
};

/**
 * Finds the cluster in the path for the handler: by name or id among those of the caller's tenant, and among those that his
 * key is for. Any other does not exist.
 */
export const ownCluster =
  ({ database }: Pick<ManagementOptions, 'database'>): MiddlewareHandler<ManagementEnv> =>
  async (c, next) => {
    if (!c.get('operation').path.includes('/{cluster}')) return next();
    const { tenant, clusters } = c.get('principal');
    const nameOrId = c.req.path.split('/')[3]!;
    const cluster = await findCluster(database.orm, tenant, nameOrId);
    if (!cluster || (clusters && !clusters.includes(cluster.id))) throw new Problem('not_found', 'there is no such cluster');
    c.set('cluster', cluster);
    await next();
  };
