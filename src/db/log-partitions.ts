import type { SqlExecutor } from './sql.ts';

const dayMs = 86_400_000;

/** How long the log is kept, and how early its partitions are made. */
export interface LogPartitionOptions {
  /** Whole days of history kept besides today's. Absent: nothing is dropped. */
  retentionDays?: number;
  /** Days after today that have a partition in advance: so long may this maintenance fail unnoticed. */
  daysAhead: number;
}

/** What a daily maintenance wants. */
export const logPartitionDefaults = { retentionDays: 3, daysAhead: 7 } as const satisfies LogPartitionOptions;

/** What is to be done so that the log has the partitions it should. Days are `YYYY-MM-DD`, in UTC. */
export interface LogPartitionPlan {
  create: string[];
  drop: string[];
}

/** The UTC day of a time, as `YYYY-MM-DD`. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The name of a day's partition: `log_20261120`. */
export const logPartitionName = (day: string): string => `log_${day.replaceAll('-', '')}`;

/** The day of a partition by its name; undefined for a table that is none. */
export function logPartitionDay(name: string): string | undefined {
  const [, year, month, day] = /^log_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
  return year && `${year}-${month}-${day}`;
}

/** Decides which partitions to create and to drop, given the names of those that exist. */
export function planLogPartitions(existing: readonly string[], now: Date, options: LogPartitionOptions): LogPartitionPlan {
  const plus = (days: number) => dayOf(new Date(now.getTime() + days * dayMs));
  const wanted = Array.from({ length: options.daysAhead + 1 }, (_, days) => plus(days));
  const oldest = options.retentionDays === undefined ? '' : plus(-options.retentionDays);
  const days = existing.map(logPartitionDay).filter((day) => day !== undefined);
  return {
    create: wanted.filter((day) => !days.includes(day)),
    drop: days.filter((day) => day < oldest).sort(),
  };
}

/**
 * Brings the log's partitions to what they should be, by the database's clock. Safe to run at any time, from several
 * places at once, and again after it failed halfway. Before a partition is dropped, the clusters with lines in it are
 * marked as compacted up to their last one there, so nobody takes the gap for silence.
 */
export async function maintainLogPartitions(
  execute: SqlExecutor,
  options: LogPartitionOptions = logPartitionDefaults,
): Promise<LogPartitionPlan> {
  const [clock] = await execute(`select (extract(epoch from now()) * 1000)::bigint::text`);
  const partitions = await execute(
    `select relname::text from pg_class join pg_inherits on inhrelid = pg_class.oid where inhparent = to_regclass('log')`,
  );
  const names = partitions.map(([name]) => name!);
  const plan = planLogPartitions(names, new Date(Number(clock![0])), options);
  for (const day of plan.create) await execute(createPartition(day));
  for (const day of plan.drop) {
    await execute(markCompacted(day));
    await execute(dropPartition(day));
  }
  return plan;
}

// One statement each, because over HTTP each is its own transaction. The names are ours, made of digits. Attaching a
// finished table, unlike `create table ... partition of`, does not lock readers and writers of the log out.
const createPartition = (day: string): string => {
  const name = logPartitionName(day);
  const nextDay = dayOf(new Date(Date.parse(day) + dayMs));
  return `do $$
begin
  perform pg_advisory_xact_lock(hashtext('hibernetes log partitions'));
  if to_regclass('${name}') is null then
    create table ${name} (like log including all);
    alter table log attach partition ${name} for values from ('${day} 00:00+00') to ('${nextDay} 00:00+00');
  end if;
end
$$`;
};

const markCompacted = (day: string): string => `update clusters
set compacted_revision = gone.revision
from (select cluster_id, max(revision) as revision from ${logPartitionName(day)} group by cluster_id) as gone
where id = gone.cluster_id and compacted_revision < gone.revision`;

// The lock that dropping takes is short, but waiting for it would hold up every commit behind it.
const dropPartition = (day: string): string => `do $$
begin
  set local lock_timeout = '2s';
  drop table if exists ${logPartitionName(day)};
end
$$`;
