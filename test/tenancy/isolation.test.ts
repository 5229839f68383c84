import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { operationsOf, type Operation } from '../../src/tenancy/operations.ts';
import { testDatabase } from '../support/postgres.ts';
import { bodies, bodyOf, parametersOf, pathOf } from './every-route.ts';
import { TestManagement } from './support.ts';

// Every route of the management API, as the router itself has them, with the credentials of another tenant.

let management: TestManagement;
let victim: { id: string; token: string };
let stranger: { id: string; token: string };
/** Somebody who never said a name of the victim's himself, so that whatever he is told of them is wrong. */
let onlooker: { id: string; token: string };
/** What the victim has, by each of its names: the values of parameters in paths. */
let names: Record<string, string[]>;

beforeAll(async () => {
  management = new TestManagement((await testDatabase()).database);
  const platform = await management.platformToken();
  victim = await management.tenant(platform, 'victim');
  stranger = await management.tenant(platform, 'stranger');
  onlooker = await management.tenant(platform, 'onlooker');
  const { token } = victim;
  const post = async (path: string, body?: unknown) => (await management.call({ method: 'POST', path, token, body })).json;
  await management.made('/v1/clusters', stranger.token, { name: 'strangers-cluster' });
  const cluster = await post('/v1/clusters', { name: 'victims-cluster' });
  const member = await post('/v1/members', { email: 'alice@victim.example', role: 'admin' });
  const issuer = await post('/v1/issuers', bodies.createIssuer);
  const key = await post('/v1/api-keys', { name: 'victims-key' });
  const hook = await post('/v1/clusters/victims-cluster/hooks', { ...(bodies.createHook as object), name: 'victims-own-hook' });
  const clusterToken = await post('/v1/clusters/victims-cluster/tokens', { user: 'victims-user' });
  await management.database.query(
    `insert into deliveries (cluster_id, subscription, revision, subject, event, body) values ($1, 'uid-of-hook', 987654321, 's', 'e', '{}')`,
    [cluster.id],
  );
  names = {
    cluster: [cluster.id, 'victims-cluster'],
    member: [member.id, 'alice@victim.example'],
    issuer: [issuer.id, 'another'],
    key: [key.id],
    token: [clusterToken.id],
    tenant: [victim.id, 'victim'],
    hook: [hook.id, 'victims-own-hook'],
    webhook: ['default:victims-hook'],
    delivery: ['987654321'],
  };
});

const operations = operationsOf(new TestManagement({} as Database).app());

/** Everything that the database holds of the victim, but when its tokens were used. */
async function holdings(): Promise<unknown> {
  const { database } = management;
  const columns = await database.query(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and column_name in ('tenant_id', 'cluster_id') and table_name !~ '_[0-9]+$' order by 1, 2`,
  );
  const rows = columns.map(async ([table, column]) => {
    const owner = column === 'tenant_id' ? victim.id : names.cluster![0]!;
    const sql = `select (to_jsonb(row) - 'last_used_at')::text from ${table} as row where ${column} = $1 order by 1`;
    return [table, await database.query(sql, [owner])];
  });
  const own = await database.query('select row::text from tenants as row where id = $1', [victim.id]);
  return [own, await Promise.all(rows)];
}

/** How often any of the victim's names is in a text. A name that the stranger sent himself is no news to him. */
const told = (text: string, path: string): string[] =>
  Object.values(names)
    .flat()
    .filter((name) => name !== 'another' && text.includes(name) && !path.includes(encodeURIComponent(name)));

test('there are routes', () => {
  expect(operations.length).toBeGreaterThan(25);
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
});

/** Ways to fill in the parameters of a route so that it is about something of the victim's, which the stranger must not see. */
function aims(operation: Operation): Record<string, string>[] {
  const [first, ...others] = parametersOf(operation);
  if (first === undefined) return [{}];
  const rest = Object.fromEntries(others.flatMap((name) => (names[name] ? [[name, names[name][0]!]] : [])));
  const all = names[first];
  if (!all) throw new Error(`${operation.path}: say in the test what {${first}} is`);
  const byAnyName = all.map((name) => ({ ...rest, [first]: name }));
  // What is in a cluster of the victim's, asked for in one's own.
  return first === 'cluster' && others.length > 0 ? [...byAnyName, { ...rest, cluster: 'strangers-cluster' }] : byAnyName;
}

describe('with the key of another tenant’s owner', () => {
  test.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))('%s', async (_, operation) => {
    const before = await holdings();
    const { method } = operation;
    for (const parameters of aims(operation)) {
      const path = pathOf(operation, parameters);
      const { token } = Object.keys(parameters).length > 0 ? stranger : onlooker;
      const answer = await management.call({ method, path, token, body: bodyOf(operation) });
      // In his own cluster he may give names as he likes; what counts there is that it is not about the victim's.
      if (Object.keys(parameters).length > 0 && parameters.cluster !== 'strangers-cluster') {
        const isPlatforms = operation.permission.startsWith('tenants.');
        expect([path, answer.status, answer.json.code]).toEqual([path, isPlatforms ? 403 : 404, isPlatforms ? 'forbidden' : 'not_found']);
      }
      expect(told(answer.text, path)).toEqual([]);
    }
    expect(await holdings()).toEqual(before);
  });
});

test('the victim itself gets at all of it', async () => {
  const parameters = Object.fromEntries(Object.entries(names).map(([name, [first]]) => [name, first!]));
  for (const operation of operations.filter(({ method, permission }) => method === 'GET' && !permission.startsWith('tenants.'))) {
    if (!parametersOf(operation).every((name) => name in names)) continue;
    const answer = await management.call({ method: 'GET', path: pathOf(operation, parameters), token: victim.token });
    expect([operation.path, [401, 403, 404].includes(answer.status)]).toEqual([operation.path, false]);
  }
});
