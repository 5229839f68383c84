// What is asked of the log besides watches: by people, rarely. Each statement is of one moment, so pages need no lock.

/** Where the log begins and ends. */
export const boundsSql = 'select compacted_revision, revision, history_from from clusters where id = $1 and deleted_at is null';

/**
 * Lines of the log with the state before each, newest first: of revisions after $2 and up to $3, of resource $4, namespace $5
 * and name $6, as far as these are not null; $7 lines at most, and no more than $8 bytes, but one at least.
 */
export const linesSql = `select revision, type, resource, namespace, name, uid, written_at, user_name, field_manager, data, previous_data, previous_uid
from (
  select *, row_number() over line as number,
    sum(octet_length(data) + coalesce(octet_length(previous_data), 0)) over line as bytes
  from (
    select next.*, coalesce(next.carried_data, previous.data::text) as previous_data, coalesce(previous.uid, next.uid) as previous_uid
    from (
      select revision, type, resource, namespace, name, uid, previous_revision, to_char(written_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as written_at,
        user_name, field_manager, data::text as data, previous_data::text as carried_data
      from log
      where cluster_id = $1 and revision > $2 and revision <= $3 and ($4::text is null or resource = $4)
        and ($5::text is null or namespace = $5) and ($6::text is null or name = $6)
      order by revision desc
      limit $7
    ) as next
    left join lateral (
      select data, uid from log where cluster_id = $1 and revision = next.previous_revision and next.carried_data is null limit 1
    ) as previous on true
  ) as found
  window line as (order by revision desc)
) as numbered
where number = 1 or bytes <= $8
order by revision desc`;

/** The kinds that had objects at revision $2, or later; in namespace $3, if that is not null. */
export const resourcesSql = `select resource from objects where cluster_id = $1 and ($3::text is null or namespace = $3)
union
select resource from log where cluster_id = $1 and revision > $2 and ($3::text is null or namespace = $3)`;

/**
 * The objects of cluster $1 as they were at revision $2, as the relation `state`: what was not written since is among the
 * objects, and of what was the log has the state before. data is null where the log does not know it any more. `where`
 * speaks of the columns resource, namespace and name, which both have.
 */
export const stateSql = (where: string): string => `first as materialized (
  select distinct on (namespace, resource, name) namespace, resource, name, uid, type, previous_revision, previous_data
  from log
  where cluster_id = $1 and revision > $2 and ${where}
  order by namespace, resource, name, revision
), state as (
  select namespace, resource, name, uid, revision, data from objects where cluster_id = $1 and revision <= $2 and ${where}
  union all
  select first.namespace, first.resource, first.name, coalesce(previous.uid, first.uid), first.previous_revision,
    coalesce(first.previous_data, previous.data)
  from first
  left join lateral (
    select data, uid from log where cluster_id = $1 and revision = first.previous_revision and first.previous_data is null limit 1
  ) as previous on true
  where first.type <> 'ADDED'
)`;

/**
 * A page of those: of resource $3 and namespace $4, if that is not null, after ($5, $6), in order; at most $7 and no more than $8
 * bytes, but one at least. There is always a row, for the compacted revision.
 */
export const statePageSql = `with ${stateSql('resource = $3 and ($4::text is null or namespace = $4) and (namespace, name) > ($5, $6)')}
select compacted_revision, page.*
from clusters
left join (
  select namespace, name, uid, data, bytes, case when number < total then 'more' end
  from (
    select namespace, name, uid, data, row_number() over key as number, sum(octet_length(data)) over key as bytes, count(*) over () as total
    from (select namespace, name, uid, data::text as data from state order by namespace, name limit $7 + 1) as next
    window key as (order by namespace, name)
  ) as numbered
  where number = 1 or (number <= $7 and bytes <= $8)
) as page on true
where id = $1
order by namespace, name`;

/**
 * Copies the objects of cluster $1 at revision $2 to cluster $3, but those of the resources $4. Of what the log does not know
 * any more it fails, for the column cannot be null; where the log does not reach back, nothing is copied.
 */
export const cloneSql = `with source as (
  select id from clusters where id = $1 and compacted_revision <= $2 and revision >= $2 and deleted_at is null
), ${stateSql('resource <> all($4::text[])')}
insert into objects (cluster_id, namespace, resource, name, uid, revision, data)
select $3, namespace, resource, name, uid, revision, data from state, source`;

/** Adds objects $2 (resource, namespace, name, uid, revision), whose texts are $3, to cluster $1. */
export const addSql = `insert into objects (cluster_id, namespace, resource, name, uid, revision, data)
select $1, namespace, resource, name, uid, revision, data
from rows from (
  json_to_recordset($2::json) as (resource text, namespace text, name text, uid text, revision bigint),
  json_array_elements($3::json)
) as added (resource, namespace, name, uid, revision, data)`;
