import { StatusError } from '../../machinery/status.ts';
import type { ClusterApi, User } from '../api.ts';
import { checkBinding } from '../tokens/binding.ts';
import { impersonate, withStanding } from './impersonate.ts';

/**
 * The user that a request is carried out as. The Worker has checked the token; whether what it is bound to still exists is
 * known here. Throws 401, and what `impersonate` throws.
 */
export function actingUser(api: ClusterApi, headers: Headers, { boundTo, ...user }: User): User {
  if (boundTo && checkBinding(api.committed, boundTo, api.clock.now()) !== undefined)
    throw new StatusError('Unauthorized', 'Unauthorized');
  return impersonate(api, headers, { ...user, groups: withStanding(user.name, user.groups) });
}
