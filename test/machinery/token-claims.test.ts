import { expect, test } from 'vitest';
import { checkTimes, payloadOf, userOfToken, type TokenClaims } from '../../src/machinery/token-claims.ts';

const now = new Date('2026-01-01T00:00:00.700Z');
const seconds = Date.parse('2026-01-01T00:00:00Z') / 1000;
const account = { name: 'bot', uid: 'u1' };
const claims: TokenClaims = { issuer: 'i', audiences: [], binding: { namespace: 'ns', account } };

test.each([
  ['within its times', { notBefore: seconds, issuedAt: seconds, expiresAt: seconds + 1 }, undefined],
  ['a minute late', { expiresAt: seconds - 59 }, undefined],
  ['more than a minute late', { expiresAt: seconds - 61 }, 'service account token has expired'],
  ['a minute early', { notBefore: seconds + 60 }, undefined],
  ['more than a minute early', { notBefore: seconds + 62 }, 'service account token is not valid yet'],
  ['issued in the future', { issuedAt: seconds + 62 }, 'service account token is issued in the future'],
  ['without times', {}, undefined],
])('a token %s', (_, times, problem) => {
  expect(checkTimes({ ...claims, ...times }, now)).toBe(problem);
});

test('a token says what upstream says', () => {
  const pod = { name: 'web', uid: 'u2' };
  const binding = { namespace: 'ns', account, pod, node: { name: 'n1' } };
  const wish = { issuer: 'https://i', audiences: ['a'], id: 'j', now, expirationSeconds: 600, binding };
  const payload = {
    aud: ['a'],
    exp: seconds + 600,
    iat: seconds,
    iss: 'https://i',
    jti: 'j',
    'kubernetes.io': { namespace: 'ns', node: { name: 'n1' }, pod, serviceaccount: account },
    nbf: seconds,
    sub: 'system:serviceaccount:ns:bot',
  };
  expect(payloadOf(wish)).toEqual(payload);
  const kubernetes = { ...payload['kubernetes.io'], warnafter: seconds + 60 };
  expect(payloadOf({ ...wish, warnAfterSeconds: 60 })).toEqual({ ...payload, 'kubernetes.io': kubernetes });
});

test('the user of a token', () => {
  const extra = (name: string) => `authentication.kubernetes.io/${name}`;
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'];
  expect(userOfToken(claims)).toEqual({ name: 'system:serviceaccount:ns:bot', uid: 'u1', groups });
  const binding = { ...claims.binding, pod: { name: 'web', uid: 'u2' }, node: { name: 'n1', uid: 'u3' } };
  expect(userOfToken({ ...claims, id: 'j', binding }).extra).toEqual({
    [extra('credential-id')]: ['JTI=j'],
    [extra('node-name')]: ['n1'],
    [extra('node-uid')]: ['u3'],
    [extra('pod-name')]: ['web'],
    [extra('pod-uid')]: ['u2'],
  });
  expect(userOfToken({ ...claims, binding: { ...binding, node: { name: 'n1' } } }).extra).not.toHaveProperty(extra('node-uid'));
});
