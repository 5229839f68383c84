import { and, asc, eq, isNotNull, lte, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { clusters, deliveries, log, objects, tenants } from './schema.ts';

export interface PurgeOptions {
  /** Rows one statement removes at most. */
  batchRows: number;
  /** Statements one call makes at most, so that a run of the schedule has an end. */
  batchesMax: number;
}

export interface PurgeResult {
  clustersPurged: number;
  /** Whether nothing is left to do. Otherwise the next run goes on. */
  done: boolean;
}

/**
 * Removes what deleted clusters left behind, and the rows of deleted tenants that have none left. Set-based, bounded, and safe
 * to run again or twice at a time. Nothing can be added meanwhile, since every commit checks the epoch that the deletion raised.
 */
export async function purgeDeletedClusters(orm: Database['orm'], options: PurgeOptions): Promise<PurgeResult> {
  let { batchesMax } = options;
  let clustersPurged = 0;
  while (batchesMax > 0) {
    const [next] = await orm
      .select({ id: clusters.id })
      .from(clusters)
      .where(isPast)
      .orderBy(asc(clusters.deletedAt))
      .limit(1);
    if (!next) {
      await orm.delete(tenants).where(and(isNotNull(tenants.deletedAt), sql`not exists (select from clusters where tenant_id = ${tenants.id})`));
      return { clustersPurged, done: true };
    }
    const { batches, done } = await purgeCluster(orm, next.id, { ...options, batchesMax });
    if (!done) break;
    batchesMax -= batches;
    clustersPurged++;
  }
  return { clustersPurged, done: false };
}

/** The same for one cluster: its objects, its log and its outbox in batches, then the row itself. Does nothing to one that is not deleted. */
export async function purgeCluster(
  orm: Database['orm'],
  cluster: string,
  { batchRows, batchesMax }: PurgeOptions,
): Promise<{ batches: number; done: boolean }> {
  const deleted = and(eq(clusters.id, cluster), isPast);
  if ((await orm.$count(clusters, deleted)) === 0) return { batches: 0, done: true };
  let batches = 0;
  for (const removeBatch of [removeObjects, removeLog]) {
    let removed: number;
    do {
      if (batches >= batchesMax) return { batches, done: false };
      batches++;
      removed = await removeBatch(orm, cluster, batchRows);
    } while (removed === batchRows);
  }
  await orm.delete(deliveries).where(eq(deliveries.clusterId, cluster));
  await orm.delete(clusters).where(deleted);
  return { batches, done: true };
}

/** A cluster that is only being made is as one that will be deleted, unless it is done until then. */
const isPast = lte(clusters.deletedAt, sql`now()`);

async function removeObjects(orm: Database['orm'], cluster: string, rows: number): Promise<number> {
  const batch = orm
    .select({ namespace: objects.namespace, resource: objects.resource, name: objects.name })
    .from(objects)
    .where(eq(objects.clusterId, cluster))
    .limit(rows);
  const removed = await orm
    .delete(objects)
    .where(and(eq(objects.clusterId, cluster), sql`(${objects.namespace}, ${objects.resource}, ${objects.name}) in ${batch}`))
    .returning({ revision: objects.revision });
  return removed.length;
}

async function removeLog(orm: Database['orm'], cluster: string, rows: number): Promise<number> {
  const batch = orm
    .select({ revision: log.revision })
    .from(log)
    .where(eq(log.clusterId, cluster))
    .orderBy(asc(log.revision))
    .limit(rows);
  const removed = await orm
    .delete(log)
    .where(and(eq(log.clusterId, cluster), sql`${log.revision} in ${batch}`))
    .returning({ revision: log.revision });
  return removed.length;
}
