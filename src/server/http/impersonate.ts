import type { StatusError } from '../../machinery/status.ts';
import { anonymousUser, authenticatedGroup, unauthenticatedGroup } from '../../machinery/user.ts';
import type { ClusterApi, User } from '../api.ts';
import { requestAttributes, uriOf } from '../audit/attributes.ts';
import { forbiddenBy, refusalOf } from './authorize.ts';
import { wishOf } from './impersonation-headers.ts';
import { checksOf, groupsIn, modes, type Check } from './impersonation-modes.ts';

/** Whom a request is carried out as. */
export interface Acting {
  user: User;
  /** The verb by which the asker may be that user, if it is one that also asks what for. */
  constraint?: string;
}

/**
 * The user that a request is to be carried out as: the asker, or whom the asker may impersonate. Limits of the asker's token
 * hold for the other too. Throws 400 for a wish without a user, 403.
 */
export function impersonate(api: ClusterApi, request: Pick<Request, 'headers' | 'method' | 'url'>, asker: User): Acting {
  const wish = wishOf(request.headers);
  if (!wish) return { user: asker };
  const attributes = requestAttributes(asker, request.method, uriOf(request.url));
  let refused: StatusError | undefined;
  for (const mode of modes) {
    if (!mode.fits(wish, asker)) continue;
    const refusal = firstRefusal(api, checksOf(mode, wish, attributes));
    refused ??= refusal;
    if (refusal) continue;
    const user = {
      name: wish.user,
      ...(wish.uid !== '' && { uid: wish.uid }),
      groups: withStanding(wish.user, groupsIn(mode, wish)),
      ...(Object.keys(wish.extra).length > 0 && { extra: wish.extra }),
      ...(asker.namespaces && { namespaces: asker.namespaces }),
    };
    return { user, ...(mode.on !== undefined && { constraint: mode.verb }) };
  }
  // The old mode fits everybody, so something was refused.
  throw refused!;
}

function firstRefusal(api: ClusterApi, checks: Iterable<Check>): StatusError | undefined {
  for (const { attributes, never } of checks) {
    const refusal = never === undefined ? refusalOf(api, attributes) : forbiddenBy(attributes, never);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Everybody is authenticated or not, and neither a token nor a wish need say so. */
export function withStanding(user: string, groups: readonly string[]): readonly string[] {
  if (groups.includes(unauthenticatedGroup)) return groups;
  if (user === anonymousUser) return [...groups, unauthenticatedGroup];
  return groups.includes(authenticatedGroup) ? groups : [...groups, authenticatedGroup];
}
