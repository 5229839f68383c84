import {
  maintainDayPartitions,
  partitionDay,
  partitionName,
  planDayPartitions,
  type DayPartitionOptions,
  type DayPartitionPlan,
} from './day-partitions.ts';
import type { SqlExecutor } from './sql.ts';

/** How long the log is kept, and how early its partitions are made. */
export type LogPartitionOptions = DayPartitionOptions;

/** What a daily maintenance wants. */
export const logPartitionDefaults = { retentionDays: 3, daysAhead: 7 } as const satisfies LogPartitionOptions;

/** The name of a day's partition: `log_20261120`. */
export const logPartitionName = (day: string): string => partitionName('log', day);

/** The day of a partition by its name; undefined for a table that is none. */
export const logPartitionDay = (name: string): string | undefined => partitionDay('log', name);

/** Decides which partitions to create and to drop, given the names of those that exist. */
export const planLogPartitions = (existing: readonly string[], now: Date, options: LogPartitionOptions): DayPartitionPlan =>
  planDayPartitions('log', existing, now, options);

/**
 * Brings the log's partitions to what they should be. Before a partition is dropped, the clusters with lines in it are marked
 * as compacted up to their last one there, so nobody takes the gap for silence.
 */
export const maintainLogPartitions = (
  execute: SqlExecutor,
  options: LogPartitionOptions = logPartitionDefaults,
): Promise<DayPartitionPlan> => maintainDayPartitions(execute, 'log', options, markCompacted);

const markCompacted = (partition: string): string => `update clusters
set compacted_revision = gone.revision, history_from = greatest(history_from, timestamptz '${endOf(partition)}')
from (select cluster_id, max(revision) as revision from ${partition} group by cluster_id) as gone
where id = gone.cluster_id and compacted_revision < gone.revision`;

/** The first moment that is not in a partition any more. */
const endOf = (partition: string): string =>
  new Date(Date.parse(logPartitionDay(partition)!) + 86_400_000).toISOString();
