import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

// What Postgres itself holds back, whatever a query is: texts here go past the parser (src/tenancy/sql).

let db: TestDatabase;
const places = 2;
const bounds = { rows: 100, bytes: 100_000 };

beforeAll(async () => {
  db = await testDatabase();
  for (const tenant of ['own', 'other']) {
    await db.database.query('insert into tenants (id, name) values ($1, $1)', [tenant]);
    for (const cluster of ['a', 'gone']) {
      const deleted = cluster === 'gone' ? 'now()' : 'null';
      await db.database.query(`insert into clusters (id, tenant_id, name, deleted_at) values ($1, $2, $3, ${deleted})`, [`${tenant}-${cluster}`, tenant, cluster]);
      const put = (table: string, columns: string, resource: string, name: string, data: string) =>
        db.database.query(
          `insert into ${table} (cluster_id, resource, namespace, name, uid, revision, data${columns && ', type, previous_revision, user_name'}) values ($1, $2, 'default', $3, $3, 7, $4${columns})`,
          [`${tenant}-${cluster}`, resource, name, data],
        );
      for (const [table, more] of [['objects', ''], ['log', `, 'ADDED', 0, 'jane'`]] as const) {
        await put(table, more, 'configmaps', `${tenant}-cm`, JSON.stringify({ kind: 'ConfigMap', data: { word: `${tenant}-${cluster}-word` } }));
        await put(table, more, 'widgets.example.dev', `${tenant}-nul`, `{"kind":"Widget","x":"\\u0000"}`);
        await put(table, more, 'secrets', `${tenant}-plain`, JSON.stringify({ kind: 'Secret', data: { word: 'hush' } }));
        await put(table, more, 'secrets', `${tenant}-sealed`, '"sealed:v1:1:hush"');
        await put(table, more, 'vaults.example.dev', `${tenant}-vault`, '"sealed:v1:1:hush"');
      }
    }
  }
}, 60_000);

async function run(query: string, tenant = 'own') {
  const [, [[text]]] = (await db.database.transaction(
    [
      { text: 'select tenant_sql.enter($1, $2, 5000)', params: [tenant, places] },
      { text: 'select tenant_sql.run($1, $2, $3)', params: [query, bounds.rows, bounds.bytes] },
    ],
    { isolationLevel: 'ReadCommitted', readOnly: true },
  )) as [unknown, [[string]]];
  return { text, ...JSON.parse(text) } as { text: string; columns: string[]; rows: unknown[][]; truncated: boolean; error?: string; sqlState?: string };
}

describe('a query', () => {
  test('sees the objects and the log of its tenant, without what is sealed or secret', async () => {
    const columns = 'cluster, cluster_id, resource, api_group, kind, namespace, name, uid, revision, object';
    const answer = await run(`select ${columns} from tenant_sql.objects order by name`);
    expect(answer.columns).toEqual(columns.split(', '));
    expect(answer.rows).toEqual([
      ['a', 'own-a', 'configmaps', '', 'ConfigMap', 'default', 'own-cm', 'own-cm', 7, { kind: 'ConfigMap', data: { word: 'own-a-word' } }],
      ['a', 'own-a', 'widgets', 'example.dev', null, 'default', 'own-nul', 'own-nul', 7, null],
    ]);
    expect((await run('select name, type, user_name, field_manager, object is null from tenant_sql.log order by name', 'other')).rows).toEqual([
      ['other-cm', 'ADDED', 'jane', '', false],
      ['other-nul', 'ADDED', 'jane', '', true],
    ]);
  });

  test('has columns without rows, and those of the same name', async () => {
    expect(await run('select 1 as x, 2 as x where false')).toMatchObject({ columns: ['x', 'x'], rows: [], truncated: false });
    expect(await run(`select 1 as x, null as x, true as is_row, 12345678901234567 as n`)).toMatchObject({ columns: ['x', 'x', 'is_row', 'n'], rows: [[1, null, true, Number('12345678901234567')]] });
    expect((await run('select null as a')).rows).toEqual([[null]]);
  });

  test('is cut at its rows and bytes', async () => {
    const many = await run('select n from generate_series(1, 101) n');
    expect([many.rows.length, many.rows.at(-1), many.truncated]).toEqual([100, [100], true]);
    expect(await run('select n from generate_series(1, 100) n')).toMatchObject({ truncated: false });
    const long = await run(`select repeat('x', 40000) from generate_series(1, 3)`);
    expect([long.rows.length, long.truncated]).toEqual([2, true]);
  });

  test('that fails says so in the words of Postgres', async () => {
    expect(await run('select nothing from tenant_sql.objects')).toMatchObject({ error: 'column "nothing" does not exist', sqlState: '42703' });
    expect(await run('select 1 / 0')).toMatchObject({ sqlState: '22012' });
  });

  test('that takes too long is ended', async () => {
    const sleep = [
      { text: `select tenant_sql.enter('own', 2, 100)` },
      { text: `select tenant_sql.run('select pg_sleep(60)', 1, 1)` },
    ];
    await expect(db.database.transaction(sleep, { isolationLevel: 'ReadCommitted', readOnly: true })).rejects.toMatchObject({ sqlState: '57014' });
  });

  test('waits for nobody: all places of a tenant taken is an error', async () => {
    const sessions = [1, 2].map(() => new pg.Client({ connectionString: db.url }));
    for (const session of sessions) {
      await session.connect();
      await session.query(`begin; select tenant_sql.enter('own', 2, 5000)`);
    }
    await expect(run('select 1')).rejects.toMatchObject({ code: 'contention', sqlState: '55P03' });
    expect((await run('select 1 as x', 'other')).rows).toEqual([[1]]);
    await Promise.all(sessions.map((session) => session.end()));
    await expect.poll(async () => (await run('select 1 as x').catch(() => undefined))?.rows).toEqual([[1]]);
  });
});

/** Attacks, and the SQLSTATE of the refusal; without one it may answer, but not with anything of another tenant. */
const attacks: [query: string, sqlState?: string][] = [
  ['select * from public.objects', '42501'],
  ['select * from public.tokens', '42501'],
  ['select * from public.audit_log', '42501'],
  ['select * from tenant_sql.reader_secret', '42501'],
  ['select * from tenant_sql.own_clusters', '42501'],
  [`select tenant_sql.enter('other', 5, 5000)`, '42501'],
  [`select set_config('role', 'none', true), query_to_xml('select * from public.objects', true, false, '')::text`, '42501'],
  [`select set_config('session_authorization', 'postgres', true)`, '42501'],
  [`select query_to_xml('select * from public.objects', true, false, '')::text`, '42501'],
  [`select set_config('transaction_read_only', 'off', true), lo_create(0)`, '25001'],
  [`select query_to_xml('set role none', true, false, '')::text`],
  [`select query_to_xml('insert into public.tenants values (1)', true, false, '')::text`],
  [`select cursor_to_xml('c', 1, true, false, '')::text`],
  [`select set_config('hibernetes.tenant', 'other', true), o.* from tenant_sql.objects o`],
  [`select o.* from (select set_config('hibernetes.tenant', 'other', true) offset 0) x, tenant_sql.objects o`],
  [`select query_to_xml('select * from tenant_sql.objects', true, false, '')::text from (select set_config('hibernetes.tenant', 'other', true) offset 0) x`],
  [`select * from tenant_sql.objects where cluster_id = 'other-a' or name like 'other%'`],
  // Casts and functions that leak in errors what they are given, cheaper to Postgres than the view's own condition.
  ['select * from tenant_sql.objects where name::integer = 1'],
  ['select * from tenant_sql.objects where (object #>> array[\'data\', \'word\'])::integer = 1'],
  [`select * from tenant_sql.objects where name::regclass is not null`],
  [`select * from tenant_sql.objects where case when cluster_id like 'other%' or resource = 'secrets' then name::integer end = 1`],
  [`select * from tenant_sql.objects where case when name like 'other%' or name like '%-sealed' then name::integer end = 1`],
  [`select * from tenant_sql.log where case when name like 'other%' then name::integer end = 1`],
  ['select tableoid from tenant_sql.objects', '42703'],
  ['select 1) as q; set role none; select (1', '42601'],
  ['select 1) as q; select * from public.objects -- ', '42601'],
  ['select 1; select 2', '42601'],
  ['set role none', '42601'],
  ['delete from tenant_sql.objects returning *', '42601'],
  ['with gone as (delete from tenant_sql.objects returning *) select * from gone', '0A000'],
  ['select * from tenant_sql.objects for update', '42501'],
  ['select * into public.stolen from tenant_sql.objects', '42601'],
  [`select pg_read_file('/etc/passwd')`, '42501'],
  [`select pg_ls_dir('.')`, '42501'],
  [`select lo_import('/etc/passwd')`, '42501'],
  [`select lo_create(0)`],
  [`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename is not null`],
  [`select query from pg_stat_activity`],
  [`select * from dblink('', 'select 1') as t (x text)`, '42883'],
  [`select * from pg_authid`, '42501'],
  [`select most_common_vals::text from pg_stats where tablename in ('objects', 'log', 'clusters')`],
  [`select nextval('public.audit_log_id_seq')`, '42501'],
  [`select pg_notify('x', 'y')`],
];

describe('attacks', () => {
  const rowsOf = async () => (await db.database.query('select (select count(*) from tenants), (select count(*) from objects), (select count(*) from log)'))[0];

  test.each(attacks)('%s', async (query, sqlState) => {
    const before = await rowsOf();
    const answer = await run(query);
    if (sqlState) expect(answer).toMatchObject({ sqlState, error: expect.any(String) });
    for (const word of ['other-', 'hush', 'sealed:', '-gone-']) expect(answer.text.replaceAll('"other-a"', '')).not.toContain(word);
    expect(await rowsOf()).toEqual(before);
  });

  test('what a query sets is gone with it', async () => {
    const session = new pg.Client({ connectionString: db.url });
    await session.connect();
    const ask = async (text: string) => (await session.query<unknown[]>({ text, rowMode: 'array' })).rows[0]![0];
    await session.query(`begin read only`);
    await session.query(`select tenant_sql.enter('own', 2, 5000)`);
    await ask(`select tenant_sql.run($q$select set_config('search_path', 'evil', false), set_config('default_transaction_read_only', 'on', false)$q$, 10, 1000)`);
    await session.query('commit');
    expect(await ask('show search_path')).not.toContain('evil');
    expect(await ask('show default_transaction_read_only')).toBe('off');
    expect(await ask(`select current_setting('hibernetes.proof', true)`)).toBe('');
    await session.end();
  });

  test('no condition sees a row that the views leave out, however they are joined', async () => {
    const session = new pg.Client({ connectionString: db.url });
    await session.connect();
    await session.query('begin read only');
    // All objects are looked at before it is known whose they are.
    await session.query('set local enable_nestloop = off; set local enable_mergejoin = off; set local enable_indexscan = off; set local enable_bitmapscan = off');
    await session.query(`select tenant_sql.enter('own', 2, 5000)`);
    for (const table of ['objects', 'log']) {
      const leak = `select count(*) from tenant_sql.${table} where case when name like 'other%' or name like '%-plain' then name::integer end = 1`;
      const { rows } = await session.query('select tenant_sql.run($1, 10, 1000)', [leak]);
      expect(JSON.parse(rows[0].run)).toMatchObject({ rows: [[0]] });
    }
    await session.end();
  });

  test('nobody is shown anything without having entered', async () => {
    const forged = [
      { text: `select set_config('hibernetes.tenant', 'other', true), set_config('hibernetes.proof', encode(sha256('other'), 'hex'), true)` },
      { text: `select tenant_sql.run('select * from tenant_sql.objects', 10, 1000)` },
    ];
    const [, [[text]]] = (await db.database.transaction(forged, { isolationLevel: 'ReadCommitted', readOnly: true })) as [unknown, [[string]]];
    expect(JSON.parse(text).rows).toEqual([]);
  });
});
