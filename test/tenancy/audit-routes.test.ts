import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Authenticator } from '../../src/authn/authenticator.ts';
import { wellKnownGroups } from '../../src/authn/identity.ts';
import { findToken, insertToken } from '../../src/authn/token-records.ts';
import { createToken, hashToken, systemSecretBytes } from '../../src/authn/tokens.ts';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { createManagementApp } from '../../src/tenancy/app.ts';
import type { ManagementOptions } from '../../src/tenancy/context.ts';
import { findAuditEvents } from '../../src/tenancy/audit-event-records.ts';
import { testPlatformKeys } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
let token: string;
let cluster: string;

beforeAll(async () => {
  db = await testDatabase();
  await db.createCluster();
  token = createToken('api', systemSecretBytes);
  const identity = { tenant: 'test', user: { name: 'admin', groups: [wellKnownGroups.tenantAdmins] } };
  await insertToken(db.database.orm, { hash: await hashToken(token), identity, description: '', createdAt: new Date() });
}, 60_000);

beforeEach(async () => {
  cluster = await db.createCluster();
});

/** Rows as the cluster writes them (`src/cluster/audit-records.ts`): what is asked for stands beside the event. */
async function insert(events: readonly Record<string, string>[], of = cluster): Promise<void> {
  for (const row of events) {
    const values: Record<string, string | null> = {
      cluster_id: of,
      audit_id: 'a',
      stage: 'ResponseComplete',
      at: '2026-05-01T12:00:00Z',
      user_name: 'ann',
      impersonated: null,
      verb: 'get',
      api_group: '',
      resource: 'pods',
      subresource: '',
      namespace: 'default',
      name: 'web',
      decision: 'allow',
      ...row,
    };
    values.event ??= JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: values.audit_id, stage: values.stage });
    const names = Object.keys(values);
    await db.database.query(
      `insert into audit_events (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
      Object.values(values),
    );
  }
}

async function ask(query: string, of = cluster) {
  const { database } = db;
  const authenticator = new Authenticator({ find: (hash) => findToken(database.orm, hash), clock: systemClock });
  const app = createManagementApp({
    database,
    clock: systemClock,
    random: systemRandom,
    secretBytes: systemSecretBytes,
    platformKeys: new PlatformKeys(testPlatformKeys),
    authenticate: (given) => authenticator.authenticate(given),
    // No cluster is asked.
    clusters: {} as ManagementOptions['clusters'],
    settings: { controllerNames: [] },
    onError: (error) => {
      throw error;
    },
  });
  const response = await app.request(`/v1/clusters/${of}/audit${query}`, { headers: { authorization: `Bearer ${token}` } });
  const json = (await response.json()) as { items: { auditID: string }[]; nextCursor?: string; code?: string };
  return { status: response.status, ...json, ids: json.items?.map(({ auditID }) => auditID) };
}

test('the newest events come first, page by page, and none of another cluster', async () => {
  await insert(['1', '2', '3'].map((audit_id) => ({ audit_id })));
  await insert([{ audit_id: 'other' }], await db.createCluster());
  const first = await ask('?limit=2');
  expect([first.status, first.ids]).toEqual([200, ['3', '2']]);
  const second = await ask(`?limit=2&cursor=${first.nextCursor}`);
  expect([second.ids, second.nextCursor]).toEqual([['1'], undefined]);
  expect(first.items[0]).toEqual({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: '3', stage: 'ResponseComplete' });
});

test('an exact page has no next one', async () => {
  await insert(['1', '2'].map((audit_id) => ({ audit_id })));
  expect(await ask('?limit=2')).toMatchObject({ ids: ['2', '1'] });
  expect((await ask('?limit=2')).nextCursor).toBeUndefined();
  expect(await ask('', await db.createCluster())).toMatchObject({ status: 200, items: [] });
});

describe('events are found by', () => {
  const row = {
    audit_id: 'wanted',
    user_name: 'bob',
    impersonated: 'carol',
    verb: 'patch',
    api_group: 'apps',
    resource: 'deployments',
    subresource: 'scale',
    namespace: 'shop',
    name: 'till',
    decision: 'forbid',
    stage: 'Panic',
    at: '2026-05-02T00:00:00Z',
  };

  test.each([
    'user=bob',
    'user=carol',
    'verb=patch',
    'resource=deployments',
    'resource=deployments.apps',
    'resource=deployments/scale',
    'resource=deployments.apps/scale',
    'namespace=shop',
    'name=till',
    'auditID=wanted',
    'decision=forbid',
    'stage=Panic',
    `since=${row.at}`,
    'since=2026-05-01T23:00:00.000Z&user=bob&verb=patch',
    'until=2999-01-01T00:00:00Z&user=bob',
  ])('%s', async (query) => {
    // Written when the test runs: what is asked for by time is found by the time of the event.
    await insert([{ audit_id: 'older' }, row, { audit_id: 'newer' }]);
    expect((await ask(`?${query}`)).ids).toEqual(['wanted']);
  });

  test.each(['resource=pods/log', 'resource=deployments.batch', 'user=b', "name=till' or true --", 'until=2026-05-01T11:00:00Z'])(
    'not by %s',
    async (query) => {
      await insert([{ audit_id: 'older' }, row]);
      expect(await ask(`?${encodeURI(query)}`)).toMatchObject({ status: 200, items: [] });
    },
  );

  test('an id that is longer than the index keeps', async () => {
    const id = 'x'.repeat(400);
    await insert([{ audit_id: id.slice(0, 256) }, { audit_id: 'other' }]);
    expect((await ask(`?auditID=${id}`)).ids).toEqual([id.slice(0, 256)]);
  });
});

test.each(['limit=0', 'limit=501', 'cursor=x', 'decision=maybe', 'since=yesterday', 'resource=Pods', 'nobody=1', `user=${'x'.repeat(1_025)}`])(
  '%s is refused',
  async (query) => expect(await ask(`?${query}`)).toMatchObject({ status: 422, code: 'invalid' }),
);

test('a cluster of somebody else does not exist', async () => {
  await db.database.query(`insert into tenants (id, name) values ('stranger', 'stranger')`);
  await db.database.query(`insert into clusters (id, tenant_id, name) values ('c-stranger00', 'stranger', 'x')`);
  expect(await ask('', 'c-stranger00')).toMatchObject({ status: 404, code: 'not_found' });
});

test('a page holds so many characters, but one event at least', async () => {
  const event = JSON.stringify({ kind: 'Event', auditID: 'x', stage: 'x'.repeat(3 * 1024 * 1024) });
  await insert([{ event }, { event }]);
  const page = await findAuditEvents(db.database.query, cluster, {}, { limit: 10 });
  expect(page.events).toHaveLength(1);
  const next = await findAuditEvents(db.database.query, cluster, {}, { limit: 10, before: page.before });
  expect([next.events.length, next.before]).toEqual([1, undefined]);
});

test('one page looks at so many events, and the next one goes on behind them', async () => {
  await insert([{ audit_id: 'wanted', name: 'old' }]);
  await db.database.query(
    `insert into audit_events (cluster_id, audit_id, stage, at, user_name, verb, api_group, resource, subresource, namespace, name, decision, event)
    select $1, 'x', '', now(), '', '', '', '', '', '', '', '', '{}' from generate_series(1, 20000)`,
    [cluster],
  );
  const first = await ask('?name=old');
  expect([first.ids, typeof first.nextCursor]).toEqual([[], 'string']);
  expect(await ask(`?name=old&cursor=${first.nextCursor}`)).toMatchObject({ ids: ['wanted'] });
});
