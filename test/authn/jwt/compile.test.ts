import { describe, expect, test } from 'vitest';
import { compileAuthentication } from '../../../src/authn/jwt/compile.ts';
import type { JwtSettings } from '../../../src/authn/jwt/settings.ts';

const issuer = { url: 'https://issuer.example.com', audiences: ['kubernetes'] };
const claimMappings = { username: { claim: 'sub', prefix: '' } };
const good: JwtSettings = { issuer, claimMappings };
const problems = (...jwt: JwtSettings[]) => compileAuthentication({ jwt }).errors.map(({ field, message }) => `${field}: ${message}`);
const withIssuer = (more: object): JwtSettings => ({ ...good, issuer: { ...issuer, ...more } });
const withUsername = (username: object): JwtSettings => ({ ...good, claimMappings: { username } });
const withExtra = (...extra: { key: string; valueExpression: string }[]): JwtSettings => ({ ...good, claimMappings: { ...claimMappings, extra } });

test('what is right is right', () => {
  const all: JwtSettings = {
    issuer: { ...issuer, discoveryURL: 'https://other.example.com/discovery', audienceMatchPolicy: 'MatchAny', audiences: ['a', 'b'] },
    claimValidationRules: [{ claim: 'hd', requiredValue: 'example.com' }, { expression: 'claims.exp - claims.nbf <= 86400', message: 'too long' }],
    claimMappings: {
      username: { expression: "claims.email_verified ? claims.email : ''" },
      groups: { expression: 'claims.roles.split(",")' },
      uid: { claim: 'sub' },
      extra: [{ key: 'example.com/tenant', valueExpression: 'claims.?tenant.orValue("")' }],
    },
    userValidationRules: [{ expression: "!user.username.startsWith('x:')" }, { expression: 'user.groups.all(group, group != "admins")' }],
  };
  expect(problems(all, good)).toEqual(['jwt[1].issuer.url: Duplicate value: "https://issuer.example.com"']);
  expect(problems(good)).toEqual([]);
  expect(problems()).toEqual([]);
});

test.each<[string, JwtSettings, string]>([
  ['no url', withIssuer({ url: '' }), 'jwt[0].issuer.url: Required value'],
  ['http', withIssuer({ url: 'http://a.example.com' }), 'jwt[0].issuer.url: Invalid value: "http://a.example.com": URL scheme must be https'],
  ['a user', withIssuer({ url: 'https://a:b@a.example.com' }), 'jwt[0].issuer.url: Invalid value: "https://a:b@a.example.com": URL must not contain a username or password'],
  ['a query', withIssuer({ url: 'https://a.example.com?x=1' }), 'jwt[0].issuer.url: Invalid value: "https://a.example.com?x=1": URL must not contain a query'],
  ['a fragment', withIssuer({ url: 'https://a.example.com#x' }), 'jwt[0].issuer.url: Invalid value: "https://a.example.com#x": URL must not contain a fragment'],
  [
    'one url for both',
    withIssuer({ discoveryURL: 'https://issuer.example.com/' }),
    'jwt[0].issuer.discoveryURL: Invalid value: "https://issuer.example.com/": discoveryURL must be different from URL',
  ],
  ['no audience', withIssuer({ audiences: [] }), 'jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required'],
  ['an empty audience', withIssuer({ audiences: [''] }), 'jwt[0].issuer.audiences[0]: Required value'],
  [
    'several audiences without a policy',
    withIssuer({ audiences: ['a', 'b'] }),
    'jwt[0].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences',
  ],
  [
    'no certificate',
    withIssuer({ certificateAuthority: 'x' }),
    'jwt[0].issuer.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates',
  ],
  ['no username', withUsername({}), 'jwt[0].claimMappings.username: Required value: claim or expression is required'],
  [
    'a claim without a prefix',
    withUsername({ claim: 'sub' }),
    'jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing',
  ],
  [
    'claim and expression',
    withUsername({ claim: 'sub', prefix: '', expression: 'claims.sub' }),
    `jwt[0].claimMappings.username: Invalid value: "": claim and expression can't both be set`,
  ],
  [
    'a prefix of an expression',
    withUsername({ expression: 'claims.sub', prefix: 'x' }),
    'jwt[0].claimMappings.username.prefix: Invalid value: "x": may not be specified when expression is set',
  ],
  [
    'an email that nobody has verified',
    withUsername({ expression: 'claims.email' }),
    'jwt[0].claimMappings.username.expression: Invalid value: "claims.email": claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression',
  ],
  [
    'the same written otherwise',
    withUsername({ expression: '[claims.?email.orValue("x")].map(name, name)[0]' }),
    'jwt[0].claimMappings.username.expression: Invalid value: "[claims.?email.orValue(\\"x\\")].map(name, name)[0]": claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression',
  ],
  ['a key without a domain', withExtra({ key: 'x', valueExpression: "'a'" }), 'jwt[0].claimMappings.extra[0].key: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/foo")'],
  ['a key in capitals', withExtra({ key: 'acme.io/Foo', valueExpression: "'a'" }), 'jwt[0].claimMappings.extra[0].key: Invalid value: "acme.io/Foo": must be lowercase'],
  [
    'a key of Kubernetes',
    withExtra({ key: 'x.k8s.io/foo', valueExpression: "'a'" }),
    'jwt[0].claimMappings.extra[0].key: Invalid value: "x.k8s.io/foo": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use',
  ],
  ['an empty value', withExtra({ key: 'acme.io/foo', valueExpression: '' }), 'jwt[0].claimMappings.extra[0].valueExpression: Required value'],
  [
    'a key twice',
    withExtra({ key: 'acme.io/foo', valueExpression: "'a'" }, { key: 'acme.io/foo', valueExpression: "'b'" }),
    'jwt[0].claimMappings.extra[1].key: Duplicate value: "acme.io/foo"',
  ],
])('%s', (_, settings, problem) => {
  expect(problems(settings)).toEqual([problem]);
});

test('an email is verified by a rule or an extra, too', () => {
  const claimMappingsOfEmail = { username: { expression: 'claims.email' } };
  const rule = { expression: 'claims.?email_verified.orValue(true) == true' };
  expect(problems({ ...good, claimMappings: claimMappingsOfEmail, claimValidationRules: [rule] })).toEqual([]);
  const extra = [{ key: 'acme.io/verified', valueExpression: 'string(claims.email_verified)' }];
  expect(problems({ ...good, claimMappings: { ...claimMappingsOfEmail, extra } })).toEqual([]);
});

describe('rules', () => {
  const ofClaims = (...claimValidationRules: object[]) => problems({ ...good, claimValidationRules });
  const ofUsers = (...expressions: string[]) => problems({ ...good, userValidationRules: expressions.map((expression) => ({ expression })) });
  const path = 'jwt[0].claimValidationRules';

  test('have to be of one sort', () => {
    expect(ofClaims({ claim: 'a', expression: 'true' })).toEqual([`${path}[0]: Invalid value: "a": claim and expression can't both be set`]);
    expect(ofClaims({})).toEqual([`${path}[0]: Required value: claim or expression is required`]);
    expect(ofClaims({ claim: 'a', message: 'x' })).toEqual([`${path}[0].message: Invalid value: "x": may not be specified when claim is set`]);
    expect(ofClaims({ expression: 'true', requiredValue: 'x' })).toEqual([
      `${path}[0].requiredValue: Invalid value: "x": may not be specified when expression is set`,
    ]);
    expect(ofClaims({ claim: 'a' }, { claim: 'a' })).toEqual([`${path}[1].claim: Duplicate value: "a"`]);
  });

  test('have to compile to bool', () => {
    expect(ofClaims({ expression: 'claims.foo' })).toEqual([`${path}[0].expression: Invalid value: "claims.foo": must evaluate to bool`]);
    expect(ofClaims({ expression: 'user.username == "a"' })[0]).toContain(
      "compilation failed: ERROR: <input>:1:1: undeclared reference to 'user' (in container '')",
    );
    expect(ofUsers('user.username')).toEqual(['jwt[0].userValidationRules[0].expression: Invalid value: "user.username": must evaluate to bool']);
    expect(ofUsers('user.unknown == "a"')[0]).toContain("compilation failed: ERROR: <input>:1:5: undefined field 'unknown'");
    expect(ofUsers('claims.foo == "a"')[0]).toContain("undeclared reference to 'claims'");
    expect(ofUsers('true', 'true')).toEqual(['jwt[0].userValidationRules[1].expression: Duplicate value: "true"']);
  });
});

test('an issuer whose tokens have a meaning already is none', () => {
  const { errors } = compileAuthentication({ jwt: [good] }, (url) => url === issuer.url);
  expect(errors).toMatchObject([{ field: 'jwt[0].issuer.url', message: expect.stringContaining('URL must not overlap with disallowed issuers') as string }]);
});
