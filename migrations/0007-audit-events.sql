-- What happened at the API of clusters whose policy wants it noted (docs/audit.md), as audit.k8s.io/v1 Events. One partition a
-- day, created ahead and dropped whole (src/db/audit-partitions.ts).
--
-- id: rises within a cluster in the order in which events become visible, which the lock of the statement that inserts sees
-- to (src/cluster/audit-records.ts): who has read up to one has missed none.
-- audit_id is cut to 256 characters; the event has it in full. Columns beside the event are what can be asked for.
-- impersonated: the user that the request was carried out as, if it was another one.
-- decision: `allow` or `forbid`, '' if nobody was asked.
create sequence audit_events_id_seq;

create table audit_events (
  cluster_id text collate "C" not null,
  id bigint not null default nextval('audit_events_id_seq'),
  audit_id text collate "C" not null,
  stage text collate "C" not null,
  at timestamptz not null,
  user_name text collate "C" not null,
  impersonated text collate "C",
  verb text collate "C" not null,
  api_group text collate "C" not null,
  resource text collate "C" not null,
  subresource text collate "C" not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  decision text collate "C" not null,
  event json not null,
  written_at timestamptz not null default now()
) partition by range (written_at);

-- Two, since each has its price for every event: the order, and the id that an answer carries. Whatever else is asked for is
-- looked up in order, so many rows at a time.
create index audit_events_cluster_id_id_idx on audit_events (cluster_id, id);
create index audit_events_cluster_id_audit_id_idx on audit_events (cluster_id, audit_id);

-- How far the webhook of a cluster has got. failures: attempts in a row that failed.
create table audit_webhooks (
  cluster_id text collate "C" primary key references clusters on delete cascade,
  url text not null,
  delivered_id bigint not null,
  failures integer not null default 0
);
