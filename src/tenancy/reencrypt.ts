import { resealPrivateKeys } from '../authn/sealed-keys.ts';
import type { Database } from '../db/client.ts';
import { markReencrypted, staleClusters } from '../db/key-rotation.ts';
import { EncryptionError, type PlatformKeys } from '../db/platform-keys.ts';
import { TenantKeyring } from '../db/tenant-keys.ts';
import type { Clock } from '../lib/clock.ts';
import { RowEncryption } from '../storage/encryption.ts';
import { reencryptObjects } from '../storage/reencryption.ts';

export interface ReencryptOptions {
  database: Pick<Database, 'query' | 'orm'>;
  platformKeys: PlatformKeys;
  clock: Clock;
  /** Only this tenant's clusters. */
  tenant?: string;
  /** What one call does at most. The next one goes on. */
  clustersMax: number;
  rowsMax: number;
}

export interface ReencryptResult {
  /** Clusters in which nothing is left to do. */
  clustersDone: number;
  rowsSealed: number;
  /** What could not be opened, once for each cluster: nothing of it was changed. */
  failed: EncryptionError[];
}

/**
 * Brings clusters to the newest version of their tenant's key: Secrets and private keys. Bounded, safe to stop at any moment
 * and to run again or twice at a time. A cluster is done when one look at all of its rows found none that had to be left.
 * Throws a `DatabaseError`.
 */
export async function reencryptClusters(options: ReencryptOptions): Promise<ReencryptResult> {
  const { database, platformKeys, clock, tenant, clustersMax, rowsMax } = options;
  const result: ReencryptResult = { clustersDone: 0, rowsSealed: 0, failed: [] };
  const keyrings = new Map<string, TenantKeyring>();
  let rowsLeft = rowsMax;
  const clusters = await staleClusters(database, { tenant, max: clustersMax });
  for (const cluster of clusters) {
    let keys = keyrings.get(cluster.tenant);
    if (!keys) keyrings.set(cluster.tenant, (keys = new TenantKeyring({ orm: database.orm, owner: { tenant: cluster.tenant }, platformKeys, clock })));
    try {
      await resealPrivateKeys(database, keys, cluster.id);
      const encryption = new RowEncryption({ clusterId: cluster.id, keys });
      const { found, sealed, failed, complete } = await reencryptObjects(database, cluster.id, encryption, { rowsMax: rowsLeft });
      rowsLeft -= found;
      result.rowsSealed += sealed;
      if (failed > 0) result.failed.push(new EncryptionError(`${failed} objects of cluster ${cluster.id} do not open`));
      if (complete && found === sealed) {
        await markReencrypted(database, cluster);
        result.clustersDone++;
      }
    } catch (error) {
      if (!(error instanceof EncryptionError)) throw error;
      result.failed.push(error);
    }
    if (rowsLeft <= 0) break;
  }
  return result;
}
