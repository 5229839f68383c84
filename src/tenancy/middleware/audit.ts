import type { MiddlewareHandler } from 'hono';
import { insertAuditRecord } from '../audit-log-records.ts';
import type { ManagementEnv, ManagementOptions } from '../context.ts';

const textMax = 300;

/**
 * Writes each call into the audit log, whatever came of it, before it is answered. If that fails the answer stands: what was
 * done is done.
 */
export const audit =
  ({ database, clock, onError }: Pick<ManagementOptions, 'database' | 'clock' | 'onError'>): MiddlewareHandler<ManagementEnv> =>
  async (c, next) => {
    const at = clock.now();
    await next();
    const { id: operation, method } = c.get('operation');
    const { tenant, name, key } = c.get('principal');
    const header = (field: string) => c.req.header(field)?.slice(0, textMax) ?? null;
    try {
      await insertAuditRecord(database.orm, {
        // What is done to a tenant from above is for its own eyes too.
        tenantId: c.get('auditedTenant') ?? tenant,
        at,
        actor: name,
        apiKeyId: key ?? null,
        operation,
        method,
        path: c.req.path.slice(0, textMax),
        clusterId: c.get('cluster')?.id ?? c.get('auditedCluster') ?? null,
        status: c.res.status,
        code: c.get('problem') ?? null,
        address: header('cf-connecting-ip'),
        userAgent: header('user-agent'),
        idempotencyKey: header('idempotency-key'),
        detail: c.get('auditedDetail') ?? null,
      });
    } catch (error) {
      onError?.(error);
    }
  };
