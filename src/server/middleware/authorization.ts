import type { MiddlewareHandler } from 'hono';
import type { Bindings, ClusterApi } from '../api.ts';
import { actingUser } from '../http/acting-user.ts';
import { authorize } from '../http/authorize.ts';
import { parseResourcePath } from '../http/path.ts';

/** Finds out whom a request is carried out as, and asks the authorizer about paths that are no resource's. */
export const authorization =
  (api: ClusterApi): MiddlewareHandler<{ Bindings: Bindings }> =>
  async ({ req, env }, next) => {
    env.user = actingUser(api, req.raw.headers, env.user);
    if (env.audit) env.audit.acting = env.user;
    const { path } = req;
    if (!parseResourcePath(path)) authorize(api, { user: env.user, verb: req.method.toLowerCase(), path }, env.audit);
    return next();
  };
