import type { SqlStatement } from '../db/sql.ts';
import type { CommitRow } from './backend.ts';
import { subjectOf } from './entry.ts';

// The statements on the path of each request, as text: their plans are what the speed of a cluster hangs on.

export const lockSql = `update clusters set epoch = epoch + 1 where id = $1 and deleted_at is null
returning epoch, revision, compacted_revision, settings, (select quotas from tenants where tenants.id = tenant_id), suspended_at is not null`;

export const renewSql = `update clusters set epoch = epoch + 1 where id = $1 and epoch = $2 and deleted_at is null
returning epoch, revision`;

export const compactSql = `update clusters set compacted_revision = greatest(compacted_revision, $3),
  history_from = greatest(history_from, coalesce((select written_at from log where cluster_id = $1 and revision = $3 limit 1), now()))
where id = $1 and epoch = $2 and revision >= $3 returning id`;

/**
 * Objects in the order of the primary key after ($2, $3, $4): at most $5, and no more than $6 bytes, but one at least.
 * The last column but one of the last row says whether anything follows; the last one has the uids of encrypted objects.
 */
export const pageSql = `select resource, namespace, name, revision, data,
  case when number = total and total < $5 then 'last' end,
  case when starts_with(data, '"') then uid end
from (
  select resource, namespace, name, uid, revision, data,
    row_number() over key as number,
    sum(octet_length(data)) over key as bytes,
    count(*) over () as total
  from (
    select resource, namespace, name, uid, revision, data::text as data
    from objects
    where cluster_id = $1 and (namespace, resource, name) > ($2, $3, $4)
    order by namespace, resource, name
    limit $5
  ) as next
  window key as (order by namespace, resource, name)
) as numbered
where number = 1 or bytes <= $6
order by namespace, resource, name`;

/**
 * The log after revision $2, with the state before each change: at most $3 lines, and no more than $4 bytes, but one at
 * least. There is always a row, for the compacted revision; its other columns are null if the log has nothing. The limit
 * inside keeps Postgres at looking the earlier states up one by one, whatever its statistics make of a day's new partition.
 */
export const logSql = `select compacted_revision, line.*
from clusters
left join (
  select revision, type, resource, namespace, name, uid, previous_revision, data, previous_data, previous_uid
  from (
    select next.*, coalesce(next.carried_data, previous.data::text) as previous_data, coalesce(previous.uid, next.uid) as previous_uid,
      row_number() over (order by next.revision) as number,
      sum(octet_length(next.data) + coalesce(octet_length(next.carried_data), octet_length(previous.data::text), 0))
        over (order by next.revision) as bytes
    from (
      select revision, type, resource, namespace, name, uid, previous_revision, data::text as data, previous_data::text as carried_data
      from log
      where cluster_id = $1 and revision > $2
      order by revision
      limit $3
    ) as next
    left join lateral (
      select data, uid from log where cluster_id = $1 and revision = next.previous_revision and next.carried_data is null limit 1
    ) as previous on true
  ) as numbered
  where number = 1 or bytes <= $4
) as line on true
where id = $1
order by line.revision`;

/**
 * What the objects that were changed after revision $2 and not after $3 were at $2: those of resource $4, namespace $5 and name
 * $6, as far as these are not null. No more than $7 bytes, but one at least; the first column but one says how many objects there are in all.
 * There is always a row, for the compacted revision.
 */
export const earlierSql = `select compacted_revision, line.*
from clusters
left join (
  select total, resource, namespace, name, type, previous_revision, data, uid
  from (
    select first.*, coalesce(first.carried_data, previous.data::text) as data, coalesce(previous.uid, first.uid_after) as uid,
      count(*) over () as total,
      row_number() over key as number,
      sum(coalesce(octet_length(first.carried_data), octet_length(previous.data::text), 0)) over key as bytes
    from (
      select distinct on (namespace, resource, name)
        resource, namespace, name, type, previous_revision, uid as uid_after, previous_data::text as carried_data
      from log
      where cluster_id = $1 and revision > $2 and revision <= $3 and ($4::text is null or resource = $4)
        and ($5::text is null or namespace = $5) and ($6::text is null or name = $6)
      order by namespace, resource, name, revision
    ) as first
    left join lateral (
      select data, uid from log where cluster_id = $1 and revision = first.previous_revision and first.carried_data is null limit 1
    ) as previous on true
    window key as (order by first.namespace, first.resource, first.name)
  ) as summed
  where number = 1 or bytes <= $7
) as line on true
where id = $1`;

/**
 * The newest revision that was written at $2 or before, found by halving; and whether the log is complete since then. Revisions
 * have no holes. A line that is not there any more was written long ago.
 */
export const revisionAtSql = `with recursive cluster as (
  select compacted_revision, revision, history_from from clusters where id = $1
), halves (low, high) as (
  select compacted_revision, revision from cluster
  union all
  select case when earlier then middle else low end, case when earlier then high else middle - 1 end
  from (
    select low, high, middle, coalesce(written_at <= $2::timestamptz, true) as earlier
    from (select low, high, (low + high + 1) / 2 as middle from halves where low < high) as half
    left join lateral (select written_at from log where cluster_id = $1 and revision = middle limit 1) as line on true
  ) as looked
)
select low, history_from <= $2::timestamptz from halves, cluster where low = high`;

/**
 * One statement that commits rows, and does nothing at all unless cluster $1 is at epoch $2 and revision $3. Its row is
 * locked first, so a statement of an earlier epoch either is through before the epoch is raised or finds it raised.
 *
 * The objects come as one JSON array apart from the rest: `json_array_elements` gives each back as the text it was and
 * never decodes it, whereas `json_to_recordset` would refuse a NUL or half a surrogate pair anywhere in an object.
 * An object that was written several times has its last state only among the objects. The parts that would find nothing
 * to do are left out: planning and starting a deletion on 16 partitions takes longer than a small commit.
 */
export function commitStatement(
  clusterId: string,
  epoch: number,
  baseRevision: number,
  rows: readonly CommitRow[],
): SqlStatement {
  const lastRevisions = new Map<string, number>();
  for (const row of rows) lastRevisions.set(subjectOf(row), row.revision);
  let puts = false;
  let deletes = false;
  const [{ user = '', fieldManager = '' }] = rows as [CommitRow];
  const sameWriter = rows.every((row) => (row.user ?? '') === user && (row.fieldManager ?? '') === fieldManager);
  const lines = rows.map((row) => {
    const { revision, type, resource, namespace, name, uid, previousRevision } = row;
    const isLast = lastRevisions.get(subjectOf(row)) === revision;
    const effect = !isLast ? 'none' : type === 'DELETED' ? 'delete' : 'put';
    puts ||= effect === 'put';
    deletes ||= effect === 'delete';
    const line = { revision, type, resource, namespace, name, uid, previous_revision: previousRevision, effect };
    return sameWriter ? line : { ...line, user: row.user ?? '', manager: row.fieldManager ?? '' };
  });
  const data = `[${rows.map(({ text }) => text).join()}]`;
  const params = [clusterId, epoch, baseRevision, JSON.stringify(lines), data, baseRevision + rows.length];
  /** Adds parameters; answers the number of the first. */
  const add = (...values: readonly string[]): number => params.push(...values) - values.length + 1;
  const writer = sameWriter ? add(user, fieldManager) : undefined;
  const carriers = rows.filter(({ carriedText }) => carriedText !== undefined);
  const carried = (): number =>
    add(JSON.stringify(carriers.map(({ revision }) => ({ revision }))), `[${carriers.map((row) => row.carriedText).join()}]`);
  const carries = carriers.length > 0 ? carried() : undefined;
  const deliveries = rows.flatMap(deliveriesOf);
  const delivers = deliveries.length > 0 ? add(JSON.stringify(deliveries)) : undefined;
  return { text: commitSql({ puts, deletes, writer, carries, delivers }), params };
}

const none: readonly never[] = [];

function deliveriesOf(row: CommitRow): readonly object[] {
  if (!row.deliveries) return none;
  const subject = subjectOf(row);
  return row.deliveries.map((delivery) => ({ ...delivery, revision: row.revision, subject }));
}

/** What a commit has besides its changes, by the number of the first parameter of each. */
interface CommitParts {
  puts: boolean;
  deletes: boolean;
  /** Who wrote all of it. Otherwise each line says so: to read that off every line takes longer than it should. */
  writer: number | undefined;
  carries: number | undefined;
  delivers: number | undefined;
}

const commitSql = ({ puts, deletes, writer, carries, delivers }: CommitParts): string => `with change as materialized (
  select * from rows from (
    json_to_recordset($4::json) as (revision bigint, type text, resource text, namespace text, name text, uid text,
      previous_revision bigint, effect text${writer === undefined ? ', "user" text, manager text' : ''}),
    json_array_elements($5::json)
  ) as change (revision, type, resource, namespace, name, uid, previous_revision, effect${writer === undefined ? ', user_name, field_manager' : ''}, data)
)${carries === undefined ? '' : carriedSql(carries)}, cluster as (
  update clusters set revision = $6
  where id = $1 and epoch = $2 and revision = $3 and deleted_at is null
  returning id
), logged as (
  insert into log (cluster_id, revision, type, resource, namespace, name, uid, previous_revision, data, user_name, field_manager${carries === undefined ? '' : ', previous_data'})
  select id, revision, type, resource, namespace, name, uid, previous_revision, data,
    ${writer === undefined ? 'user_name, field_manager' : `$${writer}::text, $${writer + 1}::text`}${carries === undefined ? '' : ', carried_data'}
  from cluster, change${carries === undefined ? '' : ' left join carried using (revision)'}
)${puts ? putSql : ''}${deletes ? deleteSql : ''}${delivers === undefined ? '' : deliverSql(delivers)}
select id from cluster`;

const carriedSql = (parameter: number): string => `, carried as materialized (
  select * from rows from (
    json_to_recordset($${parameter}::json) as (revision bigint),
    json_array_elements($${parameter + 1}::json)
  ) as carried (revision, carried_data)
)`;

const putSql = `, put as (
  insert into objects (cluster_id, resource, namespace, name, uid, revision, data)
  select id, resource, namespace, name, uid, revision, data from cluster, change where effect = 'put'
  on conflict (cluster_id, namespace, resource, name)
  do update set uid = excluded.uid, revision = excluded.revision, data = excluded.data
)`;

const deleteSql = `, deleted as (
  delete from objects using cluster, change
  where effect = 'delete' and objects.cluster_id = cluster.id and objects.namespace = change.namespace
    and objects.resource = change.resource and objects.name = change.name
)`;

const deliverSql = (parameter: number): string => `, delivery as (
  insert into deliveries (cluster_id, subscription, revision, subject, event, body)
  select id, subscription, revision, subject, event, body
  from cluster, json_to_recordset($${parameter}::json) as (subscription text, revision bigint, subject text, event text, body text)
)`;
