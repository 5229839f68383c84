import { builtinAdmission } from '../admission/index.ts';
import { ClusterIssuers } from '../authn/jwt/cluster-issuers.ts';
import { findAuthentication } from '../authn/jwt/settings-records.ts';
import { createDatabase, type Database } from '../db/client.ts';
import { PlatformKeys } from '../db/platform-keys.ts';
import { TenantKeyring } from '../db/tenant-keys.ts';
import type { Settings } from '../env.ts';
import { systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { createScheme } from '../machinery/scheme.ts';
import { builtinResources } from '../resources/index.ts';
import { getDocument } from '../server/webhooks/get-document.ts';
import { RowEncryption } from '../storage/encryption.ts';
import { PostgresBackend } from '../storage/postgres.ts';
import { DatabaseCertificates } from './certificates.ts';
import { clusterControllers } from './controllers.ts';
import type { RuntimeOptions } from './runtime.ts';
import { DatabaseTokens } from './tokens.ts';

const scheme = createScheme(builtinResources);
const clock = systemClock;
/** Shorter waits than this keep the object awake; longer ones are left to the alarm. */
const stayAwakeMs = 5_000;

export const databaseOf = ({ databaseUrl, databaseFetchEndpoint }: Settings): Database =>
  createDatabase({ url: databaseUrl, fetchEndpoint: databaseFetchEndpoint });

/** What a cluster is made of on the platform, but for what its object is to it. */
export function clusterParts(settings: Settings, database: Database, cluster: string) {
  const { orm } = database;
  const keys = new TenantKeyring({ orm, owner: { cluster }, platformKeys: new PlatformKeys(settings.platformKeys), clock });
  const issuers = new ClusterIssuers({
    find: (id) => findAuthentication(orm, id),
    get: getDocument({ fetch: (input, init) => fetch(input, init), bridge: settings.webhookBridge }),
    clock,
  });
  return {
    backend: new PostgresBackend(database, cluster, { encryption: new RowEncryption({ clusterId: cluster, keys }) }),
    scheme,
    controllers: (own, kinds, authorizer) =>
      clusterControllers(kinds, { ...own, authorizer, caCertificate: settings.caCertificate }),
    clock,
    random: systemRandom,
    admission: builtinAdmission,
    tokens: new DatabaseTokens({ orm, cluster, keys, issuers, clock }),
    certificates: new DatabaseCertificates({ orm, cluster, keys, clock }),
    schedule,
  } satisfies Partial<RuntimeOptions>;
}

function schedule(task: () => void, delayMs: number): () => void {
  if (delayMs > stayAwakeMs) return () => {};
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
