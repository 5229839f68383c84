import type { Database } from '../db/client.ts';
import { sealedPrefix } from '../db/envelope.ts';
import type { TenantKeyring } from '../db/tenant-keys.ts';

/** The tables with secrets of clusters, sealed for the table, the `cluster_id` and the id. */
const tables = [
  { table: 'signing_keys', id: 'key_id', secret: 'private_key' },
  { table: 'certificate_authorities', id: 'key_id', secret: 'private_key' },
  { table: 'hook_secrets', id: 'id', secret: 'secret' },
] as const;

/**
 * Seals the private keys of a cluster, and the secrets of its hooks, with the newest key of its tenant, where they are not. By compare and swap, so that it
 * can be run at any time and again. Throws an `EncryptionError` or a `DatabaseError`.
 */
export async function resealPrivateKeys({ query }: Pick<Database, 'query'>, keys: TenantKeyring, cluster: string): Promise<void> {
  const prefix = sealedPrefix((await keys.writing()).version);
  for (const { table, id, secret } of tables) {
    const rows = await query(
      `select ${id}, ${secret} from ${table} where cluster_id = $1 and ${secret} is not null and not starts_with(${secret}, $2)`,
      [cluster, prefix],
    );
    for (const [keyId, stored] of rows) {
      const place = [table, cluster, keyId!];
      const sealed = await keys.seal(place, await keys.open(place, stored!));
      await query(`update ${table} set ${secret} = $4 where cluster_id = $1 and ${id} = $2 and ${secret} = $3`, [
        cluster,
        keyId,
        stored,
        sealed,
      ]);
    }
  }
}
