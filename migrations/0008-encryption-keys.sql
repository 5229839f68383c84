-- The keys that encrypt what a tenant wants kept secret (docs/encryption.md): the newest version writes, all read. The key
-- itself never is here, only wrapped by the platform key that platform_key_id names, which is no row of any table.
create table tenant_keys (
  tenant_id text collate "C" not null references tenants on delete cascade,
  version integer not null,
  platform_key_id text not null,
  wrapped_key text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, version)
);

-- How far re-encryption got: nothing among the objects and signing keys of the cluster needs a key older than this version,
-- and nothing that should be encrypted is not. Apart from clusters, whose rows every commit writes anew.
create table reencrypted_clusters (
  cluster_id text collate "C" primary key references clusters on delete cascade,
  version integer not null
);

-- A key signs from signs_at on, after verifiers had time to learn of it, until superseded_at, and verifies until the last
-- token it has signed is over: a while after superseded_at, and tokens_until where it has signed one that lives longer.
alter table signing_keys
  add column signs_at timestamptz not null default now(),
  add column superseded_at timestamptz,
  add column tokens_until timestamptz;
update signing_keys set signs_at = created_at;
