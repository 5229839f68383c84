-- Every change of every cluster: what watches catch up from. One partition a day, created ahead and dropped whole
-- (src/db/log-partitions.ts), so history never has to be deleted row by row.
--
-- One index, no primary key: the cluster's row, updated in the same statement, already makes (cluster_id, revision)
-- unique, and a unique index here would have to contain written_at.
-- There is no default partition: rows that strayed into it would keep the partition of their day from being created.
-- A commit that finds none creates it and tries again (src/storage/postgres.ts).
-- For DELETED, data is the object's last state.
create table log (
  cluster_id text collate "C" not null,
  revision bigint not null,
  type text collate "C" not null,
  resource text collate "C" not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  uid text collate "C" not null,
  previous_revision bigint not null,
  data json not null,
  written_at timestamptz not null default now()
) partition by range (written_at);

create index log_cluster_id_revision_idx on log (cluster_id, revision);
