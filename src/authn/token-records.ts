import { and, count, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { tokens } from '../db/schema.ts';
import type { TokenRecord } from './authenticator.ts';

/** A token as it is stored: its hash and what it stands for. */
export interface StoredToken extends TokenRecord {
  hash: string;
  description: string;
  createdAt: Date;
}

/** The token with that hash, expired or not. The `find` of an `Authenticator`. */
export async function findToken(orm: Database['orm'], hash: string): Promise<TokenRecord | undefined> {
  const [row] = await orm.select().from(tokens).where(eq(tokens.hash, hash)).limit(1);
  if (!row) return undefined;
  return {
    identity: {
      tenant: row.tenantId,
      cluster: row.clusterId ?? undefined,
      user: { name: row.userName, groups: row.groups, namespaces: row.namespaces ?? undefined },
    },
    expiresAt: row.expiresAt ?? undefined,
  };
}

/** Stores a token; a token that is there already (one handed in from outside) stays as it is. */
export async function insertToken(orm: Database['orm'], token: StoredToken): Promise<void> {
  const { tenant, cluster, user } = token.identity;
  await orm
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
    })
    .onConflictDoNothing();
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
