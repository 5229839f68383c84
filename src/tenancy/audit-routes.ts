import { z } from '@hono/zod-openapi';
import { findAuditEvents } from './audit-event-records.ts';
import type { ManagementOptions } from './context.ts';
import { defineRoute, json, routeGroup } from './route.ts';
import { ClusterPath, Instant, page } from './shapes.ts';

/** `pods`, `pods/log`, `deployments.apps`, `deployments.apps/scale`. */
const resourcePattern = /^([a-z0-9][-a-z0-9]*)(?:\.([a-z0-9][-a-z0-9.]*))?(?:\/([a-z0-9]+))?$/;

const text = (description: string) => z.string().max(1024).optional().meta({ description });

const ListAuditEvents = z.strictObject({
  user: text('Who asked, or the user that the request was carried out as.'),
  verb: text('As in authorization: get, list, watch, create, …; the HTTP method in lower case for paths that are no resource.'),
  resource: z
    .string()
    .max(512)
    .regex(resourcePattern, 'must be the plural name of a resource, as pods, pods/log, deployments.apps or deployments.apps/scale')
    .optional()
    .meta({ description: 'The plural name, with the group behind a dot and a subresource behind a slash if these matter.' }),
  namespace: text('The namespace of the object.'),
  name: text('The name of the object.'),
  auditID: text('The Audit-Id header of an answer.'),
  decision: z.enum(['allow', 'forbid']).optional().meta({ description: 'What was decided about the request.' }),
  stage: z.enum(['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']).optional(),
  since: Instant.optional(),
  until: Instant.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: 'Events in a page, at most.' }),
  cursor: z.string().regex(/^\d{1,16}$/, 'must be the nextCursor of the page before').optional(),
});

const AuditEvent = z
  .looseObject({ kind: z.literal('Event'), apiVersion: z.literal('audit.k8s.io/v1'), auditID: z.string(), stage: z.string() })
  .openapi('AuditEvent', { description: 'An audit.k8s.io/v1 Event of Kubernetes.' });

const list = defineRoute({
  operationId: 'listAuditEvents',
  method: 'get',
  path: '/v1/clusters/{cluster}/audit',
  tags: ['Clusters'],
  summary: 'Finds audit events of a cluster, the newest first',
  description: 'Only what its audit policy wants is there. A page can be short or empty although it has a nextCursor: so many events are looked at.',
  permission: 'audit-events.read',
  request: { params: ClusterPath, query: ListAuditEvents },
  responses: { 200: json(page(AuditEvent).openapi('AuditEventPage'), 'A page of events') },
});

/** What happened at the API of a cluster. */
export function auditRoutes({ database }: ManagementOptions) {
  return routeGroup().openapi(list, async (c) => {
    const { auditID, resource, since, until, limit, cursor, ...rest } = c.req.valid('query');
    const [, plural = '', group, subresource] = resourcePattern.exec(resource ?? '') ?? [];
    const { events, before } = await findAuditEvents(
      database.query,
      c.get('cluster').id,
      {
        ...rest,
        auditId: auditID,
        ...(resource !== undefined && { resource: { resource: plural, group, subresource } }),
        ...(since !== undefined && { since: new Date(since) }),
        ...(until !== undefined && { until: new Date(until) }),
      },
      { limit, before: cursor === undefined ? undefined : Number(cursor) },
    );
    const items = events.map((event) => JSON.parse(event) as z.infer<typeof AuditEvent>);
    return c.json({ items, ...(before !== undefined && { nextCursor: String(before) }) }, 200);
  });
}
