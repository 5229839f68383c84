import { and, asc, desc, eq, gt, inArray, notInArray, sql } from 'drizzle-orm';
import type { StoredToken } from '../authn/token-records.ts';
import type { Database } from '../db/client.ts';
import { apiKeys, tokens } from '../db/schema.ts';
import type { Role } from './permissions.ts';

type Orm = Database['orm'];

export interface ApiKeyRecord {
  id: string;
  tenantId: string;
  memberId: string | null;
  name: string;
  role: Role;
  clusterIds: string[] | null;
  actions: string[] | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
}

/** With the coarse time of its last use, by whichever of its secrets. */
export type ListedApiKey = ApiKeyRecord & { lastUsedAt: Date | null };

/** A secret of a key, as it is stored. */
export type Secret = Pick<StoredToken, 'hash' | 'createdAt'> & { userName: string };

/** Stores a key and its first secret, or neither. */
export async function insertApiKey(orm: Orm, key: ApiKeyRecord, secret: Secret): Promise<void> {
  await orm.batch([orm.insert(apiKeys).values(key), orm.insert(tokens).values(tokenOf(key, secret))]);
}

/** The keys of a tenant, or those of one member or one key only, in order of their ids. */
export async function listApiKeys(
  orm: Orm,
  tenant: string,
  page: { limit: number; after?: string; member?: string; id?: string },
): Promise<ListedApiKey[]> {
  const { limit, after, member, id } = page;
  const keys = await orm
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.tenantId, tenant),
        after === undefined ? undefined : gt(apiKeys.id, after),
        member === undefined ? undefined : eq(apiKeys.memberId, member),
        id === undefined ? undefined : eq(apiKeys.id, id),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(limit);
  const ids = keys.map((key) => key.id);
  const used = ids.length === 0 ? [] : await lastUses(orm, ids);
  return keys.map((key) => ({ ...key, lastUsedAt: used.find(({ id: own }) => own === key.id)?.at ?? null }));
}

const lastUses = (orm: Orm, ids: string[]) =>
  orm
    .select({ id: tokens.apiKeyId, at: sql<Date | null>`max(${tokens.lastUsedAt})`.mapWith(tokens.lastUsedAt) })
    .from(tokens)
    .where(inArray(tokens.apiKeyId, ids))
    .groupBy(tokens.apiKeyId);

export const countApiKeys = (orm: Orm, tenant: string): Promise<number> => orm.$count(apiKeys, eq(apiKeys.tenantId, tenant));

/**
 * Gives the key another secret. The newest of those that it had goes on until `overlapUntil`; older ones end at once, so that
 * there are never more than two.
 */
export async function rotateApiKey(
  orm: Orm,
  key: ApiKeyRecord,
  secret: Secret,
  until: { overlap: Date; expiresAt: Date | null },
): Promise<void> {
  const ofKey = eq(tokens.apiKeyId, key.id);
  const newest = orm.select({ id: tokens.id }).from(tokens).where(ofKey).orderBy(desc(tokens.createdAt), desc(tokens.id)).limit(1);
  const renewed = { ...key, expiresAt: until.expiresAt };
  await orm.batch([
    // Two who rotate one key do it one after the other.
    orm.update(apiKeys).set({ expiresAt: until.expiresAt }).where(eq(apiKeys.id, key.id)),
    orm.delete(tokens).where(and(ofKey, notInArray(tokens.id, newest))),
    orm
      .update(tokens)
      .set({ expiresAt: sql`least(coalesce(${tokens.expiresAt}, 'infinity'), ${until.overlap.toISOString()}::timestamptz)` })
      .where(ofKey),
    orm.insert(tokens).values(tokenOf(renewed, secret)),
  ]);
}

/** Removes a key with its secrets. */
export async function deleteApiKey(orm: Orm, id: string): Promise<void> {
  await orm.delete(apiKeys).where(eq(apiKeys.id, id));
}

/** The row of a key's secret. */
export const tokenOf = (key: ApiKeyRecord, { hash, createdAt, userName }: Secret) => ({
  hash,
  tenantId: key.tenantId,
  userName,
  description: key.name,
  createdAt,
  createdBy: key.createdBy,
  expiresAt: key.expiresAt,
  apiKeyId: key.id,
});
