import * as z from 'zod';
import type { Deliverer } from './automation/deliverer.ts';
import type { Cluster } from './cluster/object.ts';

/** The bindings of wrangler.toml, as the platform hands them over. */
export interface Env {
  CLUSTER: DurableObjectNamespace<Cluster>;
  DELIVERER: DurableObjectNamespace<Deliverer>;
  DATABASE_URL: string;
  DATABASE_FETCH_ENDPOINT?: string;
  PLATFORM_KEYS?: string;
  CA_CERTIFICATE?: string;
  WEBHOOK_BRIDGE?: string;
  WEBHOOKS_REACH_PRIVATE_ADDRESSES?: string;
  LOG_RETENTION_DAYS?: string;
  AUDIT_RETENTION_DAYS?: string;
}

const Settings = z.object({
  /** Where Postgres is: a connection string. */
  DATABASE_URL: z.string().min(1),
  /** The local SQL-over-HTTP bridge; absent on the platform, where the driver speaks to Neon. */
  DATABASE_FETCH_ENDPOINT: z.url().optional(),
  /** What wraps the tenants' keys: `ID:BASE64,…`. The first one wraps, all unwrap. Without it clusters answer 503, and say why. */
  PLATFORM_KEYS: z.string().optional(),
  /** The PEM of the CA that signed the server's certificate, where it is not a public one: goes into kubeconfigs. */
  CA_CERTIFICATE: z.string().optional(),
  /** Who carries out the cluster's requests to webhooks (the local server); absent on the platform, where fetch does. */
  WEBHOOK_BRIDGE: z.url().optional(),
  /** Whether subscriptions may name private addresses, and http: `true` on the local server, never where many are served. */
  WEBHOOKS_REACH_PRIVATE_ADDRESSES: z.stringbool().default(false),
  /** How long the log is kept, in days. */
  LOG_RETENTION_DAYS: z.coerce.number().int().positive().default(7),
  /** How long audit events are kept, in days. */
  AUDIT_RETENTION_DAYS: z.coerce.number().int().positive().default(30),
});

export interface Settings {
  databaseUrl: string;
  databaseFetchEndpoint: string | undefined;
  platformKeys: string | undefined;
  caCertificate: string | undefined;
  webhookBridge: string | undefined;
  webhooksReachPrivateAddresses: boolean;
  logRetentionDays: number;
  auditRetentionDays: number;
}

const parsed = new WeakMap<object, Settings>();

/** The settings in `env`, checked once per isolate. Throws with the names of what is wrong, never with values. */
export function settingsOf(env: Env): Settings {
  const known = parsed.get(env);
  if (known) return known;
  const result = Settings.safeParse(env);
  if (!result.success)
    throw new Error(`bad configuration: ${result.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
  const settings: Settings = {
    databaseUrl: result.data.DATABASE_URL,
    databaseFetchEndpoint: result.data.DATABASE_FETCH_ENDPOINT,
    platformKeys: result.data.PLATFORM_KEYS,
    caCertificate: result.data.CA_CERTIFICATE,
    webhookBridge: result.data.WEBHOOK_BRIDGE,
    webhooksReachPrivateAddresses: result.data.WEBHOOKS_REACH_PRIVATE_ADDRESSES,
    logRetentionDays: result.data.LOG_RETENTION_DAYS,
    auditRetentionDays: result.data.AUDIT_RETENTION_DAYS,
  };
  parsed.set(env, settings);
  return settings;
}
