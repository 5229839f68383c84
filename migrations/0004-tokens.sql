-- Bearer tokens, stored as their hash only (SHA-256, hex). Without a cluster, a token is good for all of its tenant's.
-- namespaces: the only ones the token may touch; null for all.
create table tokens (
  hash text collate "C" primary key,
  tenant_id text collate "C" not null references tenants on delete cascade,
  cluster_id text collate "C" references clusters on delete cascade,
  user_name text not null,
  groups text[] not null default '{}',
  namespaces text[],
  description text not null default '',
  created_at timestamptz not null default now(),
  expires_at timestamptz
);

create index tokens_tenant_id_idx on tokens (tenant_id);
create index tokens_cluster_id_idx on tokens (cluster_id);
