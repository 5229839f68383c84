import { wellKnownGroups } from '../authn/identity.ts';
import { countTokens, insertToken, type ListedToken } from '../authn/token-records.ts';
import { createToken, hashToken, type TokenKind } from '../authn/tokens.ts';
import type { ClusterRecord } from './cluster-records.ts';
import type { ManagementOptions } from './context.ts';
import { Problem } from './problem.ts';

/** What a token may do in its cluster: everything, what the ClusterRoles `edit` and `view` allow, or what roles there say. */
export const clusterRoles = ['admin', 'edit', 'view', 'none'] as const;
export type ClusterRole = (typeof clusterRoles)[number];

const groupsOf: Record<ClusterRole, readonly string[]> = {
  admin: [wellKnownGroups.masters],
  edit: [wellKnownGroups.clusterEditors],
  view: [wellKnownGroups.clusterViewers],
  none: [],
};

const defaultTokensPerClusterMax = 1_000;

export interface WantedToken {
  kind: Extract<TokenKind, 'kubeconfig' | 'node'>;
  user: string;
  groups: readonly string[];
  namespaces?: readonly string[];
  description: string;
  createdBy: string;
  ttlSeconds?: number;
}

export const tokenOfRole = (role: ClusterRole) => ({ kind: 'kubeconfig' as const, groups: groupsOf[role] });
export const tokenOfNodes = { kind: 'node' as const, user: 'hibernetes:node-joiner', groups: [wellKnownGroups.nodeJoiners] };

/** What a stored token is for. */
export const roleOf = ({ groups }: Pick<ListedToken, 'groups'>): ClusterRole | 'node' =>
  groups.includes(wellKnownGroups.nodeJoiners)
    ? 'node'
    : (clusterRoles.find((role) => groupsOf[role].some((group) => groups.includes(group))) ?? 'none');

/** Makes a token of the cluster; it is shown once. */
export async function issueToken(
  { database, clock, secretBytes, settings }: Pick<ManagementOptions, 'database' | 'clock' | 'secretBytes' | 'settings'>,
  cluster: ClusterRecord,
  wanted: WantedToken,
): Promise<{ id: string; token: string; expiresAt: Date | undefined }> {
  const { orm } = database;
  const { user: name, groups, namespaces, description, createdBy } = wanted;
  const createdAt = clock.now();
  const expiresAt = wanted.ttlSeconds === undefined ? undefined : new Date(createdAt.getTime() + wanted.ttlSeconds * 1000);
  const max = settings.tokensPerClusterMax ?? defaultTokensPerClusterMax;
  if ((await countTokens(orm, cluster.id, createdAt)) >= max)
    throw new Problem('quota_exceeded', `a cluster has ${max} tokens at most`);
  const token = createToken(wanted.kind, secretBytes);
  const identity = { tenant: cluster.tenant, cluster: cluster.id, user: { name, groups, namespaces } };
  const id = await insertToken(orm, { hash: await hashToken(token), identity, description, createdBy, createdAt, expiresAt });
  return { id: id!, token, expiresAt };
}
