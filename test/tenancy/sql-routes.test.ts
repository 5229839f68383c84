import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkedQuery } from '../../src/tenancy/sql/check.ts';
import { functions, tableFunctions } from '../../src/tenancy/sql/language.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { TestManagement } from './support.ts';

let db: TestDatabase;
let api: TestManagement;
let platform: string;
let acme: { id: string; token: string };
let rival: { id: string; token: string };

const pod = (phase: string, cpu: string, node: string) => ({
  kind: 'Pod',
  metadata: { labels: { app: 'web' } },
  spec: { nodeName: node, containers: [{ name: 'a', resources: { requests: { cpu } } }, { name: 'b' }] },
  status: { phase },
});

beforeAll(async () => {
  db = await testDatabase();
  api = new TestManagement(db.database);
  platform = await api.platformToken();
  acme = await api.tenant(platform, 'acme');
  rival = await api.tenant(platform, 'rival');
  const put = async (cluster: string, revision: number, resource: string, namespace: string, name: string, object: object, type = 'ADDED') => {
    const key = [cluster, resource, namespace, name, `uid-${name}`, revision, JSON.stringify(object)];
    const user = ['jane', 'kubectl', type];
    await db.database.query('insert into objects (cluster_id, resource, namespace, name, uid, revision, data) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing', key);
    await db.database.query(
      `insert into log (cluster_id, resource, namespace, name, uid, revision, data, user_name, field_manager, type, previous_revision) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)`,
      [...key, ...user],
    );
  };
  for (const [{ token }, word] of [[acme, 'acme'], [rival, 'rival']] as const) {
    const prod = (await api.made('/v1/clusters', token, { name: 'prod' })).json.id;
    const dev = (await api.made('/v1/clusters', token, { name: 'dev' })).json.id;
    await put(prod, 2, 'pods', 'shop', `${word}-1`, pod('Running', '100m', 'n1'));
    await put(prod, 3, 'pods', 'shop', `${word}-2`, pod('Pending', '200m', ''));
    await put(dev, 2, 'pods', 'team', `${word}-3`, pod('Running', '300m', 'n1'));
    await put(dev, 3, 'deployments.apps', 'team', `${word}-web`, { kind: 'Deployment', spec: { replicas: 3 } });
    await put(dev, 4, 'deployments.apps', 'team', `${word}-web`, { kind: 'Deployment', spec: { replicas: 5 } }, 'MODIFIED');
    await put(dev, 5, 'secrets', 'team', `${word}-secret`, { kind: 'Secret', data: { x: 'hush' } });
  }
}, 60_000);

const ask = (query: string, token = acme.token) => api.call({ method: 'POST', path: '/v1/sql', token, body: { query } });

/** Queries of the tenant `acme`, and the rows that they find. */
const allowed: [query: string, rows: unknown[][]][] = [
  ['select cluster, name from objects order by 2', [['prod', 'acme-1'], ['prod', 'acme-2'], ['dev', 'acme-3'], ['dev', 'acme-web']]],
  [`select cluster, count(*) from objects where kind = 'Pod' group by cluster order by 1`, [['dev', 1], ['prod', 2]]],
  [`select name from objects where object #>> '{status,phase}' = 'Running' and object @> '{"metadata": {"labels": {"app": "web"}}}' order by 1`, [['acme-1'], ['acme-3']]],
  [`select api_group, resource, namespace, uid, revision from objects where resource = 'deployments'`, [['apps', 'deployments', 'team', 'uid-acme-web', 3]]],
  [`select type, user_name, field_manager, (object->'spec'->>'replicas')::int from log where name like '%-web' order by revision`, [['ADDED', 'jane', 'kubectl', 3], ['MODIFIED', 'jane', 'kubectl', 5]]],
  [`select c->>'name', c#>>'{resources,requests,cpu}' from objects, jsonb_array_elements(object->'spec'->'containers') as c where name = 'acme-1'`, [['a', '100m'], ['b', null]]],
  [`select c.value->>'name', c.n from objects o cross join lateral jsonb_array_elements(o.object->'spec'->'containers') with ordinality as c(value, n) where o.name = 'acme-1' order by c.n desc`, [['b', 2], ['a', 1]]],
  [`select cluster, c->>'name', count(*) from objects, jsonb_array_elements(object->'spec'->'containers') as c where kind = 'Pod' group by 1, 2 order by 1, 2 desc limit 1`, [['dev', 'b', 1]]],
  [`select distinct key from objects, jsonb_each(object) where kind = 'Pod' order by key`, [['kind'], ['metadata'], ['spec'], ['status']]],
  [`select o.name from objects o left join log l on l.uid = o.uid and l.type = 'MODIFIED' where l.uid is null order by 1`, [['acme-1'], ['acme-2'], ['acme-3']]],
  [`select o.name from objects o where exists (select 1 from log l where l.uid = o.uid and l.type = 'MODIFIED')`, [['acme-web']]],
  [`select name from objects where uid in (select uid from log where type = 'MODIFIED')`, [['acme-web']]],
  [`select name from objects where name in ('acme-1', 'acme-2') and name <> any(array['acme-1']) or name ~ '^x'`, [['acme-2']]],
  [`with pods as (select name, cluster from objects where kind = 'Pod'), prods as (select * from pods where cluster = 'prod') select max(name), count(*) from prods p`, [['acme-2', 2]]],
  [`select * from (select 1 as n union all select 2) x order by n desc`, [[2], [1]]],
  [`select * from (values (1, 'a'), (2, 'b')) as t(n, s) where not n between 2 and 3`, [[1, 'a']]],
  [`select name, row_number() over (partition by cluster order by name desc) from objects where kind = 'Pod' order by 1`, [['acme-1', 2], ['acme-2', 1], ['acme-3', 1]]],
  [`select count(*) filter (where cluster = 'dev'), string_agg(distinct cluster, ',' order by cluster) from objects`, [[2, 'dev,prod']]],
  [`select cluster from objects group by 1 having count(*) > 1 order by cluster limit 1 offset 1`, [['prod']]],
  [`select distinct on (cluster) cluster, name from objects order by cluster, name`, [['dev', 'acme-3'], ['prod', 'acme-1']]],
  [`select case when 1 = 2 then 'a' else 'b' end, case 1 when 1 then 'x' end, coalesce(null, 'c'), nullif(1, 1), greatest(1, 2), -1, 1.5, true, null`, [['b', 'x', 'c', null, 2, -1, 1.5, true, null]]],
  [`select extract(year from date '2026-03-04'), date_trunc('day', timestamptz '2026-03-04T05:06:07Z' at time zone 'UTC'), now() - interval '1 day' < now()`, [[2026, '2026-03-04T00:00:00', true]]],
  [`select upper('a') || trim(' b '), substring('hello' from 2 for 3), split_part('a.b', '.', 2), E'a\\tb', 'back\\slash', 'it''s'`, [['Ab', 'ell', 'b', 'a\tb', 'back\\slash', `it's`]]],
  [`select (array['a', 'b'])[2], array(select n from generate_series(1, 3) n), '{1,2}'::int[]`, [['b', [1, 2, 3], [1, 2]]]],
  [`select percentile_cont(0.5) within group (order by n) from generate_series(1, 3) as g(n)`, [[2]]],
  [
    `select object ? 'kind', object ?| array['x', 'kind'], object ?& array['x'], object <@ '{}'::jsonb, array[1] && array[1], 'a' !~ 'b', 'a' ~* 'A', 'a' not ilike 'A', 'a' not in ('b'), 5 % 3, null is null
     from objects where name = 'acme-web'`,
    [[true, true, false, false, true, true, true, false, true, 2, true]],
  ],
  [`select name from objects where false`, []],
  [`select '9007199254740993'::bigint`, [[Number('9007199254740993')]]],
];

test('every function of the language is there, and none has an effect', async () => {
  const names = [...functions, ...tableFunctions.keys()];
  const found = await db.database.query(`select distinct proname::text, provolatile::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname = any($1)`, [names]);
  expect(names.filter((name) => !found.some(([other]) => other === name))).toEqual([]);
  expect(found.filter(([, volatility]) => volatility === 'v')).toEqual([]);
});

/** Where the parser and Postgres have to agree on what belongs together. */
const precedences = [
  '1 + 2 * 3 - 4 / 2 % 3', '2 - 1 - 1', '100 / 10 / 2', '- 2 + 3', '-2 * -3', 'not true or true', 'not 1 = 2', 'true or false and false', 'false and true or true',
  'not false and false', '1 = 1 and 2 = 3 or true', `'a' || 'b' = 'ab'`, `1 + 2 || 'x'`, '1 + 1 > 1', `'a' like 'a' || '%'`, `not 'a' like 'b'`,
  'null is null = true', '1 + null is null', 'not null is null', '2 between 1 and 1 + 1 and true', '1 in (1, 2) = true', 'not 1 in (2)', `'1' || 2::text`,
  `('{"a": {"b": 1}}'::jsonb -> 'a' ->> 'b')::int + 1`, `'{"a": 1}'::jsonb ->> 'a' = '1'`, `'{"a": "x"}'::jsonb ->> 'a' || 'y'`, `'{"a": "x"}'::jsonb ->> 'a' like 'x%'`,
  `'{"a": 1}'::jsonb -> 'a' = '1'::jsonb and true`, `'{"a": "x"}'::jsonb ->> 'a' in ('x')`, `'{"a": "x"}'::jsonb ->> 'a' is null`, `'{"a": 1}'::jsonb @> '{"a": 1}' and not false`,
  `date '2026-01-02' - date '2026-01-01' + 1`, `timestamp '2026-01-01' at time zone 'UTC' > now()`, `case when 1 = 1 then 2 end + 1`, `'a' ~ 'a' and 'b' !~ 'a'`, `'a' ~ 'a' = true`,
];

test.each(precedences)('means the same: %s', async (expression) => {
  const outcome = (query: string) => db.database.query(query).catch((error: { sqlState: string }) => error.sqlState);
  expect(await outcome(await checkedQuery(`select ${expression}`))).toEqual(await outcome(`select ${expression}`));
});

describe('a tenant asks', () => {
  test.each(allowed)('%s', async (query, rows) => {
    const { json } = await ask(query);
    expect(json).toMatchObject({ rows, truncated: false });
  });

  test('and sees nothing of another', async () => {
    for (const [{ token }, own, other] of [[acme, 'acme', 'rival'], [rival, 'rival', 'acme']] as const)
      for (const table of ['objects', 'log']) {
        const { text, json } = await ask(`select * from ${table}`, token);
        expect(json.rows.length).toBeGreaterThan(3);
        expect(text).toContain(`${own}-1`);
        for (const word of [other, 'hush', 'secret']) expect(text).not.toContain(word);
      }
  });

  test('and is told the columns, and that there is more', async () => {
    expect((await ask('select name, name as other, count(*) from objects where false group by name')).json).toEqual({ columns: ['name', 'other', 'count'], rows: [], truncated: false });
    const { json } = await ask('select n from generate_series(1, 1001) n');
    expect([json.rows.length, json.truncated]).toEqual([1_000, true]);
  });

  test('and is told why not', async () => {
    expect((await ask('delete from objects')).json).toMatchObject({ status: 422, code: 'sql_refused', detail: 'DELETE is not supported: only SELECT is' });
    expect((await ask('select nothing from objects')).json).toMatchObject({ status: 422, code: 'sql_failed', detail: 'column "nothing" does not exist' });
    expect((await ask(`select name::int from objects where name = 'acme-1'`)).json).toMatchObject({ code: 'sql_failed', detail: 'invalid input syntax for type integer: "acme-1"' });
    expect((await ask('x'.repeat(8_001))).json.code).toBe('invalid');
    // No function of that name is called: the row is a record.
    expect((await ask('select s.nextval from (select 1 as x) s')).json.code).toBe('sql_failed');
  });

  test('a query with too much to do is ended, and takes no place any more', async () => {
    const slow = `with n as (select n from generate_series(1, 10000) n) select count(*) from n a, n b, n c where a.n + b.n = c.n * 7`;
    expect((await ask(slow)).json).toMatchObject({ status: 422, code: 'sql_timeout' });
    expect((await ask('select 1')).status).toBe(200);
  });

  test('two at a time', async () => {
    const session = new pg.Client({ connectionString: db.url });
    await session.connect();
    await session.query('begin');
    for (let place = 0; place < 2; place++)
      await session.query(`select pg_advisory_xact_lock(hashtext('hibernetes tenant sql'), hashtext($1))`, [`${acme.id}/${place + 1}`]);
    const { json, headers } = await ask('select 1');
    expect([json.status, json.code, headers.get('retry-after')]).toEqual([429, 'too_many_requests', '1']);
    expect((await ask('select 1', rival.token)).status).toBe(200);
    await session.end();
    await expect.poll(async () => (await ask('select 1')).status).toBe(200);
  });

  test('as an admin, with a key for all clusters; the audit log tells what', async () => {
    const member = await api.member(acme.token, 'm@acme.example', 'member');
    expect((await ask('select 1', member.token)).status).toBe(403);
    const limited = await api.key(acme.token, { name: 'prod only', clusters: ['prod'] });
    expect((await ask('select 1', limited.token)).status).toBe(403);
    const long = `select '${'x'.repeat(2_000)}'`;
    await ask(long);
    await ask('drop table objects');
    const { json } = await api.call({ method: 'GET', path: '/v1/audit-log?operation=querySql&limit=2', token: acme.token });
    expect(json.items.map((item: any) => [item.status, item.code, item.detail])).toEqual([
      [422, 'sql_refused', 'drop table objects'],
      [200, null, long.slice(0, 1_000)],
    ]);
  });
});
