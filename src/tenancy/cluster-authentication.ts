import { compileAuthentication } from '../authn/jwt/compile.ts';
import type { AuthenticationSettings } from '../db/authentication-settings.ts';
import type { JwtAuthenticator } from '../db/jwt-authenticator.ts';
import { clusterOf } from '../lib/cluster-address.ts';
import { invalidParts } from './problem.ts';

/** Throws `invalid` if issuers cannot be used as they are set; the cluster itself is none of them. */
export function checkAuthentication(settings: AuthenticationSettings | undefined, cluster?: string): void {
  if (!settings) return;
  const isOwn = (url: string) => cluster !== undefined && clusterOf(url) === cluster;
  const { errors } = compileAuthentication(settings, isOwn);
  if (errors.length > 0)
    throw invalidParts(errors.map(({ field, message }) => ({ pointer: `/settings/authentication/${pointerOf(field)}`, detail: message })));
}

/** The same for an issuer of a tenant. */
export function checkIssuer(jwt: JwtAuthenticator): void {
  const { errors } = compileAuthentication({ jwt: [jwt] }, (url) => clusterOf(url) !== undefined);
  if (errors.length === 0) return;
  throw invalidParts(errors.map(({ field, message }) => ({ pointer: `/${pointerOf(field).replace('jwt/0', 'jwt')}`, detail: message })));
}

/** `jwt[0].issuer.url` as `jwt/0/issuer/url`. */
const pointerOf = (field: string): string => field.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/');
