import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { readClusterSettings } from '../../db/cluster-settings.ts';
import { clusters } from '../../db/schema.ts';
import type { ClusterAuthentication } from './cluster-issuers.ts';

/** What a cluster's settings say of issuers; undefined if there is no such cluster. */
export async function findAuthentication(orm: Database['orm'], cluster: string): Promise<ClusterAuthentication | undefined> {
  const [row] = await orm
    .select({ tenant: clusters.tenantId, settings: clusters.settings })
    .from(clusters)
    .where(and(eq(clusters.id, cluster), isNull(clusters.deletedAt)))
    .limit(1);
  return row && { tenant: row.tenant, authentication: readClusterSettings(row.settings).authentication };
}
