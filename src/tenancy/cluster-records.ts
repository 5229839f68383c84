import { and, asc, count, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { readClusterSettings, type ClusterSettings, type ClusterSettingsChange } from '../db/cluster-settings.ts';
import { clusters, tokens } from '../db/schema.ts';
import type { Random } from '../lib/random.ts';
import { newId } from './ids.ts';

export interface ClusterRecord {
  id: string;
  tenant: string;
  name: string;
  createdAt: Date;
  settings: ClusterSettings;
}

const columns = {
  id: clusters.id,
  tenant: clusters.tenantId,
  name: clusters.name,
  createdAt: clusters.createdAt,
  settings: clusters.settings,
};

const recordOf = (row: Omit<ClusterRecord, 'settings'> & { settings: string }): ClusterRecord => ({
  ...row,
  settings: readClusterSettings(row.settings),
});

const alive = isNull(clusters.deletedAt);

/**
 * Creates a cluster: one row; its object makes everything else at its first use. `max` bounds the tenant's clusters
 * (a soft bound: creates at the same moment may pass it together).
 */
export async function createCluster(
  orm: Database['orm'],
  wanted: { tenant: string; name: string; createdAt: Date; settings: ClusterSettings },
  max: number,
  random: Random,
): Promise<ClusterRecord | 'name-taken' | 'quota-exceeded'> {
  const { tenant, name, createdAt, settings } = wanted;
  const [existing] = await orm
    .select({ count: count() })
    .from(clusters)
    .where(and(eq(clusters.tenantId, tenant), alive));
  if ((existing?.count ?? 0) >= max) return 'quota-exceeded';
  // Nothing inserted means that the name is taken or, once in a very long time, the id.
  for (;;) {
    const row = { id: newId('c', random), tenantId: tenant, name, createdAt, settings: JSON.stringify(settings) };
    const [created] = await orm.insert(clusters).values(row).onConflictDoNothing().returning(columns);
    if (created) return recordOf(created);
    if (await findCluster(orm, tenant, name)) return 'name-taken';
  }
}

/** The tenant's cluster with that id or name. */
export async function findCluster(orm: Database['orm'], tenant: string, nameOrId: string): Promise<ClusterRecord | undefined> {
  const named = or(eq(clusters.id, nameOrId), eq(clusters.name, nameOrId));
  const [row] = await orm
    .select(columns)
    .from(clusters)
    .where(and(eq(clusters.tenantId, tenant), named, alive))
    .limit(1);
  return row && recordOf(row);
}

/** The tenant's clusters in order of their names; with `ids`, only those. */
export async function listClusters(
  orm: Database['orm'],
  tenant: string,
  page: { limit: number; afterName?: string; ids?: readonly string[] },
): Promise<ClusterRecord[]> {
  const after = page.afterName === undefined ? undefined : gt(clusters.name, page.afterName);
  const only = page.ids && inArray(clusters.id, [...page.ids]);
  const rows = await orm
    .select(columns)
    .from(clusters)
    .where(and(eq(clusters.tenantId, tenant), alive, after, only))
    .orderBy(asc(clusters.name))
    .limit(page.limit);
  return rows.map(recordOf);
}

/** Replaces the settings that `change` has; two changes of the same cluster at one moment do not undo each other. */
export async function changeClusterSettings(orm: Database['orm'], id: string, change: ClusterSettingsChange): Promise<ClusterRecord | undefined> {
  const merged = sql`(${clusters.settings}::jsonb || ${JSON.stringify(change)}::jsonb)::json`;
  const [row] = await orm
    .update(clusters)
    .set({ settings: merged })
    .where(and(eq(clusters.id, id), alive))
    .returning(columns);
  return row && recordOf(row);
}

/** Which tenant a cluster belongs to; undefined if there is no such cluster. */
export async function clusterTenant(orm: Database['orm'], id: string): Promise<string | undefined> {
  const [row] = await orm
    .select({ tenant: clusters.tenantId })
    .from(clusters)
    .where(and(eq(clusters.id, id), alive))
    .limit(1);
  return row?.tenant;
}

/**
 * Marks the cluster as deleted, at once and for good: its name is free again, its tokens are gone, and the raised epoch
 * fences whoever holds its lock. The rows of its objects are removed later, see `purgeDeletedClusters`.
 */
export async function deleteCluster(orm: Database['orm'], id: string, now: Date): Promise<void> {
  await orm
    .update(clusters)
    .set({ deletedAt: now, epoch: sql`${clusters.epoch} + 1` })
    .where(and(eq(clusters.id, id), alive));
  await orm.delete(tokens).where(eq(tokens.clusterId, id));
}
