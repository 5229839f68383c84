import { Meter } from '../../cel/meter.ts';
import type { UserInfo } from '../../machinery/user.ts';
import type { CompiledIssuer } from './compile.ts';
import { evaluate, stringsOf, TokenRefused } from './expressions.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What all expressions of an issuer may cost together for one token: some tens of milliseconds. */
const costMax = 20_000;

/** What begins so is for the cluster itself to say. */
const reservedPrefix = 'system:';

/**
 * The user that the claims of a token make, as upstream (`oidc.AuthenticateToken`), and by one rule more: nobody outside says that
 * somebody is one of Kubernetes' own users or groups. Throws `TokenRefused`.
 */
export function userOfClaims(issuer: CompiledIssuer, claims: Claims): UserInfo {
  const meter = new Meter(costMax);
  const name = usernameOf(issuer, claims, meter);
  const groups = groupsOf(issuer, claims, meter);
  const uid = uidOf(issuer, claims, meter);
  const extra = extraOf(issuer, claims, meter);
  const user: UserInfo = { name, groups, ...(uid && { uid }), ...(Object.keys(extra).length > 0 && { extra }) };
  checkClaims(issuer, claims, meter);
  checkUser(issuer, user, meter);
  const reserved = [name, ...groups].find((text) => text.startsWith(reservedPrefix));
  if (reserved !== undefined) throw new TokenRefused(`oidc: names that begin with ${reservedPrefix} are reserved: ${reserved}`);
  return user;
}

const has = (claims: Claims, name: string): boolean => Object.hasOwn(claims, name);

function textClaim(claims: Claims, name: string, what: string): string {
  if (!has(claims, name)) throw new TokenRefused(`oidc: parse ${what} ${JSON.stringify(name)}: claim not present`);
  const value = claims[name];
  // Go reads null as the empty string.
  if (value === null) return '';
  if (typeof value !== 'string') throw new TokenRefused(`oidc: parse ${what} ${JSON.stringify(name)}: it is not a string`);
  return value;
}

function usernameOf({ settings, username }: CompiledIssuer, claims: Claims, meter: Meter): string {
  if (username) {
    const value = evaluate(username, { claims }, meter);
    if (typeof value !== 'string')
      throw new TokenRefused('oidc: error evaluating username claim expression: username claim expression must return a string');
    if (value === '') throw new TokenRefused('oidc: empty username via CEL expression is not allowed');
    return value;
  }
  const { claim = '', prefix = '' } = settings.claimMappings.username;
  const name = textClaim(claims, claim, 'username claims');
  if (claim === 'email' && has(claims, 'email_verified') && claims['email_verified'] !== true)
    throw new TokenRefused('oidc: email not verified');
  if (prefix + name === '') throw new TokenRefused('oidc: empty username is not allowed');
  return prefix + name;
}

function groupsOf({ settings, groups }: CompiledIssuer, claims: Claims, meter: Meter): string[] {
  if (groups) {
    const names = stringsOf(evaluate(groups, { claims }, meter));
    if (!names)
      throw new TokenRefused('oidc: error evaluating group claim expression: expression must return a string or a list of strings');
    return names;
  }
  const { claim = '', prefix = '' } = settings.claimMappings.groups ?? {};
  if (claim === '' || !has(claims, claim)) return [];
  const value = claims[claim] ?? [];
  const names: unknown[] = Array.isArray(value) ? value : [value];
  if (!names.every((name) => typeof name === 'string'))
    throw new TokenRefused(`oidc: parse groups claim ${JSON.stringify(claim)}: it is neither a string nor a list of them`);
  return names.map((name) => prefix + name);
}

function uidOf({ settings, uid }: CompiledIssuer, claims: Claims, meter: Meter): string {
  const { claim = '' } = settings.claimMappings.uid ?? {};
  if (claim !== '') return textClaim(claims, claim, 'uid claim');
  if (!uid) return '';
  const value = evaluate(uid, { claims }, meter);
  if (typeof value !== 'string') throw new TokenRefused('oidc: error evaluating uid claim expression: uid claim expression must return a string');
  return value;
}

const credentialId = 'authentication.kubernetes.io/credential-id';

function extraOf({ extra }: CompiledIssuer, claims: Claims, meter: Meter): Record<string, string[]> {
  const made: Record<string, string[]> = {};
  const { jti } = claims;
  if (typeof jti === 'string' && jti !== '') made[credentialId] = [`JTI=${jti}`];
  for (const expression of extra) {
    const values = stringsOf(evaluate(expression, { claims }, meter));
    if (!values)
      throw new TokenRefused(
        `oidc: error evaluating extra claim expression: ${expression.text}: expression must return a string or a list of strings`,
      );
    if (values.length > 0) made[expression.key] = values;
  }
  return made;
}

function checkClaims({ settings, claimRules }: CompiledIssuer, claims: Claims, meter: Meter): void {
  for (const { claim = '', requiredValue = '' } of settings.claimValidationRules ?? []) {
    if (claim === '') continue;
    if (!has(claims, claim)) throw new TokenRefused(`oidc: required claim ${claim} not present in ID token`);
    const value = textClaim(claims, claim, 'claim');
    if (value !== requiredValue)
      throw new TokenRefused(`oidc: required claim ${claim} value does not match. Got = ${value}, want = ${requiredValue}`);
  }
  for (const { message, ...expression } of claimRules) check(expression, { claims }, message, 'claim validation expression', meter);
}

function checkUser({ userRules }: CompiledIssuer, { name, uid = '', groups, extra = {} }: UserInfo, meter: Meter): void {
  const user = { username: name, uid, groups, extra };
  for (const { message, ...expression } of userRules) check(expression, { user }, message, 'user info validation rule', meter);
}

function check(
  expression: Parameters<typeof evaluate>[0],
  bindings: Readonly<Record<string, unknown>>,
  message: string,
  what: string,
  meter: Meter,
): void {
  const value = evaluate(expression, bindings, meter);
  if (value === true) return;
  const why = value === false ? `validation expression '${expression.text}' failed: ${message}` : 'validation expression must return a boolean';
  throw new TokenRefused(`oidc: error evaluating ${what}: ${why}`);
}
