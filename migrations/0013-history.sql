-- Who wrote a line of the log: the user whose request it was ('' for the cluster itself), and the field manager.
-- previous_data: the state before, of a line whose previous one may be in the partition of an earlier day. So each partition
-- can tell for its own day how everything was, whatever became of those before it.
alter table log
  add column user_name text collate "C" not null default '',
  add column field_manager text collate "C" not null default '',
  add column previous_data json;

-- Since when the log is complete: the time to compacted_revision.
alter table clusters add column history_from timestamptz not null default now();
update clusters set history_from = created_at where compacted_revision = 1;

-- Restores of clusters to a moment (docs/history.md): what is wanted, and how far it got, so that it is gone on with after
-- whatever happens. scope: what of the cluster. position: the last step that is done.
create table restores (
  id text collate "C" primary key,
  cluster_id text collate "C" not null references clusters on delete cascade,
  revision bigint not null,
  scope json not null,
  state text collate "C" not null default 'running' check (state in ('running', 'succeeded', 'failed', 'cancelled')),
  position json,
  steps integer,
  done integer not null default 0,
  problems json not null default '[]',
  created_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);

create index restores_cluster_id_created_at_idx on restores (cluster_id, created_at);
create unique index restores_running_key on restores (cluster_id) where state = 'running';
