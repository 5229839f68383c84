// The statements of the outbox. All are about one subscription ($2) of one cluster ($1) unless they say otherwise.

/**
 * What is due, oldest first: at most $3 rows, and no more than $4 bytes, but one at least; not the revisions $5. The last column is
 * the revision before it of the same subject that is not done: unless that is on its way, the row has to wait for it.
 */
export const takeSql = `select revision, subject, event, body, attempt_count, attempts, created_ms, (
    select before.revision from deliveries as before
    where before.cluster_id = $1 and before.subscription = $2 and before.subject = due.subject and before.state = 'pending'
      and before.revision < due.revision
    order by before.revision desc limit 1
  ) as previous_revision
from (
  select next.*, row_number() over (order by revision) as number, sum(octet_length(body)) over (order by revision) as bytes
  from (
    select revision, subject, event, body, attempt_count, attempts::text, (extract(epoch from created_at) * 1000)::bigint as created_ms
    from deliveries
    where cluster_id = $1 and subscription = $2 and state = 'pending' and not held and due_at <= now()
      and revision <> all ($5::bigint[])
    order by due_at, revision limit $3
  ) as next
) as due
where number = 1 or bytes <= $4
order by revision`;

/** The outcomes of attempts ($3; the JSON of the attempts as text, since a NUL in it is none of Postgres's business). What somebody else has finished meanwhile stays as it is. */
export const settleSql = `update deliveries
set state = outcome.state, attempt_count = attempt_count + 1, attempts = outcome.attempts::json,
  due_at = now() + outcome.delay_ms * interval '1 millisecond',
  done_at = case when outcome.state = 'pending' then null else now() end
from json_to_recordset($3::json) as outcome (revision bigint, state text, delay_ms bigint, attempts text)
where cluster_id = $1 and subscription = $2 and deliveries.revision = outcome.revision and deliveries.state = 'pending'`;

/** Lets what comes after these deliveries ($3: subject and revision) wait. */
export const holdSql = `update deliveries set held = true
from json_to_recordset($3::json) as failed (subject text, revision bigint)
where cluster_id = $1 and subscription = $2 and deliveries.subject = failed.subject and state = 'pending' and not held
  and deliveries.revision > failed.revision`;

/** Lets the next $4 deliveries of each of these subjects ($3) go. Gives the subjects that may have more. */
export const releaseSql = `with next as (
  select subject.name, held.revision, row_number() over (partition by subject.name order by held.revision) as number
  from unnest($3::text[]) as subject (name), lateral (
    select revision from deliveries
    where cluster_id = $1 and subscription = $2 and subject = subject.name and state = 'pending' and held
    order by revision limit $4
  ) as held
), released as (
  update deliveries set held = false, due_at = now() from next
  where cluster_id = $1 and subscription = $2 and deliveries.revision = next.revision
)
select name from next where number = $4`;

/** The subjects of which something is held, $3 at most. */
export const heldSql = `select distinct subject from deliveries
where cluster_id = $1 and subscription = $2 and state = 'pending' and held limit $3`;

/** Mends what nobody would release: held deliveries with nothing before them. Left behind by two deliverers at once. */
export const mendSql = `update deliveries set held = false
where cluster_id = $1 and subscription = $2 and state = 'pending' and held and not exists (
  select from deliveries as first
  where first.cluster_id = $1 and first.subscription = $2 and first.subject = deliveries.subject and first.state = 'pending'
    and first.revision < deliveries.revision
)`;

/** The receiver is back: what waits for another attempt need not wait any longer. */
export const hastenSql = `update deliveries set due_at = now()
where cluster_id = $1 and subscription = $2 and state = 'pending' and not held and due_at > now()`;

/** When each of these subscriptions ($2) of the cluster has something to do next, in ms since now; the others are left out. */
export const nextDueSql = `select wanted.uid, greatest(0, ceil(extract(epoch from first.due_at - now()) * 1000))::bigint
from unnest($2::text[]) as wanted (uid), lateral (
  select due_at from deliveries
  where cluster_id = $1 and subscription = wanted.uid and state = 'pending' and not held
  order by due_at limit 1
) as first`;

/** How many wait ($3 at most are counted) and how many were given up. */
export const countSql = `select
  (select count(*) from (select from deliveries where cluster_id = $1 and subscription = $2 and state = 'pending' limit $3) as waiting),
  (select count(*) from deliveries where cluster_id = $1 and subscription = $2 and state = 'dead')`;

/** Forgets all but the newest $4 in state $3. */
export const pruneSql = `delete from deliveries
where cluster_id = $1 and subscription = $2 and state = $3 and revision <= (
  select revision from deliveries
  where cluster_id = $1 and subscription = $2 and state = $3
  order by revision desc offset $4 limit 1
)`;

/** Forgets deliveries of the cluster for subscriptions other than these ($2), $3 at most, that are older than $4 ms. Gives a row for each. */
export const removeOthersSql = `delete from deliveries
where cluster_id = $1 and (subscription, revision) in (
  select subscription, revision from deliveries where cluster_id = $1 and subscription <> all ($2::text[]) and created_at < now() - $4 * interval '1 millisecond'
  limit $3
)
returning revision`;

/** Puts messages ($2) into the outbox of the cluster again, or for the first time, as if their changes had just happened. */
export const replaySql = `insert into deliveries (cluster_id, subscription, revision, subject, event, body)
select $1, subscription, revision, subject, event, body
from json_to_recordset($2::json) as message (subscription text, revision bigint, subject text, event text, body text)
on conflict (cluster_id, subscription, revision) do update
set body = excluded.body, state = 'pending', held = false, attempt_count = 0, attempts = '[]', due_at = now(), created_at = now(), done_at = null
where deliveries.state <> 'pending'`;

/** The same for a delivery ($3) that is still there. Gives a row if it is. */
export const redeliverSql = `update deliveries
set state = 'pending', held = false, attempt_count = 0, attempts = '[]', due_at = now(), created_at = now(), done_at = null
where cluster_id = $1 and subscription = $2 and revision = $3
returning revision`;
