import { deleteExpiredSigningKeys } from '../authn/signing-key-rotation.ts';
import type { Database } from '../db/client.ts';
import { deleteUnusedTenantKeys, makeMissingTenantKeys, rewrapTenantKeys } from '../db/key-rotation.ts';
import { EncryptionError, type PlatformKeys } from '../db/platform-keys.ts';
import type { Clock } from '../lib/clock.ts';
import { reencryptClusters } from './reencrypt.ts';

export interface KeyUpkeepOptions {
  database: Pick<Database, 'query' | 'orm'>;
  platformKeys: PlatformKeys;
  clock: Clock;
  /** Gets what could not be done because a key is missing or another one; never a key. */
  onError(message: string): void;
}

/** What one run does at most. */
const tenantsMax = 10_000;
const clustersMax = 2_000;
const rowsMax = 100_000;

/**
 * What the schedule does about keys: tenants without one get it, the first platform key wraps what others wrapped, clusters
 * are brought to the newest version of their tenant's key, and what nobody needs any more goes. Bounded; the next run goes on.
 */
export async function maintainKeys({ database, platformKeys, clock, onError }: KeyUpkeepOptions): Promise<void> {
  await deleteExpiredSigningKeys(database.orm);
  await deleteUnusedTenantKeys(database);
  try {
    await makeMissingTenantKeys(database, platformKeys, tenantsMax);
    const rewrapped = await rewrapTenantKeys(database, platformKeys, tenantsMax);
    const reencrypted = await reencryptClusters({ database, platformKeys, clock, clustersMax, rowsMax });
    // The same key is often what many miss.
    for (const message of new Set([...rewrapped.failed, ...reencrypted.failed].map((error) => error.message))) onError(message);
  } catch (error) {
    if (!(error instanceof EncryptionError)) throw error;
    onError(error.message);
  }
}
