/** Hooks, their secrets and receipts in the database. */
import { and, asc, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { Place } from '../../db/envelope.ts';
import { clusters, hookReceipts, hooks, hookSecrets } from '../../db/schema.ts';
import type { ActionResult } from './actions/action.ts';
import type { Outcome } from './carry-out.ts';
import { readHookConfig, type HookConfig } from './config.ts';

type Orm = Database['orm'];

export interface HookRecord {
  id: string;
  clusterId: string;
  name: string;
  namespace: string;
  config: HookConfig;
  createdBy: string;
  createdAt: Date;
}

/** A secret as it is stored: the hash of a token, or a sealed one. */
export interface SecretRecord {
  id: string;
  hash: string | null;
  secret: string | null;
}

/** What a sealed secret belongs to: it opens for no other cluster, and under no other id. */
export const secretPlace = (cluster: string, id: string): Place => ['hook_secrets', cluster, id];

/** Hooks that a cluster has at most. */
export const hooksMax = 100;
/** For how long deliveries are remembered, and receipts kept: as long as GitHub can send one again. */
const receiptsKeptMs = 3 * 86_400_000;
/** After that long nobody is at work any more on a delivery that seems to be under way. */
const abandonedAfterMs = 2 * 60_000;

const columns = {
  id: hooks.id,
  clusterId: hooks.clusterId,
  name: hooks.name,
  namespace: hooks.namespace,
  config: hooks.config,
  createdBy: hooks.createdBy,
  createdAt: hooks.createdAt,
};
const recordOf = (row: Omit<HookRecord, 'config'> & { config: string }): HookRecord => ({ ...row, config: readHookConfig(row.config) });

/** The hook of that id, if its cluster is there, with its tenant and the secrets that are good at `now`. */
export async function findHook(orm: Orm, id: string, now: Date): Promise<{ hook: HookRecord; tenant: string; secrets: SecretRecord[] } | undefined> {
  const isGood = or(isNull(hookSecrets.expiresAt), gt(hookSecrets.expiresAt, now));
  const rows = await orm
    .select({ hook: columns, tenant: clusters.tenantId, secret: { id: hookSecrets.id, hash: hookSecrets.hash, secret: hookSecrets.secret } })
    .from(hooks)
    .innerJoin(clusters, and(eq(clusters.id, hooks.clusterId), isNull(clusters.deletedAt)))
    .leftJoin(hookSecrets, and(eq(hookSecrets.hookId, hooks.id), isGood))
    .where(eq(hooks.id, id));
  const [first] = rows;
  if (!first) return undefined;
  return { hook: recordOf(first.hook), tenant: first.tenant, secrets: rows.flatMap(({ secret }) => secret ?? []) };
}

const named = (cluster: string, idOrName: string) => and(eq(hooks.clusterId, cluster), or(eq(hooks.id, idOrName), eq(hooks.name, idOrName)));

/** The hook of a cluster with that id or name. */
export async function findClusterHook(orm: Orm, cluster: string, idOrName: string): Promise<HookRecord | undefined> {
  const [row] = await orm.select(columns).from(hooks).where(named(cluster, idOrName)).limit(1);
  return row && recordOf(row);
}

/** The hooks of a cluster in order of their names. */
export async function listHooks(orm: Orm, cluster: string): Promise<HookRecord[]> {
  const rows = await orm.select(columns).from(hooks).where(eq(hooks.clusterId, cluster)).orderBy(asc(hooks.name)).limit(hooksMax);
  return rows.map(recordOf);
}

/** Whether it was made: another one may have the name. */
export async function insertHook(orm: Orm, hook: HookRecord): Promise<boolean> {
  const row = { ...hook, config: JSON.stringify(hook.config), tokens: hook.config.perMinute, refilledAt: hook.createdAt };
  const made = await orm.insert(hooks).values(row).onConflictDoNothing().returning({ id: hooks.id });
  return made.length > 0;
}

export async function replaceHookConfig(orm: Orm, id: string, config: HookConfig): Promise<void> {
  await orm.update(hooks).set({ config: JSON.stringify(config) }).where(eq(hooks.id, id));
}

export async function deleteHook(orm: Orm, id: string): Promise<void> {
  await orm.delete(hooks).where(eq(hooks.id, id));
}

/** Adds a secret; those before it are good until then. */
export async function addSecret(orm: Orm, hook: HookRecord, secret: SecretRecord, othersUntil: Date, now: Date): Promise<void> {
  await orm.insert(hookSecrets).values({ ...secret, hookId: hook.id, clusterId: hook.clusterId, createdAt: now });
  const others = and(eq(hookSecrets.hookId, hook.id), sql`${hookSecrets.id} <> ${secret.id}`);
  const sooner = or(isNull(hookSecrets.expiresAt), gt(hookSecrets.expiresAt, othersUntil));
  await orm.update(hookSecrets).set({ expiresAt: othersUntil }).where(and(others, sooner));
}

export interface Arrival {
  hook: string;
  key: string;
  /** What the sender calls it. */
  delivery: string;
  event: string;
  address: string | null;
  at: Date;
  perMinute: number;
  dryRun: boolean;
}

/** `limited`: too many of late. `duplicate`: it was carried out, or is under way. Otherwise when it was first received. */
export type Claim = 'limited' | 'duplicate' | { id: number; receivedAt: Date };

/**
 * Notes an arrival, and claims the right to carry it out: once, but for what failed. One statement, so that of two arrivals at
 * one moment one has it, and the rate holds over all isolates.
 */
export async function claimDelivery({ query }: Pick<Database, 'query'>, arrival: Arrival): Promise<Claim> {
  const { hook, key, delivery, event, address, at, perMinute, dryRun } = arrival;
  const abandoned = new Date(at.getTime() - abandonedAfterMs).toISOString();
  const [row] = await query(claimSql, [hook, key, delivery, event, address, at.toISOString(), perMinute, dryRun, abandoned]);
  const [passed, id, receivedAtMs] = row!;
  if (passed === '0') return 'limited';
  return id === null ? 'duplicate' : { id: Number(id), receivedAt: new Date(Number(receivedAtMs)) };
}

const refilled = `least($7::double precision, tokens + greatest(0, extract(epoch from $6::timestamptz - refilled_at)) * $7 / 60)`;
const claimSql = `with passed as (
  update hooks set tokens = ${refilled} - 1, refilled_at = greatest(refilled_at, $6::timestamptz)
  where id = $1 and ${refilled} >= 1 returning id
), claimed as (
  insert into hook_receipts as old (hook_id, key, delivery, event, address, received_at, attempted_at, dry_run)
  select id, $2, $3, $4, $5, $6::timestamptz, $6::timestamptz, $8::boolean from passed
  on conflict (hook_id, key) do update
  set state = 'running', attempted_at = excluded.attempted_at, attempts = old.attempts + 1, dry_run = excluded.dry_run, error = null
  where old.state = 'failed' or (old.state = 'running' and old.attempted_at < $9::timestamptz)
  returning id, (extract(epoch from received_at) * 1000)::bigint as received
)
select (select count(*) from passed), (select id from claimed), (select received from claimed)`;

/** Notes what became of a delivery. */
export async function finishDelivery(orm: Orm, hook: string, id: number, { state, results, error }: Outcome): Promise<void> {
  const set = { state, results: JSON.stringify(results), error: error?.slice(0, 1_000) ?? null };
  await orm.update(hookReceipts).set(set).where(and(eq(hookReceipts.hookId, hook), eq(hookReceipts.id, id)));
}

export type ReceiptRecord = Omit<typeof hookReceipts.$inferSelect, 'results'> & { results: ActionResult[] };

/** What a hook received, the newest first. */
export async function listReceipts(orm: Orm, hook: string, page: { limit: number; before?: number }): Promise<ReceiptRecord[]> {
  const before = page.before === undefined ? undefined : lt(hookReceipts.id, page.before);
  const rows = await orm.select().from(hookReceipts).where(and(eq(hookReceipts.hookId, hook), before)).orderBy(desc(hookReceipts.id)).limit(page.limit);
  return rows.map((row) => ({ ...row, results: JSON.parse(row.results) as ActionResult[] }));
}

/** Forgets old deliveries, and secrets whose time is over. For the schedule. */
export async function forgetOldDeliveries(orm: Orm, now: Date): Promise<void> {
  await orm.delete(hookReceipts).where(lt(hookReceipts.receivedAt, new Date(now.getTime() - receiptsKeptMs)));
  await orm.delete(hookSecrets).where(lt(hookSecrets.expiresAt, now));
}
