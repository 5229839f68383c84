import type { Database } from '../db/client.ts';
import { sealedPrefix } from '../db/envelope.ts';
import type { TenantKeyring } from '../db/tenant-keys.ts';

/** The tables with private keys of clusters: columns `cluster_id`, `key_id` and `private_key`, sealed for these three. */
const tables = ['signing_keys', 'certificate_authorities'] as const;

/**
 * Seals the private keys of a cluster with the newest key of its tenant, where they are not. By compare and swap, so that it
 * can be run at any time and again. Throws an `EncryptionError` or a `DatabaseError`.
 */
export async function resealPrivateKeys({ query }: Pick<Database, 'query'>, keys: TenantKeyring, cluster: string): Promise<void> {
  const prefix = sealedPrefix((await keys.writing()).version);
  for (const table of tables) {
    const rows = await query(
      `select key_id, private_key from ${table}
      where cluster_id = $1 and private_key is not null and not starts_with(private_key, $2)`,
      [cluster, prefix],
    );
    for (const [keyId, stored] of rows) {
      const place = [table, cluster, keyId!];
      const sealed = await keys.seal(place, await keys.open(place, stored!));
      await query(`update ${table} set private_key = $4 where cluster_id = $1 and key_id = $2 and private_key = $3`, [
        cluster,
        keyId,
        stored,
        sealed,
      ]);
    }
  }
}
