import { decodeProtectedHeader } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { listSigningKeys, rotateSigningKey } from '../../src/authn/signing-key-rotation.ts';
import { never } from '../../src/authn/signing-key-records.ts';
import { DatabaseTokens } from '../../src/cluster/tokens.ts';
import { keysOf, platformKey } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

async function setUp() {
  const cluster = await db.createCluster();
  let nowMs = Date.now();
  const clock = { now: () => new Date(nowMs) };
  const { orm } = db.database;
  const tokens = new DatabaseTokens({ orm, cluster, keys: keysOf(db.database, cluster), clock });
  const signer = async (payload: Record<string, unknown> = { exp: Math.floor(nowMs / 1000) + 3600 }) =>
    decodeProtectedHeader(await tokens.sign(payload)).kid;
  return { cluster, tokens, clock, signer, orm, pass: (ms: number) => (nowMs += ms) };
}

it('a live instance signs with the new key within a minute, and verifies with both', async () => {
  const { cluster, tokens, signer, pass } = await setUp();
  const old = await signer();
  await rotateSigningKey(db.database, keysOf(db.database, cluster), cluster, 0);
  expect(await signer()).toBe(old);
  pass(61_000);
  const next = await signer();
  expect(next).not.toBe(old);
  expect((await tokens.publicKeys()).map(({ kid }) => kid)).toEqual([next, old]);
});

it('verifies what it has just signed, though it looked for keys just before there was one', async () => {
  const { cluster, tokens, clock } = await setUp();
  // Well formed, of a key that is not there.
  expect(await tokens.verify(`${btoa(JSON.stringify({ alg: 'ES256', kid: 'k' })).replaceAll('=', '')}.e30.c2ln`)).toBeUndefined();
  const iat = Math.floor(clock.now().getTime() / 1000);
  const token = await tokens.sign({
    iss: `https://example.com/clusters/${cluster}`,
    sub: 'system:serviceaccount:default:bot',
    aud: ['a'],
    iat,
    nbf: iat,
    exp: iat + 3600,
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'bot', uid: 'u' } },
  });
  expect(await tokens.verify(token)).toMatchObject({ audiences: ['a'], binding: { account: { name: 'bot' } } });
});

it('tokens that live longer than usual are remembered with their key', async () => {
  const { cluster, clock, signer, orm } = await setUp();
  const day = 86_400;
  const now = Math.floor(clock.now().getTime() / 1000);
  const until = async () => {
    await rotateSigningKey(db.database, keysOf(db.database, cluster), cluster, 0);
    return (await listSigningKeys(orm, cluster)).at(-1)?.verifiesUntil;
  };
  await signer({ exp: now + 365 * day });
  expect((await until())?.getTime()).toBeLessThan((now + 367 * day) * 1000);
  await signer({ exp: now + 800 * day });
  expect(await until()).toEqual(new Date((now + 800 * day) * 1000));
  await signer({ sub: 'kept in a Secret' });
  expect(await until()).toEqual(never);
});

it('without the platform key nothing is signed, with a reason', async () => {
  const { cluster, clock, signer, orm } = await setUp();
  await signer();
  const keys = keysOf(db.database, cluster, { platformKeys: platformKey('another', 1) });
  const refused = new DatabaseTokens({ orm, cluster, keys, clock }).sign({ exp: 1 });
  await expect(refused).rejects.toMatchObject({ reason: 'ServiceUnavailable', message: expect.stringContaining('platform key "test"') });
});
