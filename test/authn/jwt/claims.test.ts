import { expect, test } from 'vitest';
import { userOfClaims } from '../../../src/authn/jwt/claims.ts';
import { compileAuthentication } from '../../../src/authn/jwt/compile.ts';
import type { JwtSettings } from '../../../src/authn/jwt/settings.ts';

type Mappings = JwtSettings['claimMappings'];
const bySub: Mappings = { username: { claim: 'sub', prefix: '' } };

function userOf(claims: Record<string, unknown>, claimMappings: Mappings = bySub, more: Partial<JwtSettings> = {}) {
  const issuer = { url: 'https://issuer.example.com', audiences: ['kubernetes'] };
  const { issuers, errors } = compileAuthentication({ jwt: [{ issuer, claimMappings, ...more }] });
  expect(errors).toEqual([]);
  return userOfClaims(issuers[0]!, claims);
}
const refusal = (...args: Parameters<typeof userOf>): string => {
  try {
    return JSON.stringify(userOf(...args));
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[string, Mappings, Record<string, unknown>, object]>([
  ['a claim', bySub, { sub: 'jane' }, { name: 'jane', groups: [] }],
  ['a prefix', { username: { claim: 'sub', prefix: 'oidc:' } }, { sub: 'system:jane' }, { name: 'oidc:system:jane', groups: [] }],
  ['an expression', { username: { expression: "claims.sub + '@' + claims.at.name" } }, { sub: 'jane', at: { name: 'x' } }, { name: 'jane@x', groups: [] }],
  [
    'groups',
    { ...bySub, groups: { claim: 'roles', prefix: 'r:' } },
    { sub: 'jane', roles: ['a', 'b'] },
    { name: 'jane', groups: ['r:a', 'r:b'] },
  ],
  ['one group', { ...bySub, groups: { claim: 'roles', prefix: '' } }, { sub: 'jane', roles: 'a' }, { name: 'jane', groups: ['a'] }],
  ['no groups', { ...bySub, groups: { claim: 'roles', prefix: '' } }, { sub: 'jane' }, { name: 'jane', groups: [] }],
  ['no groups at all', { ...bySub, groups: { claim: 'roles', prefix: '' } }, { sub: 'jane', roles: null }, { name: 'jane', groups: [] }],
  [
    'groups by an expression',
    { ...bySub, groups: { expression: "claims.roles.map(role, 'r:' + role)" } },
    { sub: 'jane', roles: ['a'] },
    { name: 'jane', groups: ['r:a'] },
  ],
  ['empty groups by an expression', { ...bySub, groups: { expression: "['', 'a', '']" } }, { sub: 'jane' }, { name: 'jane', groups: ['a'] }],
  ['null groups by an expression', { ...bySub, groups: { expression: 'null' } }, { sub: 'jane' }, { name: 'jane', groups: [] }],
  ['a uid', { ...bySub, uid: { claim: 'oid' } }, { sub: 'jane', oid: '1' }, { name: 'jane', uid: '1', groups: [] }],
  ['a uid by an expression', { ...bySub, uid: { expression: 'string(claims.oid)' } }, { sub: 'jane', oid: 1 }, { name: 'jane', uid: '1', groups: [] }],
  [
    'extras',
    {
      ...bySub,
      extra: [
        { key: 'acme.io/a', valueExpression: "claims.?a.orValue('')" },
        { key: 'acme.io/b', valueExpression: 'claims.b' },
      ],
    },
    { sub: 'jane', b: ['x', 'y'] },
    { name: 'jane', groups: [], extra: { 'acme.io/b': ['x', 'y'] } },
  ],
  [
    'the id of the token',
    bySub,
    { sub: 'jane', jti: '7' },
    { name: 'jane', groups: [], extra: { 'authentication.kubernetes.io/credential-id': ['JTI=7'] } },
  ],
  ['a verified email', { username: { claim: 'email', prefix: '' } }, { email: 'a@b', email_verified: true }, { name: 'a@b', groups: [] }],
  ['an email of which nobody says', { username: { claim: 'email', prefix: '' } }, { email: 'a@b' }, { name: 'a@b', groups: [] }],
])('a user from %s', (_, mappings, claims, user) => {
  expect(userOf(claims, mappings)).toEqual(user);
});

test.each<[Mappings, Record<string, unknown>, string]>([
  [bySub, {}, 'oidc: parse username claims "sub": claim not present'],
  [bySub, { sub: 1 }, 'oidc: parse username claims "sub": it is not a string'],
  [bySub, { sub: '' }, 'oidc: empty username is not allowed'],
  [{ username: { claim: 'email', prefix: '' } }, { email: 'a@b', email_verified: false }, 'oidc: email not verified'],
  [{ username: { claim: 'email', prefix: '' } }, { email: 'a@b', email_verified: 'true' }, 'oidc: email not verified'],
  [{ username: { expression: 'claims.sub' } }, { sub: 1 }, 'oidc: error evaluating username claim expression: username claim expression must return a string'],
  [{ username: { expression: 'claims.sub' } }, { sub: '' }, 'oidc: empty username via CEL expression is not allowed'],
  [{ username: { expression: 'claims.sub' } }, {}, "expression 'claims.sub' resulted in error: no such key: sub"],
  [{ ...bySub, groups: { claim: 'roles', prefix: '' } }, { sub: 'jane', roles: [1] }, 'oidc: parse groups claim "roles": it is neither a string nor a list of them'],
  [{ ...bySub, groups: { expression: '[1]' } }, { sub: 'jane' }, 'oidc: error evaluating group claim expression: expression must return a string or a list of strings'],
  [{ ...bySub, uid: { claim: 'oid' } }, { sub: 'jane' }, 'oidc: parse uid claim "oid": claim not present'],
  [bySub, { sub: 'system:admin' }, 'oidc: names that begin with system: are reserved: system:admin'],
  [{ username: { claim: 'sub', prefix: 'system:' } }, { sub: 'x' }, 'oidc: names that begin with system: are reserved: system:x'],
  [{ ...bySub, groups: { claim: 'roles', prefix: '' } }, { sub: 'jane', roles: ['a', 'system:masters'] }, 'oidc: names that begin with system: are reserved: system:masters'],
])('nobody, case %#', (mappings, claims, why) => {
  expect(refusal(claims, mappings)).toBe(why);
});

test('rules about claims', () => {
  const required = { claimValidationRules: [{ claim: 'hd', requiredValue: 'example.com' }] };
  expect(refusal({ sub: 'jane' }, bySub, required)).toBe('oidc: required claim hd not present in ID token');
  expect(refusal({ sub: 'jane', hd: 'x' }, bySub, required)).toBe('oidc: required claim hd value does not match. Got = x, want = example.com');
  expect(userOf({ sub: 'jane', hd: 'example.com' }, bySub, required).name).toBe('jane');
  const rules = { claimValidationRules: [{ expression: 'claims.exp - claims.nbf <= 600', message: 'lives too long' }] };
  expect(userOf({ sub: 'jane', exp: 1_600, nbf: 1_000 }, bySub, rules).name).toBe('jane');
  expect(refusal({ sub: 'jane', exp: 1_601, nbf: 1_000 }, bySub, rules)).toBe(
    "oidc: error evaluating claim validation expression: validation expression 'claims.exp - claims.nbf <= 600' failed: lives too long",
  );
});

test('rules about users', () => {
  const rules = { userValidationRules: [{ expression: "user.username != 'joe' && user.uid == '' && user.extra.size() == 0", message: 'not joe' }] };
  expect(userOf({ sub: 'jane' }, bySub, rules).name).toBe('jane');
  expect(refusal({ sub: 'joe' }, bySub, rules)).toContain('failed: not joe');
});

test('expressions cost a bounded time', () => {
  const list = Array.from({ length: 1_000 }, (_, i) => i);
  const slow = { claimValidationRules: [{ expression: 'claims.list.all(a, claims.list.all(b, claims.list.all(c, a + b + c >= 0)))' }] };
  expect(refusal({ sub: 'jane', list }, bySub, slow)).toContain('operation cancelled: actual cost limit exceeded');
});
