import type { TenantRole } from '../authn/identity.ts';

export type Role = TenantRole;
/** The roles of a tenant, from the least to the most. Each may do what those before it may. */
export const roles = ['viewer', 'member', 'admin', 'owner'] as const satisfies readonly Role[];

/** Who runs the platform: above all tenants, and a role in none of them. */
type Holder = Role | 'platform';

/**
 * What can be done, `RESOURCE.ACTION`, and from which role on. Every route of `/v1` names one of these, and nothing else is
 * asked: `test/tenancy/roles.txt` draws the whole. `cluster` says that a key which is limited to clusters may hold it, for
 * those.
 */
export const permissions = {
  'self.read': { from: 'viewer', cluster: true },
  'tenants.read': { from: 'platform' },
  'tenants.create': { from: 'platform' },
  'tenants.update': { from: 'platform' },
  'tenants.delete': { from: 'platform' },
  'tenant.read': { from: 'viewer' },
  'tenant.update': { from: 'owner' },
  'members.read': { from: 'viewer' },
  'members.write': { from: 'admin' },
  'api-keys.read': { from: 'member' },
  'api-keys.write': { from: 'member' },
  'issuers.read': { from: 'viewer' },
  'issuers.write': { from: 'admin' },
  'audit-log.read': { from: 'admin' },
  'encryption-keys.read': { from: 'admin' },
  'encryption-keys.write': { from: 'admin' },
  'sql.query': { from: 'admin' },
  'clusters.read': { from: 'viewer', cluster: true },
  'clusters.create': { from: 'member' },
  'clusters.update': { from: 'member', cluster: true },
  'clusters.suspend': { from: 'member', cluster: true },
  'clusters.delete': { from: 'admin', cluster: true },
  'audit-events.read': { from: 'admin', cluster: true },
  'history.read': { from: 'member', cluster: true },
  'manifests.read': { from: 'member', cluster: true },
  'manifests.write': { from: 'member', cluster: true },
  'restores.read': { from: 'member', cluster: true },
  'restores.write': { from: 'admin', cluster: true },
  'secrets.export': { from: 'admin', cluster: true },
  'usage.read': { from: 'viewer', cluster: true },
  'kubeconfig.create': { from: 'viewer', cluster: true },
  'tokens.read': { from: 'member', cluster: true },
  'tokens.write': { from: 'member', cluster: true },
  'node-tokens.write': { from: 'member', cluster: true },
  'webhooks.read': { from: 'member', cluster: true },
  'webhooks.write': { from: 'member', cluster: true },
  'hooks.read': { from: 'member', cluster: true },
  'hooks.write': { from: 'member', cluster: true },
  'signing-keys.read': { from: 'member', cluster: true },
  'signing-keys.write': { from: 'admin', cluster: true },
} as const satisfies Record<string, { from: Holder; cluster?: true }>;

export type Permission = keyof typeof permissions;
export const permissionNames = Object.keys(permissions) as Permission[];

/** Whether somebody with this role has the permission by it. */
export function roleMay(role: Role, permission: Permission): boolean {
  const { from } = permissions[permission];
  return from !== 'platform' && isAtLeast(role, from);
}

export const isAtLeast = (role: Role, least: Role): boolean => roles.indexOf(role) >= roles.indexOf(least);

/** The lesser of two roles. */
export const lesserRole = (a: Role, b: Role): Role => (isAtLeast(a, b) ? b : a);

/** Whether the permission is about single clusters, so that a key which is limited to some may hold it. */
export const isAboutClusters = (permission: Permission): boolean => 'cluster' in permissions[permission];

/** What the actions of a key may be: a permission, or all of a resource. */
export const actionNames = [...permissionNames, ...new Set(permissionNames.map((name) => `${name.split('.')[0]}.*`))];
