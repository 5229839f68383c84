import { wellKnownGroups, type Identity } from '../authn/identity.ts';
import { isAboutClusters, permissions, roleMay, type Permission, type Role } from './permissions.ts';

/** Who asks the management API, and what he may do there. */
export interface Principal {
  tenant: string;
  /** As the audit log shows it: a member's address, or the name of a key. */
  name: string;
  role: Role;
  /** Runs the platform: may do to every tenant what the permissions of `tenants` are about. */
  isPlatformAdmin: boolean;
  /** The API key's id, if it is one. */
  key?: string;
  /** The member's id, for a key that is a member's. */
  member?: string;
  /** Ids of the only clusters that the key is for. */
  clusters?: readonly string[];
  /** The only permissions that the key has, of those of its role. */
  actions?: readonly string[];
}

/**
 * The principal that an identity stands for; undefined for those that have no business here: tokens of a cluster, and tokens
 * that are neither an API key nor in `hibernetes:tenant-admins`.
 */
export function principalOf(identity: Identity): Principal | undefined {
  const { tenant, cluster, user } = identity;
  if (cluster !== undefined || !user.groups.includes(wellKnownGroups.tenantAdmins)) return undefined;
  return {
    tenant,
    name: user.name,
    role: 'owner',
    isPlatformAdmin: user.groups.includes(wellKnownGroups.platformAdmins),
  };
}

/** Whether the principal may do it: by the role, by the key's own limits, or as who runs the platform. */
export function may(principal: Principal, permission: Permission): boolean {
  const { role, isPlatformAdmin, clusters, actions } = principal;
  if (clusters && !isAboutClusters(permission)) return false;
  if (actions && !actions.some((action) => covers(action, permission))) return false;
  return permissions[permission].from === 'platform' ? isPlatformAdmin : roleMay(role, permission);
}

/** Whether an action of a key, `RESOURCE.ACTION` or `RESOURCE.*`, is or includes the permission. */
export const covers = (action: string, permission: string): boolean =>
  action === permission || (action.endsWith('.*') && permission.startsWith(action.slice(0, -1)));
