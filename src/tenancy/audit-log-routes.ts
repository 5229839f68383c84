import { z } from '@hono/zod-openapi';
import { listAuditRecords, type ListedAuditRecord } from './audit-log-records.ts';
import type { ManagementOptions } from './context.ts';
import { defineRoute, json, routeGroup } from './route.ts';
import { Instant, page, pageOf, PageQuery } from './shapes.ts';

const AuditLogEntry = z
  .object({
    id: z.string(),
    at: Instant,
    actor: z.string().meta({ description: 'A member’s address, `key:NAME`, or the name of an admin’s token.' }),
    apiKey: z.string().nullable(),
    operation: z.string().meta({ description: 'An `operationId` of this document.' }),
    method: z.string(),
    path: z.string().meta({ description: 'Without its query.' }),
    cluster: z.string().nullable().meta({ description: 'Its id.' }),
    status: z.int(),
    code: z.string().nullable().meta({ description: 'That of the problem, if it was one.' }),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    idempotencyKey: z.string().nullable(),
    detail: z.string().nullable().meta({ description: 'The beginning of a query in SQL.' }),
  })
  .openapi('AuditLogEntry');

const Query = PageQuery.extend({
  cursor: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  actor: z.string().max(300).optional(),
  operation: z.string().max(100).optional(),
  cluster: z.string().max(63).optional().meta({ description: 'Its id.' }),
  since: z.iso.datetime().optional(),
});

const list = defineRoute({
  operationId: 'listAuditLog',
  method: 'get',
  path: '/v1/audit-log',
  tags: ['Audit log'],
  summary: 'Lists calls of this API, newest first',
  description: 'Every call by somebody who is known, refused ones among them. What is asked of a cluster’s own API is not in here.',
  permission: 'audit-log.read',
  request: { query: Query },
  responses: { 200: json(page(AuditLogEntry).openapi('AuditLogPage'), 'A page of calls') },
});

const view = (record: ListedAuditRecord): z.infer<typeof AuditLogEntry> => ({
  id: String(record.id),
  at: record.at.toISOString(),
  actor: record.actor,
  apiKey: record.apiKeyId,
  operation: record.operation,
  method: record.method,
  path: record.path,
  cluster: record.clusterId,
  status: record.status,
  code: record.code,
  address: record.address,
  userAgent: record.userAgent,
  idempotencyKey: record.idempotencyKey,
  detail: record.detail,
});

/** `/v1/audit-log`: who did what in the management API. */
export function auditLogRoutes({ database }: ManagementOptions) {
  const group = routeGroup();
  group.openapi(list, async (c) => {
    const { limit, cursor, since, ...filter } = c.req.valid('query');
    const before = cursor === undefined ? undefined : Number(cursor);
    const found = await listAuditRecords(
      database.orm,
      c.get('principal').tenant,
      { limit: limit + 1, before },
      { ...filter, since: since === undefined ? undefined : new Date(since) },
    );
    return c.json(pageOf(found, limit, view, (each) => String(each.id)), 200);
  });
  return group;
}
