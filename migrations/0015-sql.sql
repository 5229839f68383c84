-- SQL for tenants, reading only (docs/history.md). Two walls: src/tenancy/sql lets through only queries of a small language,
-- and this one, which has to hold by itself even if a query were anything at all.
--
-- run() is a function of a role that may read two views and nothing else. Inside a function with its owner's rights Postgres
-- does not let the role be changed, whatever is called. The transaction that calls it is read-only.
do $$
begin
  if not exists (select from pg_roles where rolname = 'hibernetes_tenant_reader') then
    create role hibernetes_tenant_reader nologin;
  end if;
exception
  -- Roles belong to the server: somebody made it for another database at the same time.
  when duplicate_object or unique_violation then null;
end
$$;

-- Who is no superuser has to be a member of the role to give it the function.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant hibernetes_tenant_reader to %I', current_user);
  end if;
exception
  -- The role is somebody else's: then he has to have granted it. Otherwise giving it the function fails, below.
  when insufficient_privilege then null;
end
$$;

create schema tenant_sql;
grant usage on schema tenant_sql to hibernetes_tenant_reader;

-- Whose rows the views show is a setting, which a query could change: so it counts only with a proof, made with this. The reader
-- cannot read it.
create table tenant_sql.reader_secret (
  secret bytea not null
);
insert into tenant_sql.reader_secret
select sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) from generate_series(1, 4);

-- The clusters of the tenant that enter() was called for. (Hashed twice, as in an HMAC: nothing can be added to the text.)
create view tenant_sql.own_clusters with (security_barrier) as
select id, name
from public.clusters
where deleted_at is null and tenant_id = (
  select current_setting('hibernetes.tenant', true)
  from tenant_sql.reader_secret
  where current_setting('hibernetes.proof', true) = encode(
    sha256(secret || sha256(secret || convert_to(current_setting('hibernetes.tenant', true), 'UTF8'))), 'hex'
  )
);

-- Secrets are left out, and whatever else is sealed, which is a JSON string. Postgres does not look into an object with a NUL in it.
create view tenant_sql.objects with (security_barrier) as
select
  cluster.name as cluster,
  cluster.id as cluster_id,
  split_part(o.resource, '.', 1) as resource,
  substr(o.resource, strpos(o.resource || '.', '.') + 1) as api_group,
  case when strpos(o.data::text, '\u0000') = 0 then o.data ->> 'kind' end as kind,
  o.namespace,
  o.name,
  o.uid,
  o.revision,
  case when strpos(o.data::text, '\u0000') = 0 then o.data::jsonb end as object
from tenant_sql.own_clusters as cluster
join public.objects as o on o.cluster_id = cluster.id
where o.resource <> 'secrets' and json_typeof(o.data) = 'object';

create view tenant_sql.log with (security_barrier) as
select
  cluster.name as cluster,
  cluster.id as cluster_id,
  split_part(l.resource, '.', 1) as resource,
  substr(l.resource, strpos(l.resource || '.', '.') + 1) as api_group,
  case when strpos(l.data::text, '\u0000') = 0 then l.data ->> 'kind' end as kind,
  l.namespace,
  l.name,
  l.uid,
  l.revision,
  l.type,
  l.written_at as time,
  l.user_name,
  l.field_manager,
  case when strpos(l.data::text, '\u0000') = 0 then l.data::jsonb end as object
from tenant_sql.own_clusters as cluster
join public.log as l on l.cluster_id = cluster.id
where l.resource <> 'secrets' and json_typeof(l.data) = 'object';

grant select on tenant_sql.objects, tenant_sql.log to hibernetes_tenant_reader;

-- Begins a transaction of a tenant: takes one of its places for queries, and proves who it is. Not for the reader, who cannot
-- read the secret. Raises lock_not_available if all places are taken.
create function tenant_sql.enter(tenant text, places integer, timeout_ms integer) returns void
language plpgsql
as $$
begin
  for place in 1 .. places loop
    if pg_try_advisory_xact_lock(hashtext('hibernetes tenant sql'), hashtext(tenant || '/' || place)) then
      perform
        set_config('hibernetes.tenant', tenant, true),
        set_config('hibernetes.proof', encode(sha256(secret || sha256(secret || convert_to(tenant, 'UTF8'))), 'hex'), true),
        set_config('statement_timeout', timeout_ms::text, true),
        set_config('max_parallel_workers_per_gather', '0', true),
        set_config('jit', 'off', true)
      from tenant_sql.reader_secret;
      return;
    end if;
  end loop;
  raise lock_not_available using message = 'all places of the tenant are taken';
end
$$;
revoke execute on function tenant_sql.enter from public;

-- Answers a query: {"columns": […], "rows": [[…], …], "truncated": …}, or {"error": …, "sqlState": …} in Postgres's words, which
-- are about rows that the tenant sees. What the query may have set is undone with the inner block, which always fails.
create function tenant_sql.run(query text, rows_max integer, bytes_max integer) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set standard_conforming_strings = on
as $$
declare
  line record;
  names text;
  lines text[] := '{}';
  bytes bigint := 0;
  truncated boolean := false;
  problem text;
  state text;
begin
  begin
    -- There is always a first line, for the names of the columns; without rows, its marker is null.
    for line in execute format(
      'select pairs.*
       from (select found.* from (select 1) as one left join (select true as is_row, q.* from (%s) as q limit %s) as found on true) as r,
       lateral (
         select
           bool_or(position = 1 and value::text = ''true'') as is_row,
           json_agg(key order by position) filter (where position > 1)::text as names,
           coalesce(json_agg(value order by position) filter (where position > 1), ''[]'')::text as texts
         from json_each(row_to_json(r)) with ordinality as each (key, value, position)
       ) as pairs',
      query, rows_max + 1
    ) loop
      names := coalesce(names, line.names, '[]');
      exit when not line.is_row;
      bytes := bytes + octet_length(line.texts);
      truncated := bytes > bytes_max or cardinality(lines) >= rows_max;
      exit when truncated;
      lines := lines || line.texts;
    end loop;
    raise exception using errcode = 'TS000';
  exception
    when sqlstate 'TS000' then null;
    when others then get stacked diagnostics problem = message_text, state = returned_sqlstate;
  end;
  if problem is not null then
    return json_build_object('error', problem, 'sqlState', state)::text;
  end if;
  return format('{"columns":%s,"rows":[%s],"truncated":%s}', names, array_to_string(lines, ','), truncated::text);
end
$$;

grant create on schema tenant_sql to hibernetes_tenant_reader;
alter function tenant_sql.run owner to hibernetes_tenant_reader;
revoke create on schema tenant_sql from hibernetes_tenant_reader;

-- What a call was about, where its path does not say it.
alter table audit_log add column detail text;
