import type { SqlStatement } from '../db/sql.ts';
import type { CommitRow } from './backend.ts';
import { subjectOf } from './entry.ts';

// The statements on the path of each request, as text: their plans are what the speed of a cluster hangs on.

export const lockSql = `update clusters set epoch = epoch + 1 where id = $1 and deleted_at is null
returning epoch, revision, compacted_revision, settings, (select quotas from tenants where tenants.id = tenant_id), suspended_at is not null`;

export const renewSql = `update clusters set epoch = epoch + 1 where id = $1 and epoch = $2 and deleted_at is null
returning epoch, revision`;

export const compactSql = `update clusters set compacted_revision = greatest(compacted_revision, $3)
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
    select next.*, previous.data::text as previous_data, previous.uid as previous_uid,
      row_number() over (order by next.revision) as number,
      sum(octet_length(next.data) + coalesce(octet_length(previous.data::text), 0)) over (order by next.revision) as bytes
    from (
      select revision, type, resource, namespace, name, uid, previous_revision, data::text as data
      from log
      where cluster_id = $1 and revision > $2
      order by revision
      limit $3
    ) as next
    left join lateral (
      select data, uid from log where cluster_id = $1 and revision = next.previous_revision limit 1
    ) as previous on true
  ) as numbered
  where number = 1 or bytes <= $4
) as line on true
where id = $1
order by line.revision`;

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
  const lines = rows.map((row) => {
    const { revision, type, resource, namespace, name, uid, previousRevision } = row;
    const isLast = lastRevisions.get(subjectOf(row)) === revision;
    const effect = !isLast ? 'none' : type === 'DELETED' ? 'delete' : 'put';
    puts ||= effect === 'put';
    deletes ||= effect === 'delete';
    return { revision, type, resource, namespace, name, uid, previous_revision: previousRevision, effect };
  });
  const data = `[${rows.map(({ text }) => text).join()}]`;
  const params = [clusterId, epoch, baseRevision, JSON.stringify(lines), data, baseRevision + rows.length];
  const deliveries = rows.flatMap(deliveriesOf);
  if (deliveries.length > 0) params.push(JSON.stringify(deliveries));
  return { text: commitSql(puts, deletes, deliveries.length > 0), params };
}

const none: readonly never[] = [];

function deliveriesOf(row: CommitRow): readonly object[] {
  if (!row.deliveries) return none;
  const subject = subjectOf(row);
  return row.deliveries.map((delivery) => ({ ...delivery, revision: row.revision, subject }));
}

const commitSql = (puts: boolean, deletes: boolean, delivers: boolean): string => `with change as materialized (
  select * from rows from (
    json_to_recordset($4::json) as (revision bigint, type text, resource text, namespace text, name text, uid text,
      previous_revision bigint, effect text),
    json_array_elements($5::json)
  ) as change (revision, type, resource, namespace, name, uid, previous_revision, effect, data)
), cluster as (
  update clusters set revision = $6
  where id = $1 and epoch = $2 and revision = $3 and deleted_at is null
  returning id
), logged as (
  insert into log (cluster_id, revision, type, resource, namespace, name, uid, previous_revision, data)
  select id, revision, type, resource, namespace, name, uid, previous_revision, data from cluster, change
)${puts ? putSql : ''}${deletes ? deleteSql : ''}${delivers ? deliverSql : ''}
select id from cluster`;

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

const deliverSql = `, delivery as (
  insert into deliveries (cluster_id, subscription, revision, subject, event, body)
  select id, subscription, revision, subject, event, body
  from cluster, json_to_recordset($7::json) as (subscription text, revision bigint, subject text, event text, body text)
)`;
