import { clusterOf } from '../../lib/cluster-address.ts';
import { checkTimes, userOfToken, type TokenClaims } from '../../machinery/token-claims.ts';
import { authenticatedGroup, type UserInfo } from '../../machinery/user.ts';
import { bootstrapUser } from '../../resources/core/bootstrap-token.ts';
import type { ClusterApi } from '../api.ts';
import { checkBinding } from './binding.ts';

/** Whether an audience is this cluster's API: any of its addresses is. */
export const isOwnAudience = (address: string, audience: string): boolean =>
  audience === address || (clusterOf(audience) !== undefined && clusterOf(audience) === clusterOf(address));

export type TokenVerdict = { user: UserInfo; audiences: readonly string[] } | { error: string };

const unknownToken = 'invalid bearer token';
const refused = (why: string): TokenVerdict => ({ error: `[${unknownToken}, ${why}]` });

/**
 * Whom a token stands for, and which of the asked audiences it is for; without any it has to be for the API. Errors in
 * upstream's words.
 */
export async function reviewToken(
  api: ClusterApi,
  token: string,
  asked: readonly string[],
  address: string,
): Promise<TokenVerdict> {
  const targets = asked.length > 0 ? asked : [address];
  const own = targets.filter((audience) => isOwnAudience(address, audience));
  const claims = await api.tokens.verify(token);
  if (claims) return reviewClaims(api, claims, targets, own, address);
  // Tokens that say nothing of audiences are for the API.
  const user = own.length > 0 ? (ofBootstrapToken(api, token) ?? (await api.tokens.find(token))) : undefined;
  return user ? { user, audiences: own } : { error: unknownToken };
}

function ofBootstrapToken({ committed, clock }: ClusterApi, token: string): UserInfo | undefined {
  const user = bootstrapUser(committed, token, clock.now())?.user;
  return user && { ...user, groups: [...user.groups, authenticatedGroup] };
}

function reviewClaims(
  api: ClusterApi,
  claims: TokenClaims,
  targets: readonly string[],
  own: readonly string[],
  address: string,
): TokenVerdict {
  const has = claims.audiences.length > 0 ? claims.audiences : [address];
  const opensApi = has.some((audience) => isOwnAudience(address, audience));
  const audiences = targets.filter((audience) => has.includes(audience) || (opensApi && own.includes(audience)));
  if (audiences.length === 0)
    return refused(`token audiences ${quoted(has)} is invalid for the target audiences ${quoted(targets)}`);
  const now = api.clock.now();
  const why = checkTimes(claims, now) ?? checkBinding(api.committed, claims.binding, now);
  return why === undefined ? { user: userOfToken(claims), audiences } : refused(why);
}

const quoted = (texts: readonly string[]) => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
