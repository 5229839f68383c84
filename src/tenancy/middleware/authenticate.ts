import type { MiddlewareHandler } from 'hono';
import { bearerToken } from '../../authn/tokens.ts';
import type { ManagementEnv, ManagementOptions } from '../context.ts';
import { principalOf } from '../principal.ts';
import { Problem } from '../problem.ts';

/** Finds out who asks. A token of a cluster has no business here: 403. */
export const authenticate =
  (options: Pick<ManagementOptions, 'authenticate'>): MiddlewareHandler<ManagementEnv> =>
  async (c, next) => {
    const token = bearerToken(c.req.header('Authorization'));
    const identity = token === undefined ? undefined : await options.authenticate(token);
    if (!identity)
      throw new Problem('unauthenticated', token === undefined ? 'there is no bearer token' : 'the token is not valid');
    const principal = principalOf(identity);
    if (!principal) throw new Problem('forbidden', 'this token may not use the management API');
    c.set('identity', identity);
    c.set('principal', principal);
    await next();
  };
