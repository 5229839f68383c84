import { forgetOldDeliveries } from '../automation/hooks/records.ts';
import type { Database } from '../db/client.ts';
import { deleteAuditRecords } from './audit-log-records.ts';
import { deleteOldKeys } from './idempotency-records.ts';

/** For how long the audit log of the management API is kept. */
const auditLogDays = 400;

/** Forgets kept answers, lines of the audit log and receipts of hooks whose time is over. For the schedule. */
export async function forgetOldRequests(orm: Database['orm'], now: Date): Promise<void> {
  await deleteOldKeys(orm, now);
  await forgetOldDeliveries(orm, now);
  await deleteAuditRecords(orm, new Date(now.getTime() - auditLogDays * 86_400_000));
}
