import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { clusters, log, objects } from '../db/schema.ts';

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
 * Removes what deleted clusters left behind: objects and log in batches, then the row itself. Set-based, bounded, and
 * safe to run again or twice at a time. Nothing can be added meanwhile, since every commit checks the epoch that the
 * deletion raised.
 */
export async function purgeDeletedClusters(orm: Database['orm'], options: PurgeOptions): Promise<PurgeResult> {
  let batches = 0;
  let clustersPurged = 0;
  while (batches < options.batchesMax) {
    const [next] = await orm
      .select({ id: clusters.id })
      .from(clusters)
      .where(isNotNull(clusters.deletedAt))
      .orderBy(asc(clusters.deletedAt))
      .limit(1);
    if (!next) return { clustersPurged, done: true };
    for (const removeBatch of [removeObjects, removeLog]) {
      let removed: number;
      do {
        if (batches++ >= options.batchesMax) return { clustersPurged, done: false };
        removed = await removeBatch(orm, next.id, options.batchRows);
      } while (removed === options.batchRows);
    }
    await orm.delete(clusters).where(and(eq(clusters.id, next.id), isNotNull(clusters.deletedAt)));
    clustersPurged++;
  }
  return { clustersPurged, done: false };
}

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
