import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ClusterIssuers, type ClusterAuthentication } from '../../../src/authn/jwt/cluster-issuers.ts';

const url = 'https://issuer.example.com';
const cluster = 'c-0123456789';
const start = Date.parse('2026-01-01T00:00:00Z');

interface Pair {
  kid: string;
  privateKey: CryptoKey;
  jwk: JWK;
}
async function pairOf(kid: string, alg = 'RS256'): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

let first: Pair;
let second: Pair;
let elliptic: Pair;
beforeAll(async () => {
  [first, second, elliptic] = await Promise.all([pairOf('one'), pairOf('two'), pairOf('three', 'ES384')]);
});

let nowMs: number;
let keys: JWK[];
let discovery: Record<string, unknown>;
let reads: string[];
let isDown: boolean;
let settings: Map<string, ClusterAuthentication>;
let finds: number;
let issuers: ClusterIssuers;
const jwt = (more: object = {}) => ({
  issuer: { url, audiences: ['kubernetes'], ...more },
  claimMappings: { username: { claim: 'sub', prefix: 'oidc:' }, groups: { claim: 'groups', prefix: 'oidc:' } },
});

beforeEach(() => {
  nowMs = start;
  keys = [first.jwk];
  discovery = { issuer: url, jwks_uri: `${url}/keys` };
  reads = [];
  isDown = false;
  finds = 0;
  settings = new Map([[cluster, { tenant: 't', authentication: { jwt: [jwt()] } }]]);
  issuers = new ClusterIssuers({
    clock: { now: () => new Date(nowMs) },
    find: async (id) => {
      finds++;
      return settings.get(id);
    },
    get: async (address) => {
      reads.push(address);
      if (isDown) throw new Error('down');
      return address.endsWith('/keys') ? { keys } : discovery;
    },
  });
});

interface Wanted {
  pair?: Pair;
  alg?: string;
  claims?: Record<string, unknown>;
  kid?: string | undefined;
}
const tokenOf = ({ pair = first, alg = 'RS256', claims = {}, ...more }: Wanted = {}) =>
  new SignJWT({ iss: url, aud: 'kubernetes', sub: 'jane', exp: Math.floor(nowMs / 1000) + 600, ...claims })
    .setProtectedHeader({ alg, ...('kid' in more ? more.kid !== undefined && { kid: more.kid } : { kid: pair.kid }) })
    .sign(pair.privateKey);
const ask = async (token: string | Promise<string>, id = cluster) => (await issuers.authenticate(id, await token))?.user.name;

test('a token makes a user', async () => {
  expect(await issuers.authenticate(cluster, await tokenOf({ claims: { groups: ['dev'], jti: '7' } }))).toEqual({
    tenant: 't',
    cluster,
    user: { name: 'oidc:jane', groups: ['oidc:dev'], extra: { 'authentication.kubernetes.io/credential-id': ['JTI=7'] } },
  });
  expect(reads).toEqual([`${url}/.well-known/openid-configuration`, `${url}/keys`]);
});

test.each<[string, Wanted]>([
  ['for somebody else', { claims: { aud: 'other' } }],
  ['for nobody', { claims: { aud: undefined } }],
  ['from somebody else', { claims: { iss: 'https://other.example.com' } }],
  ['that is over', { claims: { exp: start / 1000 } }],
  ['without an end', { claims: { exp: undefined } }],
  ['of a later time', { claims: { nbf: start / 1000 + 61 } }],
  ['without a subject', { claims: { sub: undefined } }],
])('a token %s makes none', async (_, wanted) => {
  expect(await ask(tokenOf(wanted))).toBeUndefined();
});

test('a token that is a little ahead, or for several, does', async () => {
  expect(await ask(tokenOf({ claims: { nbf: start / 1000 + 59, aud: ['other', 'kubernetes'] } }))).toBe('oidc:jane');
});

test('nobody signs with a key that the issuer does not have', async () => {
  expect(await ask(tokenOf({ pair: second }))).toBeUndefined();
  expect(await ask(tokenOf({ pair: second, kid: 'one' }))).toBeUndefined();
  const [header, payload] = (await tokenOf()).split('.');
  expect(await ask(`${header}.${payload}.AAAA`)).toBeUndefined();
  const none = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.AAAA`;
  expect(await ask(none)).toBeUndefined();
  // Nor with the public key, as if it were a secret.
  const secret = new TextEncoder().encode(JSON.stringify(first.jwk));
  expect(await ask(new SignJWT({ iss: url, aud: 'kubernetes', sub: 'x' }).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret))).toBeUndefined();
});

test('keys may have no names, and be of other kinds', async () => {
  keys = [second.jwk, first.jwk, elliptic.jwk].map(({ kid: _, ...key }) => key);
  expect(await ask(tokenOf({ kid: undefined }))).toBe('oidc:jane');
  expect(await ask(tokenOf({ pair: elliptic, alg: 'ES384', kid: undefined }))).toBe('oidc:jane');
});

describe('what the issuer is asked', () => {
  const refresh = () => reads.splice(0).length / 2;

  test('is remembered, and asked again for a new key now and then', async () => {
    expect(await ask(tokenOf())).toBe('oidc:jane');
    expect(await ask(tokenOf({ claims: { sub: 'joe' } }))).toBe('oidc:joe');
    expect(refresh()).toBe(1);
    keys = [second.jwk];
    expect(await ask(tokenOf({ pair: second }))).toBeUndefined();
    expect(refresh()).toBe(0);
    nowMs += 30_000;
    expect(await ask(tokenOf({ pair: second }))).toBe('oidc:jane');
    expect(refresh()).toBe(1);
    // A key of which nobody knows costs the issuer nothing more.
    for (let i = 0; i < 5; i++) expect(await ask(tokenOf({ kid: `unknown-${i}` }))).toBeUndefined();
    expect(refresh()).toBe(0);
    nowMs += 10 * 60_000;
    expect(await ask(tokenOf({ pair: second }))).toBe('oidc:jane');
    expect(refresh()).toBe(1);
  });

  test('is not asked in vain, and what is known is used for a while', async () => {
    isDown = true;
    for (let i = 0; i < 5; i++) expect(await ask(tokenOf({ claims: { sub: `joe-${i}` } }))).toBeUndefined();
    expect(reads.splice(0)).toHaveLength(1);
    isDown = false;
    nowMs += 10_000;
    expect(await ask(tokenOf())).toBe('oidc:jane');
    isDown = true;
    nowMs += 59 * 60_000;
    expect(await ask(tokenOf())).toBe('oidc:jane');
    nowMs += 60_000;
    expect(await ask(tokenOf())).toBeUndefined();
  });

  test.each<[string, Record<string, unknown>]>([
    ['says that it is another', { issuer: 'https://other.example.com', jwks_uri: `${url}/keys` }],
    ['has no keys', { issuer: url }],
  ])('is not believed if it %s', async (_, document) => {
    discovery = document;
    expect(await ask(tokenOf())).toBeUndefined();
    expect(reads).toHaveLength(1);
  });

  test('is where the settings say', async () => {
    settings.set(cluster, { tenant: 't', authentication: { jwt: [jwt({ discoveryURL: 'https://other.example.com/d' })] } });
    expect(await ask(tokenOf())).toBe('oidc:jane');
    expect(reads[0]).toBe('https://other.example.com/d');
  });

  test('is not asked about tokens of others, and nobody is about texts that are no tokens', async () => {
    await ask(tokenOf({ claims: { iss: 'https://other.example.com' } }));
    expect([finds, reads]).toEqual([1, []]);
    for (const text of ['x', 'a.b.c', `${'x'.repeat(20_000)}.b.c`]) await ask(text, 'c-other00000');
    expect(finds).toBe(1);
  });
});

describe('settings', () => {
  test('hold for their cluster', async () => {
    expect(await ask(tokenOf(), 'c-other00000')).toBeUndefined();
    settings.set('c-other00000', { tenant: 't', authentication: {} });
    nowMs += 5_000;
    expect(await ask(tokenOf(), 'c-other00000')).toBeUndefined();
    expect(reads).toEqual([]);
  });

  test('are read again after a while, and keys stay while they do', async () => {
    expect(await ask(tokenOf())).toBe('oidc:jane');
    nowMs += 30_000;
    expect(await ask(tokenOf())).toBe('oidc:jane');
    expect([finds, reads.length]).toEqual([2, 2]);
    const { claimMappings } = jwt();
    settings.set(cluster, { tenant: 't', authentication: { jwt: [{ ...jwt(), claimMappings: { ...claimMappings, username: { claim: 'sub', prefix: '' } } }] } });
    nowMs += 30_000;
    expect(await ask(tokenOf())).toBe('jane');
    settings.set(cluster, { tenant: 't', authentication: {} });
    nowMs += 30_000;
    expect(await ask(tokenOf())).toBeUndefined();
  });

  test('that are not right let nobody in', async () => {
    const wrong = { ...jwt(), userValidationRules: [{ expression: 'nothing' }] };
    settings.set(cluster, { tenant: 't', authentication: { jwt: [wrong] } });
    expect(await ask(tokenOf())).toBeUndefined();
  });

  test('a token that was valid is believed for a short time, and not past its end', async () => {
    const token = await tokenOf({ claims: { exp: start / 1000 + 10 } });
    expect(await ask(token)).toBe('oidc:jane');
    nowMs += 9_999;
    expect(await ask(token)).toBe('oidc:jane');
    nowMs += 1;
    expect(await ask(token)).toBeUndefined();
  });
});
