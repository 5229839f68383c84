import { StatusError } from '../../machinery/status.ts';
import type { ClusterApi, User } from '../api.ts';
import { checkBinding } from '../tokens/binding.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { impersonate, withStanding } from './impersonate.ts';

/**
 * The user that a request is carried out as. The Worker has checked the token; whether what it is bound to still exists is
 * known here. Noted if somebody audits. Throws 401, and what `impersonate` throws.
 */
export function actingUser(
  api: ClusterApi,
  request: Pick<Request, 'headers' | 'method' | 'url'>,
  user: User,
  audit?: AuditTrail,
): User {
  const { boundTo } = user;
  if (boundTo && checkBinding(api.committed, boundTo, api.clock.now()) !== undefined)
    throw new StatusError('Unauthorized', 'Unauthorized');
  const acting = impersonate(api, request, standing(user));
  if (audit) {
    audit.acting = acting.user;
    audit.constraint = acting.constraint;
  }
  return acting.user;
}

const standings = new WeakMap<User, User>();

/** The user with all groups, and without what was checked. The same for the same, since a client sends many requests. */
function standing(user: User): User {
  let known = standings.get(user);
  if (!known) {
    const { boundTo: _, ...rest } = user;
    standings.set(user, (known = { ...rest, groups: withStanding(user.name, user.groups) }));
  }
  return known;
}
