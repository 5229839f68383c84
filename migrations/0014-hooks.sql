-- Incoming hooks: requests from outside that change something in a cluster (`docs/hooks.md`).
--
-- config: `src/automation/hooks/config.ts`. tokens, refilled_at: the bucket of its rate limit, here because requests reach
-- many isolates.
create table hooks (
  id text collate "C" primary key,
  cluster_id text collate "C" not null references clusters on delete cascade,
  name text collate "C" not null,
  namespace text collate "C" not null,
  config json not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  tokens double precision not null,
  refilled_at timestamptz not null default now()
);

create unique index hooks_cluster_id_name_key on hooks (cluster_id, name);

-- What senders prove themselves with: several while one takes over from another. hash: SHA-256 of a token that is sent.
-- secret: what signatures are made with, encrypted with the tenant's key. One of the two is there.
create table hook_secrets (
  id text collate "C" primary key,
  hook_id text collate "C" not null references hooks on delete cascade,
  cluster_id text collate "C" not null references clusters on delete cascade,
  hash text collate "C",
  secret text,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);

create index hook_secrets_hook_id_idx on hook_secrets (hook_id);
create index hook_secrets_cluster_id_idx on hook_secrets (cluster_id);

-- What was received from senders that could prove themselves. key: what tells a delivery from others; one that is there
-- already is not carried out again, unless it failed. state: running, done, filtered (nothing was to be done) or failed.
-- results: what the actions came to, as JSON.
create sequence hook_receipts_id_seq as bigint;

create table hook_receipts (
  hook_id text collate "C" not null references hooks on delete cascade,
  key text collate "C" not null,
  id bigint not null default nextval('hook_receipts_id_seq'),
  delivery text not null,
  event text not null,
  address text,
  received_at timestamptz not null,
  attempted_at timestamptz not null,
  attempts integer not null default 1,
  state text collate "C" not null default 'running',
  dry_run boolean not null default false,
  error text,
  results json not null default '[]',
  primary key (hook_id, key)
);

create unique index hook_receipts_hook_id_id_key on hook_receipts (hook_id, id);
create index hook_receipts_received_at_idx on hook_receipts using brin (received_at);
