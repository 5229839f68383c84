/** What tokens of ServiceAccounts say. Names of claims, users and extras as upstream's. */
import { authenticatedGroup, serviceAccountGroups, serviceAccountUser, type UserInfo } from './user.ts';

interface Reference {
  readonly name: string;
  /** Absent for a node that was not there when the token was given out. */
  readonly uid?: string;
}

/** What a token is about and ends with. */
export interface TokenBinding {
  readonly namespace: string;
  readonly account: Reference;
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
  /**
   * Only of a token that is kept in a Secret for ever: its signature, by which it is known from any other that the Secret
   * held or will hold.
   */
  readonly signature?: string;
}

/** A token of a ServiceAccount, read. Times in seconds since 1970. */
export interface TokenClaims {
  readonly issuer: string;
  /** None: the API server only, of tokens that are kept in Secrets. */
  readonly audiences: readonly string[];
  readonly id?: string;
  readonly expiresAt?: number;
  readonly notBefore?: number;
  readonly issuedAt?: number;
  readonly binding: TokenBinding;
}

/** The issuer of tokens that are kept in Secrets. */
export const legacyIssuer = 'kubernetes/serviceaccount';

/** Clocks may differ by that much, in seconds. */
export const leewaySeconds = 60;

/** What is wrong with the times of a token; undefined if nothing is. */
export function checkTimes(claims: TokenClaims, now: Date): string | undefined {
  const seconds = now.getTime() / 1000;
  if (claims.notBefore !== undefined && seconds + leewaySeconds < claims.notBefore)
    return 'service account token is not valid yet';
  if (claims.expiresAt !== undefined && seconds - leewaySeconds > claims.expiresAt) return 'service account token has expired';
  if (claims.issuedAt !== undefined && seconds + leewaySeconds < claims.issuedAt)
    return 'service account token is issued in the future';
  return undefined;
}

/** What a token says beside its user, as extras of the user name it. */
export const extraKey = (name: string) => `authentication.kubernetes.io/${name}`;

/** Whom a token stands for. */
export function userOfToken({ id, binding }: TokenClaims): UserInfo {
  const { namespace, account, pod, node } = binding;
  const extra: Record<string, string[]> = {};
  if (id) extra[extraKey('credential-id')] = [`JTI=${id}`];
  if (pod?.uid) {
    extra[extraKey('pod-name')] = [pod.name];
    extra[extraKey('pod-uid')] = [pod.uid];
  }
  if (node) extra[extraKey('node-name')] = [node.name];
  if (node?.uid) extra[extraKey('node-uid')] = [node.uid];
  return {
    name: serviceAccountUser(namespace, account.name),
    ...(account.uid && { uid: account.uid }),
    groups: [...serviceAccountGroups(namespace), authenticatedGroup],
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** What a token is to say. */
export interface TokenWish {
  issuer: string;
  audiences: readonly string[];
  id: string;
  now: Date;
  expirationSeconds: number;
  /** After so many seconds the token counts as stale, though it is still valid. */
  warnAfterSeconds?: number;
  binding: TokenBinding;
}

/** The payload of a token that ends. */
export function payloadOf(wish: TokenWish): Record<string, unknown> {
  const { issuer, audiences, id, binding } = wish;
  const { namespace, account, pod, secret, node } = binding;
  const issuedAt = Math.floor(wish.now.getTime() / 1000);
  return {
    aud: audiences,
    exp: issuedAt + wish.expirationSeconds,
    iat: issuedAt,
    iss: issuer,
    jti: id,
    'kubernetes.io': {
      namespace,
      ...(node && { node }),
      ...(pod && { pod }),
      ...(secret && { secret }),
      serviceaccount: account,
      ...(wish.warnAfterSeconds !== undefined && { warnafter: issuedAt + wish.warnAfterSeconds }),
    },
    nbf: issuedAt,
    sub: serviceAccountUser(namespace, account.name),
  };
}

/** Names of the claims in tokens that are kept in Secrets. */
export const legacyClaims = {
  namespace: 'kubernetes.io/serviceaccount/namespace',
  secret: 'kubernetes.io/serviceaccount/secret.name',
  accountName: 'kubernetes.io/serviceaccount/service-account.name',
  accountUid: 'kubernetes.io/serviceaccount/service-account.uid',
} as const;

/** The payload of a token that is kept in a Secret: it has no end of its own. */
export const legacyPayload = (namespace: string, secret: string, account: { name: string; uid: string }) => ({
  iss: legacyIssuer,
  [legacyClaims.namespace]: namespace,
  [legacyClaims.secret]: secret,
  [legacyClaims.accountName]: account.name,
  [legacyClaims.accountUid]: account.uid,
  sub: serviceAccountUser(namespace, account.name),
});

/** A public key as it is published (RFC 7517). */
export interface PublicJwk {
  use: 'sig';
  kty: string;
  kid: string;
  alg: string;
  [parameter: string]: string;
}
