import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { clusters, objects } from '../db/schema.ts';

/** The tenant of a cluster that has a Secret for the bootstrap token with that id; undefined if there is none. */
export async function findBootstrapToken(orm: Database['orm'], cluster: string, id: string): Promise<string | undefined> {
  const [row] = await orm
    .select({ tenant: clusters.tenantId })
    .from(objects)
    .innerJoin(clusters, eq(clusters.id, objects.clusterId))
    .where(
      and(
        eq(objects.clusterId, cluster),
        eq(objects.namespace, 'kube-system'),
        eq(objects.resource, 'secrets'),
        eq(objects.name, `bootstrap-token-${id}`),
        isNull(clusters.deletedAt),
      ),
    )
    .limit(1);
  return row?.tenant;
}
