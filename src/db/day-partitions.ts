import type { SqlExecutor } from './sql.ts';

const dayMs = 86_400_000;

/** How long the rows of a table are kept, and how early its partitions are made. */
export interface DayPartitionOptions {
  /** Whole days of history kept besides today's. Absent: nothing is dropped. */
  retentionDays?: number;
  /** Days after today that have a partition in advance: so long may this maintenance fail unnoticed. */
  daysAhead: number;
}

/** What is to be done so that a table has the partitions it should. Days are `YYYY-MM-DD`, in UTC. */
export interface DayPartitionPlan {
  create: string[];
  drop: string[];
}

/** The UTC day of a time, as `YYYY-MM-DD`. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The name of a day's partition: `log_20261120`. */
export const partitionName = (table: string, day: string): string => `${table}_${day.replaceAll('-', '')}`;

/** The day of a partition by its name; undefined for a table that is none. */
export function partitionDay(table: string, name: string): string | undefined {
  if (!name.startsWith(`${table}_`)) return undefined;
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(name.slice(table.length + 1)) ?? [];
  return year && `${year}-${month}-${day}`;
}

/** Decides which partitions to create and to drop, given the names of those that exist. */
export function planDayPartitions(
  table: string,
  existing: readonly string[],
  now: Date,
  options: DayPartitionOptions,
): DayPartitionPlan {
  const plus = (days: number) => dayOf(new Date(now.getTime() + days * dayMs));
  const wanted = Array.from({ length: options.daysAhead + 1 }, (_, days) => plus(days));
  const oldest = options.retentionDays === undefined ? '' : plus(-options.retentionDays);
  const days = existing.map((name) => partitionDay(table, name)).filter((day) => day !== undefined);
  return {
    create: wanted.filter((day) => !days.includes(day)),
    drop: days.filter((day) => day < oldest).sort(),
  };
}

/**
 * Brings the partitions of a table to what they should be, by the database's clock. Safe to run at any time, from several
 * places at once, and again after it failed halfway. `beforeDrop` is a statement for what has to be noted of a day that goes.
 */
export async function maintainDayPartitions(
  execute: SqlExecutor,
  table: string,
  options: DayPartitionOptions,
  beforeDrop?: (partition: string) => string,
): Promise<DayPartitionPlan> {
  const [clock] = await execute(`select (extract(epoch from now()) * 1000)::bigint::text`);
  const partitions = await execute(
    `select relname::text from pg_class join pg_inherits on inhrelid = pg_class.oid where inhparent = to_regclass('${table}')`,
  );
  const names = partitions.map(([name]) => name!);
  const plan = planDayPartitions(table, names, new Date(Number(clock![0])), options);
  for (const day of plan.create) await execute(createPartition(table, day));
  for (const day of plan.drop) {
    if (beforeDrop) await execute(beforeDrop(partitionName(table, day)));
    await execute(dropPartition(table, day));
  }
  return plan;
}

// One statement each, because over HTTP each is its own transaction. The names are ours. Attaching a finished table, unlike
// `create table ... partition of`, does not lock readers and writers of the table out.
const createPartition = (table: string, day: string): string => {
  const name = partitionName(table, day);
  const nextDay = dayOf(new Date(Date.parse(day) + dayMs));
  return `do $$
begin
  perform pg_advisory_xact_lock(hashtext('hibernetes ${table} partitions'));
  if to_regclass('${name}') is null then
    create table ${name} (like ${table} including all);
    alter table ${table} attach partition ${name} for values from ('${day} 00:00+00') to ('${nextDay} 00:00+00');
  end if;
end
$$`;
};

// The lock that dropping takes is short, but waiting for it would hold up every writer behind it.
const dropPartition = (table: string, day: string): string => `do $$
begin
  set local lock_timeout = '2s';
  drop table if exists ${partitionName(table, day)};
end
$$`;
