import { maintainDayPartitions, type DayPartitionOptions, type DayPartitionPlan } from './day-partitions.ts';
import type { SqlExecutor } from './sql.ts';

/** What a daily maintenance wants. */
export const auditPartitionDefaults = { retentionDays: 30, daysAhead: 7 } as const satisfies DayPartitionOptions;

/** Brings the partitions of the audit events to what they should be. */
export const maintainAuditPartitions = (
  execute: SqlExecutor,
  options: DayPartitionOptions = auditPartitionDefaults,
): Promise<DayPartitionPlan> => maintainDayPartitions(execute, 'audit_events', options);
