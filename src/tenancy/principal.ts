import { wellKnownGroups, type Identity } from '../authn/identity.ts';
import { isAboutClusters, lesserRole, permissions, roleMay, type Permission, type Role } from './permissions.ts';

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
  /** The only actions that the key has, of those of its role. */
  actions?: readonly string[];
}

/**
 * The principal that an identity stands for; undefined for those that have no business here: tokens of a cluster, and tokens
 * that are neither an API key nor in `hibernetes:tenant-admins`.
 */
export function principalOf({ tenant, cluster, user, apiKey }: Identity): Principal | undefined {
  if (cluster !== undefined) return undefined;
  if (apiKey) {
    const { id, role, member, clusters, actions } = apiKey;
    return {
      tenant,
      name: user.name,
      role: member ? lesserRole(role, member.role) : role,
      isPlatformAdmin: false,
      key: id,
      member: member?.id,
      clusters,
      actions,
    };
  }
  if (!user.groups.includes(wellKnownGroups.tenantAdmins)) return undefined;
  const isPlatformAdmin = user.groups.includes(wellKnownGroups.platformAdmins);
  return { tenant, name: user.name, role: 'owner', isPlatformAdmin };
}

/** Whether the principal may do it: by the role, within the limits of the key, or as who runs the platform. */
export function may(principal: Principal, permission: Permission): boolean {
  const { role, isPlatformAdmin, clusters, actions } = principal;
  // Everybody may ask who he is.
  if (permission === 'self.read') return true;
  if (clusters && !isAboutClusters(permission)) return false;
  if (actions && !actions.some((action) => covers(action, permission))) return false;
  return permissions[permission].from === 'platform' ? isPlatformAdmin : roleMay(role, permission);
}

/** Whether an action of a key, `RESOURCE.ACTION` or `RESOURCE.*`, is or includes the other. */
export const covers = (action: string, other: string): boolean =>
  action === other || (action.endsWith('.*') && other.startsWith(action.slice(0, -1)));
