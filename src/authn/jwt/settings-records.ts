import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { readClusterSettings } from '../../db/cluster-settings.ts';
import { JwtAuthenticator } from '../../db/jwt-authenticator.ts';
import { clusters, oidcIssuers } from '../../db/schema.ts';
import type { ClusterAuthentication } from './cluster-issuers.ts';

/**
 * What a cluster's settings say of issuers, and its tenant's issuers after them; for one that both know, the cluster's word
 * counts. Undefined if there is no such cluster.
 */
export async function findAuthentication(orm: Database['orm'], cluster: string): Promise<ClusterAuthentication | undefined> {
  const rows = await orm
    .select({ tenant: clusters.tenantId, settings: clusters.settings, issuer: oidcIssuers.config })
    .from(clusters)
    .leftJoin(oidcIssuers, eq(oidcIssuers.tenantId, clusters.tenantId))
    .where(and(eq(clusters.id, cluster), isNull(clusters.deletedAt)))
    .orderBy(asc(oidcIssuers.name));
  const [row] = rows;
  if (!row) return undefined;
  const { jwt: own = [] } = readClusterSettings(row.settings).authentication;
  const tenants = rows.flatMap(({ issuer }) => (issuer === null ? [] : [JwtAuthenticator.parse(JSON.parse(issuer))]));
  const others = tenants.filter(({ issuer }) => !own.some((each) => each.issuer.url === issuer.url));
  return { tenant: row.tenant, authentication: { jwt: [...own, ...others] } };
}
