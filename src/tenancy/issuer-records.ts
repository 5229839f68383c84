import { and, asc, eq, gt, or } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { JwtAuthenticator } from '../db/jwt-authenticator.ts';
import { oidcIssuers } from '../db/schema.ts';
import { unlessDuplicate } from './duplicate.ts';

type Orm = Database['orm'];

export interface IssuerRecord {
  id: string;
  tenantId: string;
  name: string;
  config: JwtAuthenticator;
  createdAt: Date;
}

const recordOf = (row: typeof oidcIssuers.$inferSelect): IssuerRecord => ({
  ...row,
  config: JwtAuthenticator.parse(JSON.parse(row.config)),
});

/** Undefined if the name is taken. */
export async function insertIssuer(orm: Orm, issuer: IssuerRecord): Promise<IssuerRecord | undefined> {
  const row = { ...issuer, config: JSON.stringify(issuer.config) };
  const [created] = (await unlessDuplicate(orm.insert(oidcIssuers).values(row).returning())) ?? [];
  return created && recordOf(created);
}

/** The tenant's issuers in order of their names. */
export async function listIssuers(orm: Orm, tenant: string, page: { limit: number; after?: string }): Promise<IssuerRecord[]> {
  const after = page.after === undefined ? undefined : gt(oidcIssuers.name, page.after);
  const rows = await orm
    .select()
    .from(oidcIssuers)
    .where(and(eq(oidcIssuers.tenantId, tenant), after))
    .orderBy(asc(oidcIssuers.name))
    .limit(page.limit);
  return rows.map(recordOf);
}

const named = (tenant: string, idOrName: string) =>
  and(eq(oidcIssuers.tenantId, tenant), or(eq(oidcIssuers.id, idOrName), eq(oidcIssuers.name, idOrName)));

/** The tenant's issuer with that id or name. */
export async function findIssuer(orm: Orm, tenant: string, idOrName: string): Promise<IssuerRecord | undefined> {
  const [row] = await orm.select().from(oidcIssuers).where(named(tenant, idOrName)).limit(1);
  return row && recordOf(row);
}

export async function replaceIssuer(orm: Orm, id: string, config: JwtAuthenticator): Promise<IssuerRecord | undefined> {
  const set = { config: JSON.stringify(config) };
  const [row] = await orm.update(oidcIssuers).set(set).where(eq(oidcIssuers.id, id)).returning();
  return row && recordOf(row);
}

/** Whether the tenant had such an issuer, which it has no more. */
export async function deleteIssuer(orm: Orm, tenant: string, idOrName: string): Promise<boolean> {
  const removed = await orm.delete(oidcIssuers).where(named(tenant, idOrName)).returning({ id: oidcIssuers.id });
  return removed.length > 0;
}
