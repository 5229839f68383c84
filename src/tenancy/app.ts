import { DrizzleQueryError } from 'drizzle-orm/errors';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { bearerToken, type SecretBytes } from '../authn/tokens.ts';
import { wellKnownGroups, type Identity } from '../authn/identity.ts';
import type { Database } from '../db/client.ts';
import { DatabaseError, databaseError } from '../db/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { clusterRoutes } from './cluster-routes.ts';
import { answerProblem, Problem } from './problem.ts';

/** What a cluster has used since its creation. */
export interface ClusterUsage {
  awakeSeconds: number;
  objects: number;
  bytes: number;
  requests: number;
}

export interface ManagementSettings {
  /** `https://HOST` that clients reach; default: the origin of the request. */
  publicUrl?: string;
  /** PEM for kubeconfigs, where the authority behind the server's certificate is not a public one. */
  certificateAuthority?: string;
  /** What `settings.controllers` of a cluster may name. */
  controllerNames: readonly string[];
  clustersPerTenantMax?: number;
  tokensPerClusterMax?: number;
}

export interface ManagementOptions {
  database: Database;
  clock: Clock;
  /** For ids. */
  random: Random;
  /** For tokens: a cryptographic source. */
  secretBytes: SecretBytes;
  /** Says who a token speaks for: an `Authenticator`'s method. */
  authenticate(token: string): Promise<Identity | undefined>;
  /** The clusters' objects. */
  clusters: {
    usage(id: string): Promise<ClusterUsage>;
    /** Tells the object that the settings of its cluster have changed. */
    reload(id: string): Promise<void>;
    /** Tells the object that its cluster is gone, so that it drops what it holds. Best effort: it is fenced anyway. */
    forget(id: string): Promise<void>;
  };
  settings: ManagementSettings;
  /** Gets what went wrong on our side; never sees tokens or bodies. */
  onError?(error: unknown): void;
}

export type ManagementEnv = { Variables: { identity: Identity } };

const bodyBytesMax = 64 * 1024;

/**
 * The management API, `/v1`: the clusters of a tenant, their kubeconfigs, join tokens and usage. JSON; errors are
 * problems (see `problem.ts`). A cluster of another tenant does not exist for the caller.
 *
 * Only tokens of the tenant itself in `hibernetes:tenant-admins` get in; a cluster's own tokens get 403.
 */
export function createManagementApp(options: ManagementOptions): Hono<ManagementEnv> {
  const app = new Hono<ManagementEnv>();

  app.use('/v1/*', async (c, next) => {
    const token = bearerToken(c.req.header('Authorization'));
    const identity = token === undefined ? undefined : await options.authenticate(token);
    if (!identity)
      throw new Problem('unauthenticated', token === undefined ? 'there is no bearer token' : 'the token is not valid');
    if (identity.cluster !== undefined || !identity.user.groups.includes(wellKnownGroups.tenantAdmins))
      throw new Problem('forbidden', 'this token may not use the management API');
    c.set('identity', identity);
    await next();
  });
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: bodyBytesMax,
      onError: () => {
        throw new Problem('body_too_large', `a body has ${bodyBytesMax} bytes at most`);
      },
    }),
  );
  app.route('/v1/clusters', clusterRoutes(options));

  app.notFound((c) => answerProblem(c, new Problem('not_found', 'there is nothing at this path')));
  app.onError((error, c) => {
    if (error instanceof Problem) return answerProblem(c, error);
    // drizzle's message holds the parameters of the query: it is neither shown nor told.
    const safe = error instanceof DrizzleQueryError ? databaseError(error) : error;
    options.onError?.(safe);
    const isUnavailable = safe instanceof DatabaseError && safe.code === 'unavailable';
    return answerProblem(
      c,
      new Problem(isUnavailable ? 'unavailable' : 'internal', 'the request could not be completed; try again'),
    );
  });
  return app;
}
