import { createDatabase } from '../db/client.ts';
import { logPartitionDefaults, maintainLogPartitions } from '../db/log-partitions.ts';
import { settingsOf, type Env } from '../env.ts';
import { purgeDeletedClusters } from '../tenancy/purge.ts';

/** What the schedule in wrangler.toml does: partitions of the log, and what deleted clusters left behind. */
export async function maintain(env: Env): Promise<void> {
  const settings = settingsOf(env);
  const database = createDatabase({ url: settings.databaseUrl, fetchEndpoint: settings.databaseFetchEndpoint });
  await maintainLogPartitions(database.query, { ...logPartitionDefaults, retentionDays: settings.logRetentionDays });
  await purgeDeletedClusters(database.orm, { batchRows: 5_000, batchesMax: 100 });
}
