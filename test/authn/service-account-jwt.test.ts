import { createHash, createPublicKey, verify } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { readHeader, readIssuer, signToken, verifyToken } from '../../src/authn/service-account-jwt.ts';
import { createKeyPair, publicJwk, readPrivateKey, readPublicKey } from '../../src/authn/signing-keys.ts';
import { legacyPayload, payloadOf } from '../../src/machinery/token-claims.ts';

const pair = await createKeyPair();
const privateKey = await readPrivateKey(pair.privateKey);
const publicKey = await readPublicKey(pair);
const account = { name: 'bot', uid: 'u1' };
const payload = payloadOf({
  issuer: 'https://api.example.com/clusters/c-0123456789',
  audiences: ['a', 'b'],
  id: 'j',
  now: new Date('2026-01-01T00:00:00Z'),
  expirationSeconds: 600,
  binding: { namespace: 'ns', account, secret: { name: 's', uid: 'u2' } },
});
const sign = (more: object = {}) => signToken({ ...payload, ...more }, pair.keyId, privateKey);

describe('keys', () => {
  it('have ids as upstream computes them', () => {
    const der = Buffer.from(pair.publicKey, 'base64');
    expect(createPublicKey({ key: der, format: 'der', type: 'spki' }).asymmetricKeyType).toBe('ec');
    expect(pair.keyId).toBe(createHash('sha256').update(der).digest('base64url'));
  });

  it('are published without their private half', async () => {
    const jwk = await publicJwk(publicKey);
    expect(jwk).toEqual({ use: 'sig', kty: 'EC', kid: pair.keyId, alg: 'ES256', crv: 'P-256', x: jwk['x'], y: jwk['y'] });
  });

  it('cannot be read out once they sign', () => expect(privateKey.extractable).toBe(false));
});

describe('tokens', () => {
  it('are JWTs that anybody with the key can verify', async () => {
    const [header = '', body = '', signature = ''] = (await sign()).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'ES256', kid: pair.keyId });
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual(payload);
    const key = createPublicKey({ key: Buffer.from(pair.publicKey, 'base64'), format: 'der', type: 'spki' });
    const data = Buffer.from(`${header}.${body}`);
    expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('are read', async () => {
    const token = await sign();
    expect(readHeader(token)).toEqual({ keyId: pair.keyId });
    expect(readIssuer(token)).toBe(payload['iss']);
    expect(await verifyToken(token, [publicKey])).toEqual({
      issuer: payload['iss'],
      audiences: ['a', 'b'],
      id: 'j',
      expiresAt: payload['exp'],
      notBefore: payload['nbf'],
      issuedAt: payload['iat'],
      binding: { namespace: 'ns', account, pod: undefined, node: undefined, secret: { name: 's', uid: 'u2' } },
    });
  });

  it('are read in the form that is kept in Secrets', async () => {
    const token = await signToken(legacyPayload('ns', 's', account), pair.keyId, privateKey);
    expect(await verifyToken(token, [publicKey])).toEqual({
      issuer: 'kubernetes/serviceaccount',
      audiences: [],
      binding: { namespace: 'ns', account, secret: { name: 's' }, signature: token.split('.')[2] },
    });
  });

  it('may be verified by any of several keys', async () => {
    const other = await readPublicKey(await createKeyPair());
    expect(await verifyToken(await sign(), [other, publicKey])).toBeDefined();
    expect(await verifyToken(await sign(), [other])).toBeUndefined();
    // A key under the name of another one.
    expect(await verifyToken(await sign(), [{ ...other, keyId: pair.keyId }])).toBeUndefined();
  });

  it.each<[string, () => Promise<string> | string]>([
    ['nothing', () => ''],
    ['an opaque token', () => `hib_api_${'0'.repeat(43)}`],
    ['three words', () => 'a.b.c'],
    ['no signature', () => new UnsecuredJWT(payload).encode()],
    ['a changed payload', async () => (await sign()).replace(/\.(.)/, (_, c) => `.${c === 'e' ? 'f' : 'e'}`)],
    ['another payload', async () => [(await sign()).split('.')[0], (await sign({ sub: 'x' })).split('.')[1], (await sign()).split('.')[2]].join('.')],
    ['a signature by what is public', () => new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: pair.keyId }).sign(Buffer.from(pair.publicKey, 'base64'))],
    ['a user who is no ServiceAccount', () => sign({ sub: 'system:masters' })],
    ['the user of another ServiceAccount', () => sign({ sub: 'system:serviceaccount:ns:admin' })],
    ['claims of another form', () => sign({ 'kubernetes.io': { namespace: 1 } })],
    ['no end', () => sign({ exp: undefined })],
    ['too much', async () => `${await sign()}${'A'.repeat(16 * 1024)}`],
  ])('are none with %s', async (_, make) => {
    expect(await verifyToken(await make(), [publicKey])).toBeUndefined();
  });
});
