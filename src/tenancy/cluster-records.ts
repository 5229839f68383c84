import { and, asc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
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
  /** The settings as they are in the row, to see whether somebody changed them. */
  storedSettings: string;
  suspendedAt: Date | null;
}

const columns = {
  id: clusters.id,
  tenant: clusters.tenantId,
  name: clusters.name,
  createdAt: clusters.createdAt,
  settings: clusters.settings,
  suspendedAt: clusters.suspendedAt,
};

const recordOf = (row: Omit<ClusterRecord, 'settings' | 'storedSettings'> & { settings: string }): ClusterRecord => ({
  ...row,
  settings: readClusterSettings(row.settings),
  storedSettings: row.settings,
});

const alive = isNull(clusters.deletedAt);

/**
 * Creates a cluster: one row; its object makes everything else at its first use. `max` and the tenant's own quota bound the
 * tenant's clusters (a soft bound: creates at the same moment may pass it together).
 */
export async function createCluster(
  database: Pick<Database, 'orm' | 'query'>,
  wanted: { tenant: string; name: string; createdAt: Date; settings: ClusterSettings },
  max: number,
  random: Random,
): Promise<ClusterRecord | 'name-taken' | 'quota-exceeded'> {
  const { tenant, name, createdAt, settings } = wanted;
  for (;;) {
    const id = newId('c', random);
    const storedSettings = JSON.stringify(settings);
    const params = [id, tenant, name, createdAt.toISOString(), storedSettings, max];
    const [created] = await database.query(createSql, params);
    if (created) return { ...wanted, id, storedSettings, suspendedAt: null };
    // Nothing inserted: the name is taken, or the quota used up, or the id is taken, once in a very long time.
    if (await findCluster(database.orm, tenant, name)) return 'name-taken';
    const known = await database.query('select from clusters where id = $1', [id]);
    if (known.length === 0) return 'quota-exceeded';
  }
}

const createSql = `insert into clusters (id, tenant_id, name, created_at, settings)
select $1, id, $3, $4, $5 from tenants
where id = $2 and deleted_at is null
  and (select count(*) from clusters where tenant_id = $2 and deleted_at is null) < least($6::int, (quotas->>'clusters')::int)
on conflict do nothing
returning id`;

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

/**
 * Replaces the settings that `change` has; two changes of the same cluster at one moment do not undo each other. With
 * `expected`, only if those in the row are these.
 */
export async function changeClusterSettings(
  orm: Database['orm'],
  id: string,
  change: ClusterSettingsChange,
  expected?: string,
): Promise<ClusterRecord | undefined> {
  const merged = sql`(${clusters.settings}::jsonb || ${JSON.stringify(change)}::jsonb)::json`;
  const unchanged = expected === undefined ? undefined : sql`${clusters.settings}::text = ${expected}`;
  const [row] = await orm
    .update(clusters)
    .set({ settings: merged })
    .where(and(eq(clusters.id, id), alive, unchanged))
    .returning(columns);
  return row && recordOf(row);
}

/** Suspends a cluster, or resumes it (null). One that is suspended already stays so since then. */
export async function setSuspended(orm: Database['orm'], id: string, at: Date | null): Promise<ClusterRecord | undefined> {
  // Who is awake loses the lock with it.
  const set = { suspendedAt: at && sql`coalesce(${clusters.suspendedAt}, ${at.toISOString()})`, epoch: sql`${clusters.epoch} + 1` };
  const [row] = await orm
    .update(clusters)
    .set(set)
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
