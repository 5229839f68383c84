-- quotas: what a tenant may use at most (`src/db/quotas.ts`).
alter table tenants add column quotas json not null default '{}';
alter table tenants add column deleted_at timestamptz;

-- The name of a deleted tenant is free again while its row still waits for its clusters to be removed.
alter table tenants drop constraint tenants_name_key;
create unique index tenants_name_key on tenants (name) where deleted_at is null;

-- A suspended cluster is not loaded by anybody.
alter table clusters add column suspended_at timestamptz;

-- The people of a tenant. email: in lower case.
create table members (
  id text collate "C" primary key,
  tenant_id text collate "C" not null references tenants on delete cascade,
  email text collate "C" not null,
  name text not null default '',
  role text collate "C" not null check (role in ('viewer', 'member', 'admin', 'owner')),
  created_at timestamptz not null default now()
);

create unique index members_tenant_id_email_key on members (tenant_id, email);

-- What a key of the management API may do; its secrets are in tokens, two of them while one takes over from another.
-- member_id: whose key it is; null for the tenant's own, as for automation. A member's key can do no more than the member.
-- cluster_ids, actions: the only ones the key is good for; null for all.
create table api_keys (
  id text collate "C" primary key,
  tenant_id text collate "C" not null references tenants on delete cascade,
  member_id text collate "C" references members on delete cascade,
  name text not null,
  role text collate "C" not null check (role in ('viewer', 'member', 'admin', 'owner')),
  cluster_ids text[],
  actions text[],
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);

create index api_keys_tenant_id_idx on api_keys (tenant_id);
create index api_keys_member_id_idx on api_keys (member_id);

-- id: what a token is called where it is listed; it tells nothing of the secret.
-- last_used_at: written when it is older than some minutes, not at every use.
alter table tokens add column id text collate "C" not null default gen_random_uuid()::text;
alter table tokens add column api_key_id text collate "C" references api_keys on delete cascade;
alter table tokens add column created_by text not null default '';
alter table tokens add column last_used_at timestamptz;

create unique index tokens_id_key on tokens (id);
create index tokens_api_key_id_idx on tokens (api_key_id);

-- Who else may say who somebody is, for kubectl users of a tenant's clusters. config: `src/db/issuers.ts`.
create table oidc_issuers (
  id text collate "C" primary key,
  tenant_id text collate "C" not null references tenants on delete cascade,
  name text collate "C" not null,
  config json not null,
  created_at timestamptz not null default now()
);

create unique index oidc_issuers_tenant_id_name_key on oidc_issuers (tenant_id, name);

-- Answers to requests with an idempotency key. scope: the token that sent it, by its hash. Without a status it is under way.
-- answer: encrypted with a key that is made of the token, which is nowhere stored: it may hold a secret.
create table idempotency_keys (
  scope text collate "C" not null,
  key text collate "C" not null,
  request_hash text collate "C" not null,
  status integer,
  answer text,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);

create index idempotency_keys_created_at_idx on idempotency_keys using brin (created_at);

-- Every call of the management API by somebody who is known. No reference to tenants: it outlives them.
create sequence audit_log_id_seq as bigint;

create table audit_log (
  id bigint primary key default nextval('audit_log_id_seq'),
  tenant_id text collate "C" not null,
  at timestamptz not null,
  actor text not null,
  api_key_id text collate "C",
  operation text collate "C" not null,
  method text collate "C" not null,
  path text not null,
  cluster_id text collate "C",
  status integer not null,
  code text collate "C",
  address text,
  user_agent text,
  idempotency_key text
);

create index audit_log_tenant_id_id_idx on audit_log (tenant_id, id);
create index audit_log_at_idx on audit_log using brin (at);
