-- A tenant owns clusters. Names are a tenant's own; ids are global and never used twice.
create table tenants (
  id text collate "C" primary key,
  name text collate "C" not null unique,
  created_at timestamptz not null default now()
);

-- One row a cluster: its lock and the head of its log.
-- epoch: raised by whoever takes the lock; a commit lands only under the newest one.
-- revision: of the newest commit. A new cluster is at 1, because clients read a resourceVersion of 0 as "any".
-- compacted_revision: the log is complete after it.
-- Each commit updates the row. Nothing that changes is indexed and half of each page stays free, so those updates are
-- HOT: they touch no index and are pruned on the way.
create table clusters (
  id text collate "C" primary key,
  tenant_id text collate "C" not null references tenants,
  name text collate "C" not null,
  epoch bigint not null default 0,
  revision bigint not null default 1,
  compacted_revision bigint not null default 1,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
) with (fillfactor = 50);

-- The name of a deleted cluster is free again while its row still waits for its objects to be removed.
create unique index clusters_tenant_id_name_key on clusters (tenant_id, name) where deleted_at is null;
