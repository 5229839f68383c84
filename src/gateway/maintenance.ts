import { deleteExpiredTokens } from '../authn/token-records.ts';
import { createDatabase } from '../db/client.ts';
import { auditPartitionDefaults, maintainAuditPartitions } from '../db/audit-partitions.ts';
import { maintainHistory } from '../db/history-retention.ts';
import { logPartitionDefaults } from '../db/log-partitions.ts';
import { PlatformKeys } from '../db/platform-keys.ts';
import { purgeDeletedClusters } from '../db/purge.ts';
import { settingsOf, type Env } from '../env.ts';
import { systemClock } from '../lib/clock.ts';
import { maintainKeys } from '../tenancy/key-upkeep.ts';
import { forgetOldRequests } from '../tenancy/upkeep.ts';

/** What the schedule in wrangler.toml does: partitions of the log and of audit events, expired tokens, what deleted clusters left behind, keys. */
export async function maintain(env: Env): Promise<void> {
  const settings = settingsOf(env);
  const database = createDatabase({ url: settings.databaseUrl, fetchEndpoint: settings.databaseFetchEndpoint });
  const { daysAhead } = logPartitionDefaults;
  await maintainHistory(database.query, { defaultDays: settings.logRetentionDays, daysAhead, batchRows: 5_000, batchesMax: 100 });
  await maintainAuditPartitions(database.query, { ...auditPartitionDefaults, retentionDays: settings.auditRetentionDays });
  await deleteExpiredTokens(database.orm, systemClock.now());
  await forgetOldRequests(database.orm, systemClock.now());
  await purgeDeletedClusters(database.orm, { batchRows: 5_000, batchesMax: 100 });
  await maintainKeys({
    database,
    platformKeys: new PlatformKeys(settings.platformKeys),
    clock: systemClock,
    onError: (message) => console.error(`keys: ${message}`),
  });
}
