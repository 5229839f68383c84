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
}

/** Groups with a meaning before any role is looked at. */
export const wellKnownGroups = {
  /** May do everything in the cluster. */
  masters: mastersGroup,
  /** May use the management API of the tenant. */
  tenantAdmins: 'hibernetes:tenant-admins',
  /** May create tenants and say how much they may use. */
  platformAdmins: 'hibernetes:platform-admins',
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
