import { describe, expect, test } from 'vitest';
import { checkedQuery } from '../../../src/tenancy/sql/check.ts';
import { Refusal } from '../../../src/tenancy/sql/parts.ts';

describe('what is run is written anew', () => {
  test.each([
    ['SELECT Name FROM Objects -- all of them', `select "name" from tenant_sql."objects" as "objects"`],
    ['select /* ; */ o.* from log o', `select "o".* from tenant_sql."log" as "o"`],
    [`select 'it''s; -- \\'`, `select  E'it''s; -- \\\\'`],
    [`select count(*), COUNT(distinct name) filter (where revision > 1)`, `select pg_catalog."count"(*), pg_catalog."count"(distinct "name") filter (where ("revision" > 1))`],
    [`with objs as (select 1 as a) select a from objs`, `with "with objs" as (select 1 as "a") select "a" from "with objs" as "objs"`],
    [`with pg_class as (select 1 as a) select a from pg_class c`, `with "with pg_class" as (select 1 as "a") select "a" from "with pg_class" as "c"`],
    [`select unnest from unnest(array[1])`, `select "unnest" from pg_catalog."unnest"(array[1]) as "unnest"`],
    [`select object->'a'->>-1 || 'x'`, `select ((("object" -> 'a') ->> (-1)) || 'x')`],
    ['select * from "objects " /*', `select * from tenant_sql."objects" as "objects"`],
    [`select e.value, e from jsonb_each(null) as e`, `select "e"."value", "e" from pg_catalog."jsonb_each"(null) as "e"`],
  ])('%s', async (query, written) => {
    expect(await checkedQuery(query)).toBe(written);
  });
});

/** Queries, and what the refusal has to name. */
const refused: [query: string, named: string | RegExp][] = [
  // More than one, and none.
  ['select 1; select 2', 'one SELECT'],
  ['', /one SELECT|not understood/],
  [';', /one SELECT|not understood/],
  // Other statements.
  ['delete from objects', 'DELETE'],
  ['update objects set name = 1', 'UPDATE'],
  ['insert into objects values (1)', 'INSERT'],
  ['with x as (delete from objects returning *) select * from x', 'DELETE'],
  ['with x as (insert into log values (1) returning *) select 1', 'INSERT'],
  ['select * from (delete from objects returning *) x', 'not understood'],
  ['set role none', /SET|not understood/],
  ['reset role', 'not understood'],
  ['show search_path', 'SHOW'],
  ['begin', 'BEGIN'],
  ['commit', 'COMMIT'],
  ['do $$ begin end $$', 'DO'],
  ['prepare x as select 1', 'PREPARE'],
  ['create table x (a int)', 'CREATE TABLE'],
  ['create view x as select 1', 'CREATE VIEW'],
  ['drop table objects', 'DROP TABLE'],
  ['truncate table objects', 'TRUNCATE'],
  ["copy objects to '/tmp/x'", 'not understood'],
  ['explain select 1', 'not understood'],
  ['listen x', 'not understood'],
  ["call x()", 'not understood'],
  ['table objects', 'not understood'],
  ['select * into x from objects', 'not understood'],
  ['select * from objects for update', '"for"'],
  ['select * from objects for share skip locked', '"for"'],
  ['select (select name from objects for update)', '"for"'],
  ['with recursive t(n) as (select 1 union all select n + 1 from t) select n from t', 'WITH RECURSIVE'],
  // Other relations.
  ['select * from tokens', '"tokens"'],
  ['select * from public.objects', '"schema"'],
  ['select * from tenant_sql.objects', '"schema"'],
  ['select * from pg_class', '"pg_class"'],
  ['select * from pg_catalog.pg_authid', '"schema"'],
  ['select * from information_schema.tables', '"schema"'],
  ['select * from "Objects"', '"Objects"'],
  ['select * from reader_secret', '"reader_secret"'],
  ['select * from (with x as (select 1) select * from x) y, x', '"x"'],
  ['with objects as (select 1) select * from objects', 'cannot be called objects'],
  ['select 1 from objects where exists (select 1 from tokens)', '"tokens"'],
  ['select array(select secret from tokens)', '"tokens"'],
  ['select case when true then (select 1 from tokens) end', '"tokens"'],
  ['select 1 order by (select 1 from tokens)', '"tokens"'],
  ['select 1 limit (select 1 from tokens)', '"tokens"'],
  ['select count(*) filter (where (select true from tokens))', '"tokens"'],
  ['select count(*) over (order by (select 1 from tokens))', '"tokens"'],
  ['select 1 from objects join log on (select true from tokens)', '"tokens"'],
  ['select 1 union select 1 from tokens', '"tokens"'],
  ['select 1 from objects where uid = any(select hash from tokens)', '"tokens"'],
  ['values ((select 1 from tokens))', '"tokens"'],
  // Functions.
  ...[
    `set_config('role', 'none', true)`, `current_setting('hibernetes.proof')`, `query_to_xml('select 1', true, false, '')`, `query_to_xmlschema('', true, false, '')`,
    `database_to_xml(true, false, '')`, `cursor_to_xml('', 1, true, false, '')`, `dblink('', '')`, `pg_read_file('x')`, `pg_ls_dir('.')`, `pg_sleep(5)`,
    `pg_advisory_lock(1)`, `pg_try_advisory_xact_lock(1)`, `lo_import('x')`, `lo_get(1)`, `lo_export(1, 'x')`, `nextval('x')`, `setval('x', 1)`, `pg_notify('a', 'b')`,
    `pg_terminate_backend(1)`, `pg_cancel_backend(1)`, `version()`, `current_database()`, `inet_server_addr()`, `txid_current()`, `to_regclass('x')`, `regclass('x')`,
    `has_table_privilege('x', 'select')`, `ts_stat('select 1')`, `repeat('x', 1000000000)`, `lpad('x', 1000000000)`, `format('%s', 1)`, `xpath('x', 'y')`, `gen_random_uuid()`,
    `pg_typeof(1)`, `row_to_json(objects)`, `enter('x', 1, 1)`, `run('x', 1, 1)`, `constructor()`, `toString()`, `row(1, 2)`, `any(array[1])`,
  ].map((call): [string, RegExp] => [`select ${call}`, /the function "[a-zA-Z_]+" is not supported/]),
  [`select pg_catalog.set_config('a', 'b', true)`, '"schema"'],
  [`select tenant_sql.run('x', 1, 1)`, '"schema"'],
  [`select "set_config"('a', 'b', true)`, '"set_config"'],
  [`select "COUNT"(name)`, '"COUNT"'],
  [`select U&"\\0073et_config"('a', 'b', true)`, '& is not supported'],
  [`select lower(set_config('a', 'b', true))`, '"set_config"'],
  [`select 1 from objects where lower(pg_sleep(5)::text) = 'x'`, '"pg_sleep"'],
  [`select count(pg_sleep(5)) over (partition by 1)`, '"pg_sleep"'],
  [`select * from pg_sleep(5)`, '"pg_sleep"'],
  [`select * from pg_ls_dir('.') as objects`, '"pg_ls_dir"'],
  [`select * from pg_catalog.unnest(array[1])`, '"schema"'],
  [`select * from count(1)`, '"count"'],
  [`select * from generate_series(1, 1000000000)`, 'generate_series'],
  [`select * from generate_series(1, (select 9))`, 'generate_series'],
  [`select generate_series(1, 10)`, '"generate_series"'],
  // A function that is written as if it were a column.
  [`select s.pg_advisory_lock from unnest(array[1]) s`, '"pg_advisory_lock"'],
  [`select s.lo_import from unnest(array['/x']) as s`, 'no column "lo_import"'],
  [`select s.nextval from unnest(array['x']) as s(nextval2)`, 'no column "nextval"'],
  [`select lo_import.lo_import from jsonb_array_elements_text('["/x"]') as lo_import`, 'no column "lo_import"'],
  [`select unnest.lo_import from unnest(array['/x'])`, 'no column "lo_import"'],
  [`select (select e.lo_import) from unnest(array['/x']) with ordinality e(a)`, 'no column "lo_import"'],
  [`with x as (select 1 as lo_import) select e.lo_import from x as e, lateral (select e.lo_import from unnest(array['/x']) e) y`, 'no column "lo_import"'],
  // Operators, casts, values.
  [`select 1 operator(pg_catalog.+) 2`, '"opSchema"'],
  [`select 1 # 2`, '# is not supported'],
  [`select 'tokens'::regclass`, '"regclass"'],
  [`select cast('tokens' as regclass)`, '"regclass"'],
  [`select regclass 'tokens'`, '"regclass"'],
  [`select 1::oid`, '"oid"'],
  [`select '<a/>'::xml`, '"xml"'],
  [`select '{1}'::regclass[]`, '"regclass"'],
  [`select 'x'::pg_catalog.text`, '"schema"'],
  [`select 'x'::"text"`, '"doubleQuoted"'],
  [`select 'x'::constructor`, '"constructor"'],
  [`select 'x'::varchar(10)`, '"config"'],
  [`select current_user`, 'current_user'],
  [`select session_user`, 'session_user'],
  [`select $1`, '"parameter"'],
  [`select 12345678901234567890`, 'too many digits'],
  ["select 'a\0b'", 'NUL'],
  // Names.
  [`select xmin from objects`, '"xmin"'],
  [`select objects.tableoid from objects`, '"tableoid"'],
  [`select ctid from objects`, '"ctid"'],
  [`select public.objects.name from objects`, /"schema"|not understood/],
  [`select "a""b" from objects`, /name|not understood/],
  [`select name as "x; --" from objects`, 'name'],
  [`select name as "${'x'.repeat(59)}" from objects`, 'name'],
  [`select lower(*)`, '*'],
  // Forms that the parser could take for something else than Postgres.
  ['select 1 union all select 2 order by 1', 'UNION'],
  ['select 1 union all select 2 limit 1', 'UNION'],
  ['select 1 union all select 2 union select 3', 'UNION'],
  [`select object || '{}' - 'a' from objects`, 'on the left of -'],
  // Too much.
  [`select ${'('.repeat(51)}1${')'.repeat(51)}`, 'nested'],
  [`select ${Array.from({ length: 61 }, () => 'not').join(' ')} true`, 'nested'],
  [`select ${'1,'.repeat(2_600)}1`, 'parts'],
  [`select '${'x'.repeat(8_000)}'`, 'characters'],
];

describe('what is refused', () => {
  test.each(refused)('%s', async (query, named) => {
    const error = await checkedQuery(query).then((written) => written, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).message).toMatch(named instanceof RegExp ? named : new RegExp(named.replaceAll(/[\\*#$]/g, '\\$&')));
  });
});
