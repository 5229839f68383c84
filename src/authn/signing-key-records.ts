import { and, asc, desc, eq, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { Place } from '../db/envelope.ts';
import { clusters, signingKeys } from '../db/schema.ts';
import type { TenantKeyring } from '../db/tenant-keys.ts';
import { createKeyPair, type StoredKeyPair } from './signing-keys.ts';

/** What tokens of a cluster are verified with. */
export interface ClusterKeys {
  tenant: string;
  /** The newest first; empty while the cluster has never signed anything. */
  keys: Pick<StoredKeyPair, 'keyId' | 'publicKey'>[];
}

/** Tokens live this long at most, unless `recordLongToken` is told: a projected one a year, and room for clocks and caches. */
export const usualTokenDays = 366;
/** Until when a token is good that has no end. */
export const never = new Date('9999-12-31T23:59:59Z');

/** From when on a key verifies nothing any more; null while it signs, or is about to. */
export const verifiesUntil = sql<Date | null>`case when ${signingKeys.supersededAt} is not null then
  greatest(${signingKeys.supersededAt} + make_interval(days => ${usualTokenDays}), ${signingKeys.tokensUntil}) end`;
const verifies = sql<boolean>`coalesce(${verifiesUntil} > now(), true)`;

/** What a private key belongs to: it opens for no other cluster, and under no other id. */
const signingKeyPlace = (cluster: string, keyId: string): Place => ['signing_keys', cluster, keyId];

/** The public keys of a cluster, the one that signs next among them; undefined if there is no such cluster. */
export async function findPublicKeys(orm: Database['orm'], cluster: string): Promise<ClusterKeys | undefined> {
  const rows = await orm
    .select({ tenant: clusters.tenantId, keyId: signingKeys.keyId, publicKey: signingKeys.publicKey })
    .from(clusters)
    .leftJoin(signingKeys, and(eq(signingKeys.clusterId, clusters.id), verifies))
    .where(and(eq(clusters.id, cluster), isNull(clusters.deletedAt)))
    .orderBy(desc(signingKeys.createdAt), asc(signingKeys.keyId));
  const [first] = rows;
  if (!first) return undefined;
  const keys = rows.flatMap(({ keyId, publicKey }) => (keyId !== null && publicKey !== null ? [{ keyId, publicKey }] : []));
  return { tenant: first.tenant, keys };
}

/** The pair that signs the cluster's tokens, made now if there is none yet. Throws an `EncryptionError` without its key. */
export async function signingKeyPair(orm: Database['orm'], keys: TenantKeyring, cluster: string): Promise<StoredKeyPair> {
  const found = await signingPair(orm, keys, cluster);
  if (found) return found;
  const pair = await createKeyPair();
  await orm.insert(signingKeys).values(await sealedPair(keys, cluster, pair)).onConflictDoNothing();
  // Somebody else may have had the same thought; the newest signs.
  return (await signingPair(orm, keys, cluster)) ?? pair;
}

/** A new pair as it is stored. */
export const sealedPair = async (keys: TenantKeyring, cluster: string, pair: StoredKeyPair) => ({
  clusterId: cluster,
  ...pair,
  privateKey: await keys.seal(signingKeyPlace(cluster, pair.keyId), pair.privateKey),
});

async function signingPair(orm: Database['orm'], keys: TenantKeyring, cluster: string): Promise<StoredKeyPair | undefined> {
  const hasBegun = lte(signingKeys.signsAt, sql`now()`);
  const isNewest = or(isNull(signingKeys.supersededAt), sql`${signingKeys.supersededAt} > now()`);
  const [row] = await orm
    .select({ keyId: signingKeys.keyId, publicKey: signingKeys.publicKey, privateKey: signingKeys.privateKey })
    .from(signingKeys)
    .where(and(eq(signingKeys.clusterId, cluster), isNotNull(signingKeys.privateKey), hasBegun, isNewest))
    .orderBy(desc(signingKeys.signsAt), desc(signingKeys.createdAt), asc(signingKeys.keyId))
    .limit(1);
  if (!row?.privateKey) return undefined;
  return { ...row, privateKey: await keys.open(signingKeyPlace(cluster, row.keyId), row.privateKey) };
}

/** Remembers that a key signs a token that lives longer than usual: it has to verify until then. To be called before signing. */
export async function recordLongToken(orm: Database['orm'], cluster: string, keyId: string, until: Date): Promise<void> {
  await orm
    .update(signingKeys)
    .set({ tokensUntil: sql`greatest(${signingKeys.tokensUntil}, ${until.toISOString()}::timestamptz)` })
    .where(and(eq(signingKeys.clusterId, cluster), eq(signingKeys.keyId, keyId)));
}
