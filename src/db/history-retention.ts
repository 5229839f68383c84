import { logPartitionDay, maintainLogPartitions } from './log-partitions.ts';
import type { SqlExecutor } from './sql.ts';

const dayMs = 86_400_000;

export interface HistoryRetentionOptions {
  /** Whole days besides today's for which the log of a tenant is kept that has no `historyDays` of its own. */
  defaultDays: number;
  daysAhead: number;
  /** Rows one statement removes at most, and statements one call makes. The next run goes on. */
  batchRows: number;
  batchesMax: number;
}

/**
 * Keeps the log as long as each tenant is to have it. Partitions are dropped by the longest; of those with a shorter time whole
 * days are cut out of the partitions that stay, since each day can tell by itself how everything was. A cluster is marked as
 * compacted before its lines go.
 */
export async function maintainHistory(execute: SqlExecutor, options: HistoryRetentionOptions): Promise<void> {
  const { defaultDays, daysAhead } = options;
  const [row] = await execute(`select max((quotas->>'historyDays')::int), (extract(epoch from now()) * 1000)::bigint::text from tenants`);
  const longest = Math.max(defaultDays, Number(row?.[0] ?? 0));
  await maintainLogPartitions(execute, { retentionDays: longest, daysAhead });
  const partitions = await execute(
    `select relname::text from pg_class join pg_inherits on inhrelid = pg_class.oid where inhparent = to_regclass('log') order by relname`,
  );
  let { batchesMax } = options;
  for (const [partition] of partitions) {
    const day = logPartitionDay(partition!);
    if (day === undefined) continue;
    const age = Math.floor(Number(row![1]) / dayMs) - Date.parse(day) / dayMs;
    if (age <= 0) continue;
    const until = new Date(Date.parse(day) + dayMs).toISOString();
    await execute(compactSql(partition!), [defaultDays, age, until]);
    for (let removed = options.batchRows; removed === options.batchRows; batchesMax--) {
      if (batchesMax <= 0) return;
      removed = (await execute(cutSql(partition!), [defaultDays, age, options.batchRows])).length;
    }
  }
}

// The names of partitions are ours.

/** The clusters whose tenants keep their log for fewer than $2 days, $1 where nothing is said. */
const shorter = `select clusters.id from clusters join tenants on tenants.id = tenant_id where coalesce((quotas->>'historyDays')::int, $1::int) < $2::int`;

const compactSql = (partition: string): string => `update clusters
set compacted_revision = gone.revision, history_from = greatest(history_from, $3::timestamptz)
from (select cluster_id, max(revision) as revision from ${partition} where cluster_id in (${shorter}) group by cluster_id) as gone
where id = gone.cluster_id and compacted_revision < gone.revision`;

const cutSql = (partition: string): string =>
  `delete from ${partition} where ctid = any(array(select ctid from ${partition} where cluster_id in (${shorter}) limit $3)) returning cluster_id`;
