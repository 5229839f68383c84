import { StatusError } from '../machinery/status.ts';
import type { TokenBinding } from '../machinery/token-claims.ts';
import { mastersGroup, type UserInfo } from '../machinery/user.ts';

/**
 * Who a token speaks for. With `cluster` it belongs to that one cluster, without it to the whole tenant.
 * `user.groups` are what roles are bound to inside a cluster.
 */
export interface Identity {
  tenant: string;
  cluster?: string;
  /** With `boundTo` the cluster has to see whether what the token is bound to is still there. */
  user: UserInfo & { readonly boundTo?: TokenBinding };
  /** Of an API key: what it may do in the management API. */
  apiKey?: ApiKeyGrant;
}

/** What an API key is good for. `clusters` and `actions` are the only ones; absent: all of its role. */
export interface ApiKeyGrant {
  readonly id: string;
  readonly role: TenantRole;
  /** The member whose key it is; it can do no more than he. */
  readonly member?: { readonly id: string; readonly role: TenantRole };
  readonly clusters?: readonly string[];
  readonly actions?: readonly string[];
}

/** The roles of a tenant (`tenancy/permissions.ts` says what they are). */
export type TenantRole = 'viewer' | 'member' | 'admin' | 'owner';

/** Groups with a meaning before any role is looked at. */
export const wellKnownGroups = {
  /** May do everything in the cluster. */
  masters: mastersGroup,
  /** May use the management API of the tenant. */
  tenantAdmins: 'hibernetes:tenant-admins',
  /** May create tenants and say how much they may use. */
  platformAdmins: 'hibernetes:platform-admins',
  /** May do in a cluster what its ClusterRole `edit` allows. */
  clusterEditors: 'hibernetes:editors',
  /** May do in a cluster what its ClusterRole `view` allows. */
  clusterViewers: 'hibernetes:viewers',
  /** May open the tunnel of a node, and nothing else. */
  nodeJoiners: 'hibernetes:node-joiners',
} as const;

/** What is asked for at a cluster's address: its API, or a node's tunnel. */
export type ClusterDoor = 'api' | 'tunnel';

/**
 * Whether the identity may enter a cluster at all; what it may do inside is RBAC's business. Gives the error to answer
 * with, or undefined. `clusterTenant` is the tenant of the cluster, undefined if there is no such cluster.
 *
 * - A token of one cluster opens that cluster only.
 * - A key of the tenant (no cluster) opens the tenant's clusters only if it is in `system:masters`: admin keys are, API
 *   keys for automation are not, so that a leaked one reads no Secret.
 * - A join token opens the tunnel and not the API; the tunnel otherwise takes `system:masters`.
 * - Whether a cluster exists is not told to those who may not enter it: both are 403.
 */
export function authorizeCluster(
  identity: Identity,
  cluster: string,
  clusterTenant: string | undefined,
  door: ClusterDoor = 'api',
): StatusError | undefined {
  const { groups, name } = identity.user;
  const isMaster = groups.includes(wellKnownGroups.masters);
  const isJoiner = groups.includes(wellKnownGroups.nodeJoiners);
  const belongs = identity.cluster !== undefined ? identity.cluster === cluster : identity.tenant === clusterTenant && isMaster;
  if (!belongs) return forbidden(name, 'this token does not belong to the cluster');
  if (door === 'api' && isJoiner) return forbidden(name, 'a join token is for the tunnel of a node only');
  if (door === 'tunnel' && !isJoiner && !isMaster) return forbidden(name, 'a node joins with a join token');
  return undefined;
}

const forbidden = (user: string, why: string) => new StatusError('Forbidden', `forbidden: User "${user}": ${why}`);
