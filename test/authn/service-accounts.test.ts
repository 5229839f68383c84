import { beforeEach, expect, it } from 'vitest';
import { PublicKeys } from '../../src/authn/public-keys.ts';
import { ServiceAccountAuthenticator } from '../../src/authn/service-accounts.ts';
import { signToken } from '../../src/authn/service-account-jwt.ts';
import { createKeyPair, readPrivateKey, type StoredKeyPair } from '../../src/authn/signing-keys.ts';
import { legacyPayload, payloadOf } from '../../src/machinery/token-claims.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const [own, foreign, later] = await Promise.all([createKeyPair(), createKeyPair(), createKeyPair()]);
let nowMs: number;
let queries: number;
let stored: Map<string, StoredKeyPair[]>;
let authenticator: ServiceAccountAuthenticator;
const clock = { now: () => new Date(nowMs) };
const cluster = 'c-0123456789';
const address = `https://api.example.com/clusters/${cluster}`;

beforeEach(() => {
  nowMs = start;
  queries = 0;
  stored = new Map([
    [cluster, [own]],
    ['c-other00000', [foreign]],
  ]);
  const find = async (id: string) => {
    queries++;
    const keys = stored.get(id);
    return keys && { tenant: 't', keys };
  };
  authenticator = new ServiceAccountAuthenticator({ keys: new PublicKeys({ find, clock }), clock });
});

const binding = { namespace: 'ns', account: { name: 'bot', uid: 'u1' } };
const tokenOf = async (pair: StoredKeyPair, audiences = [address], expirationSeconds = 600) =>
  signToken(
    payloadOf({ issuer: address, audiences, id: 'j', now: clock.now(), expirationSeconds, binding }),
    pair.keyId,
    await readPrivateKey(pair.privateKey),
  );

it('knows the user of a token, and what the token is bound to', async () => {
  expect(await authenticator.authenticate(cluster, await tokenOf(own))).toEqual({
    tenant: 't',
    cluster,
    user: {
      name: 'system:serviceaccount:ns:bot',
      uid: 'u1',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': ['JTI=j'] },
      boundTo: binding,
    },
  });
});

it('opens no other cluster, whatever the token says', async () => {
  expect(await authenticator.authenticate('c-other00000', await tokenOf(own))).toBeUndefined();
  expect(await authenticator.authenticate(cluster, await tokenOf(foreign))).toBeUndefined();
  const both = [address, 'https://api.example.com/clusters/c-other00000'];
  expect(await authenticator.authenticate('c-other00000', await tokenOf(own, both))).toBeUndefined();
  expect(await authenticator.authenticate('c-nowhere000', await tokenOf(own))).toBeUndefined();
});

it.each([
  [[address], true],
  [['https://c-0123456789.api.example.com'], true],
  [['vault', `${address}/`], true],
  [['vault'], false],
  [['https://api.example.com/clusters/c-other00000'], false],
  [[`${address}/api`], false],
  [[cluster], false],
])('takes a token for %j: %s', async (audiences, valid) => {
  expect((await authenticator.authenticate(cluster, await tokenOf(own, audiences))) !== undefined).toBe(valid);
});

it('takes tokens that are kept in Secrets', async () => {
  const token = await signToken(legacyPayload('ns', 's', { name: 'bot', uid: 'u1' }), own.keyId, await readPrivateKey(own.privateKey));
  expect((await authenticator.authenticate(cluster, token))?.user.boundTo).toMatchObject({ secret: { name: 's' } });
});

it('lets no token live past its end, remembered or not', async () => {
  const token = await tokenOf(own, [address], 30);
  expect(await authenticator.authenticate(cluster, token)).toBeDefined();
  nowMs += 89_000;
  expect(await authenticator.authenticate(cluster, token)).toBeDefined();
  nowMs += 2_000;
  expect(await authenticator.authenticate(cluster, token)).toBeUndefined();
});

it('forgets a signature after a minute, and a key that was taken away with it', async () => {
  const token = await tokenOf(own);
  expect(await authenticator.authenticate(cluster, token)).toBeDefined();
  stored.set(cluster, []);
  nowMs += 59_000;
  expect(await authenticator.authenticate(cluster, token)).toBeDefined();
  nowMs += 1_000;
  expect(await authenticator.authenticate(cluster, token)).toBeUndefined();
});

it('finds a new key at once, but looks for unknown ones every two seconds only', async () => {
  await authenticator.authenticate(cluster, await tokenOf(own));
  nowMs += 2_000;
  stored.set(cluster, [later, own]);
  expect(await authenticator.authenticate(cluster, await tokenOf(later))).toBeDefined();
  expect(queries).toBe(2);
  for (let i = 0; i < 5; i++) await authenticator.authenticate(cluster, await tokenOf(foreign, [`x${i}`]));
  expect(queries).toBe(2);
});

it('asks nobody about what is no token', async () => {
  for (const text of ['', 'guess', 'a.b.c', `hib_api_${'0'.repeat(43)}`])
    expect(await authenticator.authenticate(cluster, text)).toBeUndefined();
  expect(queries).toBe(0);
});
