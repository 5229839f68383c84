import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { readTenantQuotas, type TenantQuotas } from '../db/quotas.ts';
import { apiKeys, clusters, members, oidcIssuers, tenants, tokens } from '../db/schema.ts';
import { tokenOf, type ApiKeyRecord, type Secret } from './api-key-records.ts';
import { unlessDuplicate } from './duplicate.ts';
import type { MemberRecord } from './member-records.ts';

type Orm = Database['orm'];

export interface TenantRecord {
  id: string;
  name: string;
  createdAt: Date;
  quotas: TenantQuotas;
}

const columns = { id: tenants.id, name: tenants.name, createdAt: tenants.createdAt, quotas: tenants.quotas };
const recordOf = (row: Omit<TenantRecord, 'quotas'> & { quotas: string }): TenantRecord => ({
  ...row,
  quotas: readTenantQuotas(row.quotas),
});
const alive = isNull(tenants.deletedAt);

/** Stores a tenant with its first member and a key of his, or nothing. False if the name is taken. */
export async function insertTenant(
  orm: Orm,
  tenant: TenantRecord,
  first: { member: MemberRecord; key: ApiKeyRecord; secret: Secret },
): Promise<boolean> {
  const inserted = orm.batch([
    orm.insert(tenants).values({ ...tenant, quotas: JSON.stringify(tenant.quotas) }),
    orm.insert(members).values(first.member),
    orm.insert(apiKeys).values(first.key),
    orm.insert(tokens).values(tokenOf(first.key, first.secret)),
  ]);
  return (await unlessDuplicate(inserted)) !== undefined;
}

/** The tenant with that id or name. */
export async function findTenant(orm: Orm, idOrName: string): Promise<TenantRecord | undefined> {
  const named = or(eq(tenants.id, idOrName), eq(tenants.name, idOrName));
  const [row] = await orm.select(columns).from(tenants).where(and(named, alive)).limit(1);
  return row && recordOf(row);
}

/** All tenants in order of their names. */
export async function listTenants(orm: Orm, page: { limit: number; after?: string }): Promise<TenantRecord[]> {
  const after = page.after === undefined ? undefined : gt(tenants.name, page.after);
  const rows = await orm
    .select(columns)
    .from(tenants)
    .where(and(alive, after))
    .orderBy(asc(tenants.name))
    .limit(page.limit);
  return rows.map(recordOf);
}

/** Undefined if the name is taken. Quotas are replaced as a whole. */
export async function changeTenant(
  orm: Orm,
  id: string,
  change: { name?: string; quotas?: TenantQuotas },
): Promise<TenantRecord | undefined> {
  const { name, quotas } = change;
  const set = { ...(name !== undefined && { name }), ...(quotas && { quotas: JSON.stringify(quotas) }) };
  const updated = orm
    .update(tenants)
    .set(set)
    .where(and(eq(tenants.id, id), alive))
    .returning(columns);
  const [row] = (await unlessDuplicate(updated)) ?? [];
  return row && recordOf(row);
}

/**
 * Marks the tenant as deleted unless it has clusters, at once and for good: its name is free again, and nothing that opened it
 * opens it any more. False if it has clusters. The row goes when the last of its clusters' objects are gone.
 */
export async function deleteTenant(orm: Orm, id: string, now: Date): Promise<boolean> {
  const hasClusters = sql`exists (select from ${clusters} where ${clusters.tenantId} = ${id} and ${clusters.deletedAt} is null)`;
  const [deleted] = await orm
    .update(tenants)
    .set({ deletedAt: now })
    .where(and(eq(tenants.id, id), alive, sql`not ${hasClusters}`))
    .returning({ id: tenants.id });
  if (!deleted) return false;
  await orm.batch([
    orm.delete(tokens).where(eq(tokens.tenantId, id)),
    orm.delete(apiKeys).where(eq(apiKeys.tenantId, id)),
    orm.delete(members).where(eq(members.tenantId, id)),
    orm.delete(oidcIssuers).where(eq(oidcIssuers.tenantId, id)),
  ]);
  return true;
}
