import { and, asc, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { clusters, signingKeys } from '../db/schema.ts';
import { createKeyPair, type StoredKeyPair } from './signing-keys.ts';

/** What tokens of a cluster are verified with. */
export interface ClusterKeys {
  tenant: string;
  /** The newest first; empty while the cluster has never signed anything. */
  keys: Pick<StoredKeyPair, 'keyId' | 'publicKey'>[];
}

/** The public keys of a cluster; undefined if there is no such cluster. */
export async function findPublicKeys(orm: Database['orm'], cluster: string): Promise<ClusterKeys | undefined> {
  const rows = await orm
    .select({ tenant: clusters.tenantId, keyId: signingKeys.keyId, publicKey: signingKeys.publicKey })
    .from(clusters)
    .leftJoin(signingKeys, eq(signingKeys.clusterId, clusters.id))
    .where(and(eq(clusters.id, cluster), isNull(clusters.deletedAt)))
    .orderBy(desc(signingKeys.createdAt), asc(signingKeys.keyId));
  const [first] = rows;
  if (!first) return undefined;
  const keys = rows.flatMap(({ keyId, publicKey }) => (keyId !== null && publicKey !== null ? [{ keyId, publicKey }] : []));
  return { tenant: first.tenant, keys };
}

/** The pair that signs the cluster's tokens, made now if there is none yet. */
export async function signingKeyPair(orm: Database['orm'], cluster: string): Promise<StoredKeyPair> {
  const found = await newestKeyPair(orm, cluster);
  if (found) return found;
  const pair = await createKeyPair();
  await orm.insert(signingKeys).values({ clusterId: cluster, ...pair }).onConflictDoNothing();
  // Somebody else may have had the same thought; the newest signs.
  return (await newestKeyPair(orm, cluster)) ?? pair;
}

async function newestKeyPair(orm: Database['orm'], cluster: string): Promise<StoredKeyPair | undefined> {
  const [row] = await orm
    .select({ keyId: signingKeys.keyId, publicKey: signingKeys.publicKey, privateKey: signingKeys.privateKey })
    .from(signingKeys)
    .where(and(eq(signingKeys.clusterId, cluster), isNotNull(signingKeys.privateKey)))
    .orderBy(desc(signingKeys.createdAt), asc(signingKeys.keyId))
    .limit(1);
  return row?.privateKey ? { ...row, privateKey: row.privateKey } : undefined;
}
