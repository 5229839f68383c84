import type { Database } from '../../src/db/client.ts';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { TenantKeyring } from '../../src/db/tenant-keys.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { RowEncryption } from '../../src/storage/encryption.ts';

/** One entry of `PLATFORM_KEYS`: a key of 32 bytes that are all the same. */
export const platformKey = (id: string, byte: number): string => `${id}:${btoa(String.fromCharCode(byte).repeat(32))}`;

export const testPlatformKeys = platformKey('test', 1);

export interface TestKeys {
  platformKeys?: string;
  clock?: Clock;
  resources?: readonly string[];
}

/** The keys of the tenant that a cluster belongs to, as a new isolate has them. */
export const keysOf = ({ orm }: Pick<Database, 'orm'>, cluster: string, { platformKeys = testPlatformKeys, clock = systemClock }: TestKeys = {}) =>
  new TenantKeyring({ orm, owner: { cluster }, platformKeys: new PlatformKeys(platformKeys), clock });

/** The encryption of a cluster's rows, as a new isolate has it. */
export const encryptionOf = (database: Pick<Database, 'orm'>, clusterId: string, options: TestKeys = {}) =>
  new RowEncryption({
    clusterId,
    keys: keysOf(database, clusterId, options),
    ...(options.resources && { resources: new Set(options.resources) }),
  });
