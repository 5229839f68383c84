-- The current objects of all clusters, without history: what a cluster loads when it wakes.
--
-- data is json, not jsonb: the very text that clients get has to come back (order of fields, numbers as written, a NUL
-- as \u0000, which jsonb refuses), and nothing is ever searched inside of it.
-- No foreign key to clusters: it would lock the cluster's row once more for every object. A deleted cluster's objects
-- are removed by one statement.
-- The collation is bytewise: the order of the programs that read it, and cheaper to compare.
create table objects (
  cluster_id text collate "C" not null,
  resource text collate "C" not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  uid text collate "C" not null,
  revision bigint not null,
  data json not null,
  primary key (cluster_id, namespace, resource, name)
) partition by hash (cluster_id, namespace);

-- Updates find room on their own page (HOT) and leave the primary key alone.
do $$
begin
  for remainder in 0 .. 15 loop
    execute format(
      'create table objects_%s partition of objects for values with (modulus 16, remainder %s) with (fillfactor = 80)',
      lpad(remainder::text, 2, '0'),
      remainder
    );
  end loop;
end
$$;
