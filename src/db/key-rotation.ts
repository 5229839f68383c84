import type { Database } from './client.ts';
import { EncryptionError, type PlatformKeys } from './platform-keys.ts';
import { addTenantKey, keyPlace, settledAfterMs } from './tenant-keys.ts';

type Query = Pick<Database, 'query'>;

/** Versions of a key that a tenant has at most: those that are replaced by the next one, or by retention, do not stay. */
export const keyVersionsMax = 20;

/** A version of a tenant's key, as its owner sees it. */
export interface KeyVersion {
  version: number;
  createdAt: Date;
}

export interface TenantKeyStatus {
  /** The newest first; it is the one that writes. Empty as long as nothing was encrypted. */
  versions: KeyVersion[];
  /** The tenant's clusters, and those of them in which the newest version has replaced the others. */
  clusters: { total: number; reencrypted: number };
}

export async function tenantKeyStatus({ query }: Query, tenant: string): Promise<TenantKeyStatus> {
  const versions = await query(
    `select version, (extract(epoch from created_at) * 1000)::bigint from tenant_keys where tenant_id = $1 order by version desc`,
    [tenant],
  );
  const [counts] = await query(
    `select count(*), count(*) filter (where reencrypted.version >= $2)
    from clusters left join reencrypted_clusters as reencrypted on cluster_id = id
    where tenant_id = $1 and deleted_at is null`,
    [tenant, versions[0]?.[0] ?? 0],
  );
  return {
    versions: versions.map(([version, createdAtMs]) => ({ version: Number(version), createdAt: new Date(Number(createdAtMs)) })),
    clusters: { total: Number(counts![0]), reencrypted: Number(counts![1]) },
  };
}

/**
 * Gives a tenant a new version of its key, which writers take up within minutes. Throws an `EncryptionError` without a
 * platform key. Of several rotations at one moment one counts.
 */
export async function rotateTenantKey(database: Pick<Database, 'query' | 'orm'>, platformKeys: PlatformKeys, tenant: string): Promise<'rotated' | 'too-many'> {
  const { versions } = await tenantKeyStatus(database, tenant);
  if (versions.length >= keyVersionsMax) return 'too-many';
  await addTenantKey(database.orm, platformKeys, tenant, (versions[0]?.version ?? 0) + 1);
  return 'rotated';
}

/** A cluster that may have something older than the newest version of its tenant's key. */
export interface StaleCluster {
  id: string;
  tenant: string;
  /** The newest version. Everybody writes with it by now. */
  version: number;
}

/**
 * Clusters to re-encrypt, of one tenant or of all: at most `max`, in no order, so that those which cannot be done do not keep
 * the others from their turn.
 */
export async function staleClusters({ query }: Query, wanted: { tenant?: string; max: number }): Promise<StaleCluster[]> {
  const rows = await query(
    `select id, tenant_id, newest.version from clusters
    join lateral (
      select version, created_at from tenant_keys where tenant_keys.tenant_id = clusters.tenant_id order by version desc limit 1
    ) as newest on true
    left join reencrypted_clusters as reencrypted on cluster_id = id
    where deleted_at is null and ($1::text is null or clusters.tenant_id = $1)
      and coalesce(reencrypted.version, 0) < newest.version and newest.created_at < now() - make_interval(secs => $2)
    order by random() limit $3`,
    [wanted.tenant ?? null, settledAfterMs / 1_000, wanted.max],
  );
  return rows.map(([id, tenant, version]) => ({ id: id!, tenant: tenant!, version: Number(version) }));
}

/** Notes that nothing of a cluster needs a key older than this version. */
export async function markReencrypted({ query }: Query, { id, version }: StaleCluster): Promise<void> {
  await query(
    `insert into reencrypted_clusters (cluster_id, version) select id, $2 from clusters where id = $1
    on conflict (cluster_id) do update set version = greatest(reencrypted_clusters.version, excluded.version)`,
    [id, version],
  );
}

/** Makes the first key of up to `max` tenants that have clusters and no key, so that what is there is encrypted too. */
export async function makeMissingTenantKeys(database: Pick<Database, 'query' | 'orm'>, platformKeys: PlatformKeys, max: number): Promise<void> {
  const tenants = await database.query(
    `select distinct tenant_id from clusters
    where deleted_at is null and not exists (select from tenant_keys where tenant_keys.tenant_id = clusters.tenant_id) limit $1`,
    [max],
  );
  for (const [tenant] of tenants) await addTenantKey(database.orm, platformKeys, tenant!, 1);
}

/**
 * Wraps up to `max` keys of tenants anew that another platform key than the first one wraps, each by compare and swap.
 * A key whose platform key is missing or another one is left as it is; its error is given back.
 */
export async function rewrapTenantKeys({ query }: Query, platformKeys: PlatformKeys, max: number): Promise<{ rewrapped: number; failed: EncryptionError[] }> {
  const rows = await query(
    `select tenant_id, version, platform_key_id, wrapped_key from tenant_keys where platform_key_id <> $1
    order by random() limit $2`,
    [platformKeys.wrappingId(), max],
  );
  const failed: EncryptionError[] = [];
  let rewrapped = 0;
  for (const [tenant, version, platformKeyId, wrappedKey] of rows) {
    const place = keyPlace(tenant!, Number(version));
    try {
      const key = await platformKeys.unwrap(place, { platformKeyId: platformKeyId!, wrappedKey: wrappedKey! });
      const next = await platformKeys.wrap(place, key);
      const replaced = await query(
        `update tenant_keys set platform_key_id = $4, wrapped_key = $5
        where tenant_id = $1 and version = $2 and wrapped_key = $3 returning version`,
        [tenant, version, wrappedKey, next.platformKeyId, next.wrappedKey],
      );
      rewrapped += replaced.length;
    } catch (error) {
      if (!(error instanceof EncryptionError)) throw error;
      failed.push(error);
    }
  }
  return { rewrapped, failed };
}

/**
 * Removes versions that nothing is encrypted with any more: all clusters of the tenant were re-encrypted with a later one, and
 * every partition of the log began later than a day after the version was replaced.
 */
export async function deleteUnusedTenantKeys({ query }: Query): Promise<void> {
  await query(`delete from tenant_keys as old
  where not exists (
    select from clusters left join reencrypted_clusters as reencrypted on cluster_id = id
    where clusters.tenant_id = old.tenant_id and deleted_at is null and coalesce(reencrypted.version, 0) <= old.version
  ) and (
    select min(later.created_at) from tenant_keys as later where later.tenant_id = old.tenant_id and later.version > old.version
  ) + interval '1 day' < (
    select to_date(min(right(relname, 8)), 'YYYYMMDD') from pg_class join pg_inherits on inhrelid = pg_class.oid
    where inhparent = to_regclass('log')
  )`);
}
