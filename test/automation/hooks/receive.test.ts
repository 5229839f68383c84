import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { ClusterRequest } from '../../../src/automation/hooks/client.ts';
import { verificationOf, type HookConfig } from '../../../src/automation/hooks/config.ts';
import { receive, type Answer } from '../../../src/automation/hooks/receive.ts';
import * as records from '../../../src/automation/hooks/records.ts';
import { createSecret } from '../../../src/automation/hooks/secrets.ts';
import { resealPrivateKeys } from '../../../src/authn/sealed-keys.ts';
import { systemSecretBytes } from '../../../src/authn/tokens.ts';
import type { Database } from '../../../src/db/client.ts';
import { PlatformKeys } from '../../../src/db/platform-keys.ts';
import { addTenantKey } from '../../../src/db/tenant-keys.ts';
import type { UserInfo } from '../../../src/machinery/user.ts';
import { keysOf, testPlatformKeys } from '../../support/keys.ts';
import { testDatabase } from '../../support/postgres.ts';

const cluster = 'c-0000000000';
const restart = { type: 'restart', kind: 'Deployment', name: 'web' } as const;
let database: Database;
let now: Date;
let asked: { user: UserInfo; request: ClusterRequest }[];
let answer: () => { status: number; body: string };
let hooksMade = 0;

beforeAll(async () => {
  ({ database } = await testDatabase());
  await database.query(`insert into tenants (id, name) values ('t', 't')`);
  await database.query(`insert into clusters (id, tenant_id, name) values ($1, 't', 'c')`, [cluster]);
});

beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
  asked = [];
  answer = () => ({ status: 200, body: '{}' });
});

async function hookOf(config: Partial<HookConfig> = {}) {
  const id = `h-${String(hooksMade++).padStart(10, '0')}`;
  const format = config.format ?? 'github';
  const whole: HookConfig = { format, verification: verificationOf[format], actions: [restart], dryRun: false, suspend: false, perMinute: 30, ...config };
  const hook = { id, clusterId: cluster, name: id, namespace: 'default', config: whole, createdBy: 'me', createdAt: now };
  await records.insertHook(database.orm, hook);
  const rotate = async (until: Date) => {
    const made = await createSecret({ verification: whole.verification, cluster, id: crypto.randomUUID(), keys: keysOf(database, cluster), secretBytes: systemSecretBytes });
    await records.addSecret(database.orm, hook, made.stored, until, now);
    return made.shown;
  };
  return { id, secret: await rotate(now), rotate };
}

function send(id: string, { body = '{}', headers = {}, urlToken }: { body?: string; headers?: Record<string, string>; urlToken?: string }): Promise<Answer> {
  const request = { id, urlToken, headers: new Headers(headers), body: new Uint8Array(Buffer.from(body)), address: '192.0.2.1' };
  const ask = async (_: string, user: UserInfo, made: ClusterRequest) => {
    asked.push({ user, request: made });
    return answer();
  };
  const onError = (error: unknown) => expect(error).toBeUndefined();
  return receive(request, { database, clock: { now: () => now }, ask, keysOf: () => keysOf(database, cluster), unique: () => crypto.randomUUID(), onError });
}

const signed = (secret: string, body: string, event = 'push', delivery = 'd') => ({
  body,
  headers: { 'x-github-event': event, 'x-github-delivery': delivery, 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
});
const states = (got: Answer) => (got.kind === 'received' ? got.deliveries.map(({ state }) => state) : got.kind);
const receipts = (id: string) => records.listReceipts(database.orm, id, { limit: 100 });

test('is carried out once, by a user who may do just that, and leaves a receipt', async () => {
  const { id, secret } = await hookOf();
  expect(states(await send(id, signed(secret, '{"n":1}')))).toEqual(['done']);
  // The same again, though under another name: the signature does not vouch for names.
  expect(states(await send(id, signed(secret, '{"n":1}', 'push', 'another')))).toEqual(['duplicate']);
  expect(asked).toHaveLength(1);
  const { user, request } = asked[0]!;
  expect(user).toEqual({
    name: `hibernetes:hook:${id}`,
    groups: ['system:authenticated'],
    namespaces: ['default'],
    rules: [{ verbs: ['patch'], apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'] }],
  });
  expect(request.path).toBe(`/apis/apps/v1/namespaces/default/deployments/web?fieldManager=hook-${id}`);
  expect(JSON.parse(request.body!)).toEqual({ spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' } } } } });
  expect(await receipts(id)).toMatchObject([{ delivery: 'd', event: 'push', address: '192.0.2.1', state: 'done', attempts: 1, results: [{ object: 'deployments.apps/web', result: 'changed' }] }]);
});

test('strangers wake nobody, leave nothing, and learn nothing', async () => {
  const { id, secret } = await hookOf();
  const suspended = await hookOf({ suspend: true });
  for (const each of [
    send(id, signed('wrong', '{}')),
    send(id, {}),
    send(id, { urlToken: secret }),
    send('h-zzzzzzzzzz', signed(secret, '{}')),
    send("h-' or 1=1", {}),
    send(suspended.id, signed(suspended.secret, '{}')),
  ])
    expect(await each).toEqual({ kind: 'refused' });
  expect(asked).toEqual([]);
  expect(await receipts(id)).toEqual([]);
});

test('what failed may be sent again, what is under way not, until nobody can be at work on it any more', async () => {
  const { id, secret } = await hookOf();
  answer = () => ({ status: 503, body: '{"message":"asleep"}' });
  const failed = await send(id, signed(secret, '{}'));
  expect(failed).toMatchObject({ deliveries: [{ state: 'failed', passing: true }] });
  answer = () => ({ status: 404, body: '{"message":"deployments.apps \\"web\\" not found"}' });
  expect(await send(id, signed(secret, '{}'))).toMatchObject({ deliveries: [{ state: 'failed', passing: false }] });
  expect(await receipts(id)).toMatchObject([{ state: 'failed', attempts: 2, error: 'deployments.apps "web" not found' }]);
  answer = () => ({ status: 200, body: '{}' });
  now = new Date(now.getTime() + 30_000);
  expect(states(await send(id, signed(secret, '{}')))).toEqual(['done']);
  // The time is that of the first attempt, so that pods are restarted once.
  expect(asked.at(-1)!.request.body).toBe(asked[0]!.request.body);
  await database.query(`update hook_receipts set state = 'running' where hook_id = $1`, [id]);
  expect(states(await send(id, signed(secret, '{}')))).toEqual(['duplicate']);
  now = new Date(now.getTime() + 121_000);
  expect(states(await send(id, signed(secret, '{}')))).toEqual(['done']);
});

test('of many at one moment with the same content one is carried out', async () => {
  const { id, secret } = await hookOf();
  const all = await Promise.all(Array.from({ length: 8 }, () => send(id, signed(secret, '{"at":"once"}'))));
  expect(all.flatMap(states).sort()).toEqual(['done', ...Array.from({ length: 7 }, () => 'duplicate')]);
  expect(asked).toHaveLength(1);
});

test('no more than its rate, which refills', async () => {
  const { id, secret } = await hookOf({ perMinute: 2 });
  const numbered = (n: number) => send(id, signed(secret, `{"n":${n}}`));
  expect([states(await numbered(1)), states(await numbered(2))]).toEqual([['done'], ['done']]);
  expect(await numbered(3)).toEqual({ kind: 'limited', retryAfterSeconds: 30 });
  expect(asked).toHaveLength(2);
  now = new Date(now.getTime() + 30_000);
  expect(states(await numbered(3))).toEqual(['done']);
  expect(await numbered(4)).toMatchObject({ kind: 'limited' });
});

test.each<[string, Partial<HookConfig>, string, string, string]>([
  ['true', { filter: "event.branch == 'main' && payload.forced != true" }, '{"ref":"refs/heads/main","forced":false}', 'push', 'done'],
  ['false', { filter: "event.branch == 'main'" }, '{"ref":"refs/heads/dev"}', 'push', 'filtered'],
  ['not a boolean', { filter: 'payload.ref' }, '{"ref":"x"}', 'push', 'filtered'],
  ['an error', { filter: 'payload.missing' }, '{}', 'push', 'failed'],
  ['too costly', { filter: 'payload.list.all(a, payload.list.all(b, a + b >= 0))' }, JSON.stringify({ list: Array.from({ length: 1_000 }, (_, i) => i) }), 'push', 'failed'],
  ['about a header', { filter: "headers['x-github-delivery'] == 'd'" }, '{}', 'push', 'done'],
  ['about a secret header', { filter: "headers['x-hub-signature-256'] != ''" }, '{}', 'push', 'failed'],
  ['not there, and it is a ping', {}, '{"zen":"…"}', 'ping', 'filtered'],
])('a filter that is %s', async (_, config, body, event, state) => {
  const { id, secret } = await hookOf(config);
  expect(states(await send(id, signed(secret, body, event)))).toEqual([state]);
  expect(asked).toHaveLength(state === 'done' ? 1 : 0);
});

test('a new secret is good at once, the one before for a while', async () => {
  const { id, secret, rotate } = await hookOf();
  const next = await rotate(new Date(now.getTime() + 60_000));
  expect(states(await send(id, signed(secret, '{"n":1}')))).toEqual(['done']);
  now = new Date(now.getTime() + 61_000);
  expect(states(await send(id, signed(secret, '{"n":2}')))).toBe('refused');
  expect(states(await send(id, signed(next, '{"n":2}')))).toEqual(['done']);
  const stored = await database.query('select hash, secret from hook_secrets where hook_id = $1', [id]);
  expect(stored.flat().join()).not.toContain(secret);
});

test('a token: each call is one of its own, unless the sender names it', async () => {
  const { id, secret } = await hookOf({ format: 'generic', verification: { type: 'token' } });
  const call = (headers = {}) => send(id, { body: '', urlToken: secret, headers });
  expect([states(await call()), states(await call())]).toEqual([['done'], ['done']]);
  expect([states(await call({ 'webhook-id': '1' })), states(await call({ 'webhook-id': '1' }))]).toEqual([['done'], ['duplicate']]);
});

test('a dry run asks for dry runs; a body that is no JSON is refused once the sender is known', async () => {
  const { id, secret } = await hookOf({ dryRun: true });
  expect(states(await send(id, signed(secret, '{}')))).toEqual(['done']);
  expect(asked[0]!.request.path).toContain('&dryRun=All');
  expect(await send(id, signed(secret, '{'))).toEqual({ kind: 'malformed', detail: 'the body is not JSON' });
});

test('old deliveries are forgotten', async () => {
  const { id, secret } = await hookOf();
  await send(id, signed(secret, '{}'));
  now = new Date(now.getTime() + 3 * 86_400_000 + 1);
  await records.forgetOldDeliveries(database.orm, now);
  expect(await receipts(id)).toEqual([]);
});

test('secrets that sign follow the key of the tenant, and stay good', async () => {
  const { id, secret } = await hookOf();
  await addTenantKey(database.orm, new PlatformKeys(testPlatformKeys), 't', 2);
  await resealPrivateKeys(database, keysOf(database, cluster), cluster);
  const [[stored]] = (await database.query('select secret from hook_secrets where hook_id = $1', [id])) as [[string]];
  expect(stored).toMatch(/^sealed:v1:2:/);
  expect(states(await send(id, signed(secret, '{}')))).toEqual(['done']);
});
