import { and, asc, count, eq, gt, isNull, lt, lte, or } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { apiKeys, members, tokens } from '../db/schema.ts';
import type { TokenRecord } from './authenticator.ts';
import type { ApiKeyGrant } from './identity.ts';

/** A token as it is stored: its hash and what it stands for. */
export interface StoredToken extends TokenRecord {
  hash: string;
  description: string;
  createdAt: Date;
  /** Who asked for it. */
  createdBy?: string;
}

/** How old the time of the last use of a token gets before it is written again. */
const lastUsedStepMs = 10 * 60_000;

/** The token with that hash, expired or not. */
export async function findToken(orm: Database['orm'], hash: string): Promise<TokenRecord | undefined> {
  const [row] = await orm
    .select({ token: tokens, key: apiKeys, member: { id: members.id, role: members.role } })
    .from(tokens)
    .leftJoin(apiKeys, eq(apiKeys.id, tokens.apiKeyId))
    .leftJoin(members, eq(members.id, apiKeys.memberId))
    .where(eq(tokens.hash, hash))
    .limit(1);
  if (!row) return undefined;
  const { token, key, member } = row;
  const apiKey: ApiKeyGrant | undefined = key
    ? {
        id: key.id,
        role: key.role,
        member: member ?? undefined,
        clusters: key.clusterIds ?? undefined,
        actions: key.actions ?? undefined,
      }
    : undefined;
  return {
    identity: {
      tenant: token.tenantId,
      cluster: token.clusterId ?? undefined,
      user: { name: token.userName, groups: token.groups, namespaces: token.namespaces ?? undefined },
      ...(apiKey && { apiKey }),
    },
    expiresAt: token.expiresAt ?? undefined,
    lastUsedAt: token.lastUsedAt ?? undefined,
  };
}

/**
 * The same for somebody who came with the token: the `find` of an `Authenticator`. Notes when it was used, coarsely: a busy
 * token costs a write every ten minutes and not one a request.
 */
export async function useToken(orm: Database['orm'], hash: string, now: Date): Promise<TokenRecord | undefined> {
  const found = await findToken(orm, hash);
  const stale = new Date(now.getTime() - lastUsedStepMs);
  if (found && (found.lastUsedAt === undefined || found.lastUsedAt < stale))
    await orm
      .update(tokens)
      .set({ lastUsedAt: now })
      .where(and(eq(tokens.hash, hash), or(isNull(tokens.lastUsedAt), lt(tokens.lastUsedAt, stale))));
  return found;
}

/** Stores a token; gives its id. A token that is there already (one handed in from outside) stays as it is. */
export async function insertToken(orm: Database['orm'], token: StoredToken): Promise<string | undefined> {
  const { tenant, cluster, user } = token.identity;
  const [stored] = await orm
    .insert(tokens)
    .values({
      hash: token.hash,
      tenantId: tenant,
      clusterId: cluster ?? null,
      userName: user.name,
      groups: [...user.groups],
      namespaces: user.namespaces ? [...user.namespaces] : null,
      description: token.description,
      createdAt: token.createdAt,
      expiresAt: token.expiresAt ?? null,
      apiKeyId: token.identity.apiKey?.id ?? null,
      createdBy: token.createdBy ?? '',
    })
    .onConflictDoNothing()
    .returning({ id: tokens.id });
  return stored?.id;
}

/** How many tokens of the cluster are valid at `now`. */
export async function countTokens(orm: Database['orm'], cluster: string, now: Date): Promise<number> {
  const valid = or(isNull(tokens.expiresAt), gt(tokens.expiresAt, now));
  const [row] = await orm
    .select({ count: count() })
    .from(tokens)
    .where(and(eq(tokens.clusterId, cluster), valid));
  return row?.count ?? 0;
}

/** Removes every token whose time is over. For the scheduled clean-up. */
export async function deleteExpiredTokens(orm: Database['orm'], now: Date): Promise<void> {
  await orm.delete(tokens).where(lte(tokens.expiresAt, now));
}

/** A token of a cluster as it is listed: everything but the secret. */
export interface ListedToken {
  id: string;
  user: string;
  groups: string[];
  namespaces: string[] | null;
  description: string;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

/** The tokens of a cluster in order of their ids. */
export async function listClusterTokens(
  orm: Database['orm'],
  cluster: string,
  page: { limit: number; after?: string },
): Promise<ListedToken[]> {
  const after = page.after === undefined ? undefined : gt(tokens.id, page.after);
  return orm
    .select({
      id: tokens.id,
      user: tokens.userName,
      groups: tokens.groups,
      namespaces: tokens.namespaces,
      description: tokens.description,
      createdBy: tokens.createdBy,
      createdAt: tokens.createdAt,
      expiresAt: tokens.expiresAt,
      lastUsedAt: tokens.lastUsedAt,
    })
    .from(tokens)
    .where(and(eq(tokens.clusterId, cluster), after))
    .orderBy(asc(tokens.id))
    .limit(page.limit);
}

/** Whether the cluster had a token with that id, which it has no more. */
export async function deleteClusterToken(orm: Database['orm'], cluster: string, id: string): Promise<boolean> {
  const removed = await orm
    .delete(tokens)
    .where(and(eq(tokens.clusterId, cluster), eq(tokens.id, id)))
    .returning({ id: tokens.id });
  return removed.length > 0;
}
