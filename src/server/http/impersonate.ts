import type { ResourceAttributes } from '../../authz/authorizer.ts';
import { badRequest } from '../../machinery/status.ts';
import {
  anonymousUser,
  authenticatedGroup,
  parseServiceAccountUser,
  serviceAccountGroups,
  unauthenticatedGroup,
} from '../../machinery/user.ts';
import type { ClusterApi, User } from '../api.ts';
import { authorize } from './authorize.ts';

const extraPrefix = 'impersonate-extra-';

/** The headers by which somebody asks to be taken for somebody else. */
export const isImpersonationHeader = (name: string): boolean =>
  name === 'impersonate-user' || name === 'impersonate-group' || name === 'impersonate-uid' || name.startsWith(extraPrefix);

/** Whether somebody asks for that. Names only: on the way of every request, where entries take twice as long. */
export function asksToImpersonate(headers: Headers): boolean {
  for (const name of headers.keys()) if (name.startsWith('impersonate-') && isImpersonationHeader(name)) return true;
  return false;
}

/** Whom the headers ask to be. */
interface Wish {
  user: string;
  uid: string;
  groups: readonly string[];
  extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * The user that a request is to be carried out as: the asker, or whom the asker may impersonate. Limits of the asker's token
 * hold for the other too. Throws 400 for a wish without a user, 403.
 */
export function impersonate(api: ClusterApi, headers: Headers, asker: User): User {
  const wish = wishOf(headers);
  if (!wish) return asker;
  const account = parseServiceAccountUser(wish.user);
  const ask = (what: Pick<ResourceAttributes, 'resource' | 'name'> & Partial<ResourceAttributes>) =>
    authorize(api, { user: asker, verb: 'impersonate', group: '', version: 'v1', subresource: '', namespace: '', ...what });
  const identity = { group: 'authentication.k8s.io', version: 'v1' };
  if (account) ask({ resource: 'serviceaccounts', ...account });
  else ask({ resource: 'users', name: wish.user });
  for (const name of wish.groups) ask({ resource: 'groups', name });
  if (wish.uid !== '') ask({ ...identity, resource: 'uids', name: wish.uid });
  for (const [key, values] of Object.entries(wish.extra))
    for (const name of values) ask({ ...identity, resource: 'userextras', subresource: key, name });

  const groups = account && wish.groups.length === 0 ? serviceAccountGroups(account.namespace) : wish.groups;
  return {
    name: wish.user,
    ...(wish.uid !== '' && { uid: wish.uid }),
    groups: withStanding(wish.user, groups),
    ...(Object.keys(wish.extra).length > 0 && { extra: wish.extra }),
    ...(asker.namespaces && { namespaces: asker.namespaces }),
  };
}

/** Everybody is authenticated or not, and neither a token nor a wish need say so. */
export function withStanding(user: string, groups: readonly string[]): readonly string[] {
  if (groups.includes(unauthenticatedGroup)) return groups;
  if (user === anonymousUser) return [...groups, unauthenticatedGroup];
  return groups.includes(authenticatedGroup) ? groups : [...groups, authenticatedGroup];
}

function wishOf(headers: Headers): Wish | undefined {
  if (!asksToImpersonate(headers)) return undefined;
  const user = headers.get('impersonate-user') ?? '';
  const uid = headers.get('impersonate-uid') ?? '';
  const groups = linesOf(headers.get('impersonate-group'));
  const extra: Record<string, string[]> = {};
  for (const [name, value] of headers)
    if (name.startsWith(extraPrefix)) extra[unescaped(name.slice(extraPrefix.length))] = linesOf(value);
  if (user !== '') return { user, uid, groups, extra };
  const others = [...(groups.length > 0 ? ['groups'] : []), ...(uid ? ['a UID'] : []), ...Object.keys(extra)];
  if (others.length > 0) throw badRequest(`requested ${others.join(', ')} without impersonating a user name`);
  return undefined;
}

/** The lines of a header that was sent several times: the platform joins them so. */
const linesOf = (value: string | null): string[] => (value === null ? [] : value.split(', '));

/** Keys of extras are escaped like a part of a path; what is not is taken as it is. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key).toLowerCase();
  } catch {
    return key;
  }
}
