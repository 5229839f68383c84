import type { PublicJwk, TokenClaims } from '../../machinery/token-claims.ts';
import type { UserInfo } from '../../machinery/user.ts';

/** What a cluster does with bearer tokens. The keys and the database are behind it. */
export interface ClusterTokens {
  /** Signs a token of a ServiceAccount with the cluster's newest key. */
  sign(payload: Readonly<Record<string, unknown>>): Promise<string>;
  /** What a token of a ServiceAccount says, if one of the cluster's keys has signed it. Its times are not looked at. */
  verify(token: string): Promise<TokenClaims | undefined>;
  /** Whom any other token that opens this cluster stands for. */
  find(token: string): Promise<UserInfo | undefined>;
  /** The keys that tokens may be signed with, the newest first. */
  publicKeys(): Promise<readonly PublicJwk[]>;
}
