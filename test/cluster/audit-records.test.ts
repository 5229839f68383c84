import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { AuditRecords, rowOf } from '../../src/cluster/audit-records.ts';
import { limits } from '../../src/lib/limits.ts';
import type { AuditEvent } from '../../src/server/audit/event.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

const event = (auditID: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID,
  stage: 'ResponseComplete',
  requestURI: '/',
  verb: 'get',
  user: { username: 'ann' },
  requestReceivedTimestamp: '2026-05-01T12:00:00.000000Z',
  stageTimestamp: '2026-05-01T12:00:00.123000Z',
  ...more,
});

async function newRecords() {
  const cluster = await db.createCluster();
  const records = new AuditRecords(db.database, cluster);
  const append = (...events: AuditEvent[]) => records.append(events.map(rowOf));
  return { cluster, records, append };
}

const idsOf = (found: readonly { text: string }[]) => found.map(({ text }) => (JSON.parse(text) as AuditEvent).auditID);

test('events come back in their order, each cluster’s own', async () => {
  const [a, b] = [await newRecords(), await newRecords()];
  await a.append(event('1'), event('2'));
  await b.append(event('other'));
  await a.append(event('3'));
  const all = await a.records.after(0);
  expect(idsOf(all)).toEqual(['1', '2', '3']);
  expect(idsOf(await a.records.after(all[0]!.id))).toEqual(['2', '3']);
  expect(await a.records.after(all[2]!.id)).toEqual([]);
});

test('what can be asked for stands beside the event', async () => {
  const { cluster, append } = await newRecords();
  const objectRef = { resource: 'deployments', apiGroup: 'apps', apiVersion: 'v1', namespace: 'n', name: 'web', subresource: 'scale' };
  const annotations = { 'authorization.k8s.io/decision': 'allow' };
  await append(
    event('a', { objectRef, annotations, verb: 'patch', impersonatedUser: { username: 'bob' } }),
    event('b', { responseStatus: { code: 403 } }),
    event('c', { responseStatus: { code: 404 } }),
  );
  const rows = await db.database.query(
    `select audit_id, stage, at at time zone 'utc', user_name, impersonated, verb, api_group, resource, subresource, namespace, name, decision
    from audit_events where cluster_id = $1 order by id`,
    [cluster],
  );
  expect(rows).toEqual([
    ['a', 'ResponseComplete', '2026-05-01 12:00:00.123', 'ann', 'bob', 'patch', 'apps', 'deployments', 'scale', 'n', 'web', 'allow'],
    ['b', 'ResponseComplete', '2026-05-01 12:00:00.123', 'ann', null, 'get', '', '', '', '', '', 'forbid'],
    ['c', 'ResponseComplete', '2026-05-01 12:00:00.123', 'ann', null, 'get', '', '', '', '', '', ''],
  ]);
});

test('what paths and headers can hold and texts cannot is replaced beside the event, and kept in it', async () => {
  const { cluster, records, append } = await newRecords();
  const odd = event('a\ud800', { objectRef: { name: 'x\u0000y', namespace: "'; drop table" }, user: { username: 'é{},"\\' } });
  await append(odd);
  expect(JSON.parse((await records.after(0))[0]!.text)).toEqual(odd);
  const rows = await db.database.query('select audit_id, name, namespace, user_name from audit_events where cluster_id = $1', [cluster]);
  expect(rows).toEqual([['a\ufffd', 'x\ufffdy', "'; drop table", 'é{},"\\']]);
});

test('an id that is too long for an index is cut there', async () => {
  const { cluster, append, records } = await newRecords();
  const id = 'x'.repeat(5_000);
  await append(event(id));
  expect(idsOf(await records.after(0))).toEqual([id]);
  expect(await db.database.query('select audit_id from audit_events where cluster_id = $1', [cluster])).toEqual([[id.slice(0, 256)]]);
});

test('one request to a webhook holds so many events, and so many characters, but one at least', async () => {
  const { records, append } = await newRecords();
  await append(...Array.from({ length: limits.auditBatchEvents + 1 }, (_, i) => event(String(i))));
  expect(await records.after(0)).toHaveLength(limits.auditBatchEvents);
  const large = await newRecords();
  const requestObject = 'x'.repeat(limits.auditEventBytes - 1_000);
  for (const id of 'abcdefghij') await large.append(event(id, { requestObject }));
  const first = await large.records.after(0);
  expect(first.length).toBe(Math.floor(limits.auditBatchBytes / first[0]!.text.length));
});

test('a webhook begins with what is to come, and goes on where it was', async () => {
  const { records, append } = await newRecords();
  await append(event('before'));
  const start = await records.open('https://a.example.com');
  expect(await records.after(start)).toEqual([]);
  await append(event('1'), event('2'));
  const [first, second] = await records.after(start);
  await records.delivered('https://a.example.com', first!.id);
  expect(await records.open('https://a.example.com')).toBe(first!.id);
  // Never back, and not for another one.
  await records.delivered('https://a.example.com', start);
  await records.delivered('https://b.example.com', second!.id);
  expect(await records.open('https://a.example.com')).toBe(first!.id);
  expect([await records.failed('https://a.example.com'), await records.failed('https://a.example.com')]).toEqual([1, 2]);
  await records.delivered('https://a.example.com', first!.id);
  expect(await records.failed('https://a.example.com')).toBe(1);
  // Another one begins anew.
  expect(await records.open('https://b.example.com')).toBe(second!.id);
});

test('who inserts while another one does comes after it, so that nobody who reads misses one', async () => {
  const { cluster, records, append } = await newRecords();
  const session = new pg.Client({ connectionString: db.url });
  await session.connect();
  try {
    // Somebody who has his turn and has not committed yet.
    await session.query('begin');
    await session.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [cluster]);
    await session.query(`select nextval('audit_events_id_seq')`);
    const appended = append(event('later'));
    const waiting = `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await session.query(waiting)).rows[0].waiting < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const [{ last }] = (await session.query(`select last_value as last from audit_events_id_seq`)).rows;
    expect(await records.after(0)).toEqual([]);
    await session.query('commit');
    await appended;
    expect((await records.after(0))[0]!.id).toBeGreaterThan(Number(last));
  } finally {
    await session.end();
  }
});

test('a day without a partition gets one with the first events', async () => {
  const { records, append } = await newRecords();
  const [today] = await db.database.query(`select 'audit_events_' || to_char(now() at time zone 'utc', 'YYYYMMDD')`);
  await db.database.query(`drop table ${today![0]}`);
  await append(event('a'));
  expect(idsOf(await records.after(0))).toEqual(['a']);
});
