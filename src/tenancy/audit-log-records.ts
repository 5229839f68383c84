import { and, desc, eq, gte, lt } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { auditLog } from '../db/schema.ts';

type Orm = Database['orm'];

/** One call of the management API: who did what, when, from where, and what came of it. Never a body or a token, but for the beginning of a query in SQL. */
export type AuditRecord = Omit<typeof auditLog.$inferInsert, 'id'>;
export type ListedAuditRecord = typeof auditLog.$inferSelect;

export async function insertAuditRecord(orm: Orm, record: AuditRecord): Promise<void> {
  await orm.insert(auditLog).values(record);
}

export interface AuditFilter {
  actor?: string;
  operation?: string;
  cluster?: string;
  since?: Date;
}

/** The calls of a tenant, newest first. */
export async function listAuditRecords(
  orm: Orm,
  tenant: string,
  page: { limit: number; before?: number },
  { actor, operation, cluster, since }: AuditFilter,
): Promise<ListedAuditRecord[]> {
  return orm
    .select()
    .from(auditLog)
    .where(
      and(
        eq(auditLog.tenantId, tenant),
        page.before === undefined ? undefined : lt(auditLog.id, page.before),
        actor === undefined ? undefined : eq(auditLog.actor, actor),
        operation === undefined ? undefined : eq(auditLog.operation, operation),
        cluster === undefined ? undefined : eq(auditLog.clusterId, cluster),
        since === undefined ? undefined : gte(auditLog.at, since),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(page.limit);
}

/** Forgets what is older. For the scheduled clean-up. */
export async function deleteAuditRecords(orm: Orm, before: Date): Promise<void> {
  await orm.delete(auditLog).where(lt(auditLog.at, before));
}
