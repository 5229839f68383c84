import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { signingKeys } from '../db/schema.ts';
import type { TenantKeyring } from '../db/tenant-keys.ts';
import { sealedPair, verifiesUntil } from './signing-key-records.ts';
import { createKeyPair } from './signing-keys.ts';

/** A signing key as its owner sees it. */
export interface SigningKeyView {
  keyId: string;
  createdAt: Date;
  /** From when on it signs. */
  signsAt: Date;
  /** Until when it signs; null for the newest. */
  supersededAt: Date | null;
  /** Until when it verifies; null as long as it signs, or is about to. */
  verifiesUntil: Date | null;
}

/** The keys of a cluster that verify, the newest first. */
export async function listSigningKeys(orm: Database['orm'], cluster: string): Promise<SigningKeyView[]> {
  const { keyId, createdAt, signsAt, supersededAt } = signingKeys;
  const rows = await orm
    .select({ keyId, createdAt, signsAt, supersededAt, verifiesUntil })
    .from(signingKeys)
    .where(and(eq(signingKeys.clusterId, cluster), sql`coalesce(${verifiesUntil} > now(), true)`))
    .orderBy(desc(signsAt), desc(createdAt), asc(keyId));
  return rows.map((row) => ({ ...row, verifiesUntil: row.verifiesUntil && new Date(row.verifiesUntil) }));
}

/**
 * Makes a new signing key. It is published now and signs after `signsAfterSeconds`, so that verifiers know it by then; the
 * others sign until then, and verify until the last token they have signed is over.
 */
export async function rotateSigningKey(
  database: Pick<Database, 'transaction'>,
  keys: TenantKeyring,
  cluster: string,
  signsAfterSeconds: number,
): Promise<void> {
  const { keyId, publicKey, privateKey } = await sealedPair(keys, cluster, await createKeyPair());
  await database.transaction(
    [
      { text: `select pg_advisory_xact_lock(hashtext('hibernetes signing keys'), hashtext($1))`, params: [cluster] },
      { text: rotateSql, params: [cluster, keyId, publicKey, privateKey, signsAfterSeconds] },
    ],
    { isolationLevel: 'ReadCommitted' },
  );
}

// A cluster without any key has nobody to wait for.
const rotateSql = `with at as (
  select id as cluster_id, now() + case when exists (select from signing_keys where cluster_id = $1 and private_key is not null)
    then make_interval(secs => $5) else interval '0' end as signs_at
  from clusters where id = $1 and deleted_at is null
), superseded as (
  update signing_keys set superseded_at = least(superseded_at, at.signs_at) from at where signing_keys.cluster_id = at.cluster_id
)
insert into signing_keys (cluster_id, key_id, public_key, private_key, signs_at)
select cluster_id, $2, $3, $4, signs_at from at`;

/** Takes a key away: what it has signed is refused from the next minute on. Not one that signs, or is about to. */
export async function deleteSigningKey(orm: Database['orm'], cluster: string, keyId: string): Promise<'deleted' | 'not-found' | 'signs'> {
  const isIt = and(eq(signingKeys.clusterId, cluster), eq(signingKeys.keyId, keyId));
  const deleted = await orm.delete(signingKeys).where(and(isIt, lt(signingKeys.supersededAt, sql`now()`))).returning({ keyId: signingKeys.keyId });
  if (deleted.length > 0) return 'deleted';
  const [found] = await orm.select({ keyId: signingKeys.keyId }).from(signingKeys).where(isIt).limit(1);
  return found ? 'signs' : 'not-found';
}

/** Removes every key that verifies nothing any more. For the scheduled clean-up. */
export async function deleteExpiredSigningKeys(orm: Database['orm']): Promise<void> {
  await orm.delete(signingKeys).where(sql`${verifiesUntil} <= now()`);
}
