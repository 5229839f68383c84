import { z } from '@hono/zod-openapi';
import { fieldDiff } from '../history/diff.ts';
import { resourceNamed } from '../history/kinds.ts';
import { parseMoment } from '../history/moment.ts';
import type { HistoryLine } from '../storage/history.ts';
import { historyOf, inHistory, revisionAt } from './cluster-history.ts';
import type { ManagementOptions } from './context.ts';
import { invalidParts } from './problem.ts';
import { defineRoute, json, routeGroup } from './route.ts';
import { ClusterPath, Instant } from './shapes.ts';

/** Lines that one request looks through at most: a page may be short, and yet not the last. */
const linesLookedAt = 50_000;

const MomentText = z.string().max(40).meta({ description: 'A revision, or a time in RFC 3339.', example: '2026-01-01T00:00:00Z' });

const HistoryQuery = z.strictObject({
  kind: z.string().max(320).optional().meta({ description: 'As kubectl takes it: `Deployment`, `deploy`, `deployments.apps`; a custom kind in full, `widgets.example.dev`.' }),
  namespace: z.string().max(63).optional(),
  name: z.string().max(253).optional(),
  since: MomentText.optional(),
  until: MomentText.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Writes in a page.' }),
  cursor: z.string().regex(/^[1-9]\d{0,15}$/, 'is no cursor').optional().meta({ description: '`nextCursor` of the page before.' }),
});

const FieldChange = z.object({
  path: z.string().meta({ example: 'spec.template.spec.containers[name=web].image' }),
  old: z.unknown().optional(),
  new: z.unknown().optional(),
  hidden: z.literal(true).optional().meta({ description: 'The values are secret.' }),
});

const HistoryItem = z
  .object({
    revision: z.int(),
    time: Instant,
    operation: z.enum(['create', 'update', 'delete']),
    kind: z.string().meta({ description: 'Plural and group.', example: 'deployments.apps' }),
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    user: z.string().meta({ description: 'Whose request it was; empty for the cluster itself.' }),
    fieldManager: z.string(),
    changes: z.array(FieldChange),
    omittedChanges: z.int().optional().meta({ description: 'How many fields changed besides.' }),
    previousUnknown: z.literal(true).optional().meta({ description: 'The log has no state before it to compare with.' }),
  })
  .openapi('HistoryItem');

const HistoryPage = z
  .object({
    items: z.array(HistoryItem),
    nextCursor: z.string().optional().meta({ description: 'For older writes; a page may be short, even empty, and still have one.' }),
    from: Instant.meta({ description: 'Since when the log of the cluster is complete.' }),
  })
  .openapi('HistoryPage');

const history = defineRoute({
  operationId: 'getHistory',
  method: 'get',
  path: '/v1/clusters/{cluster}/history',
  tags: ['History'],
  summary: 'Lists the writes to objects of a cluster, newest first: who, when, and which fields',
  description: 'The values of Secrets are not shown, only that they changed.',
  permission: 'history.read',
  request: { params: ClusterPath, query: HistoryQuery },
  responses: { 200: json(HistoryPage, 'A page of writes') },
});

/** Reads the log without waking the cluster. */
export function historyRoutes(options: ManagementOptions) {
  const group = routeGroup();

  group.openapi(history, async (c) => {
    const { kind, namespace, name, since, until, limit, cursor } = c.req.valid('query');
    const { id } = c.get('cluster');
    const own = historyOf(options, id);
    const bounds = await inHistory(own.bounds());
    const at = async (text: string, parameter: string): Promise<number> => {
      const moment = parseMoment(text);
      if (!moment) throw invalidParts([{ parameter, detail: 'must be a revision, or a time in RFC 3339' }]);
      if ('revision' in moment) return moment.revision;
      return moment.time < bounds.from ? bounds.compactedRevision : revisionAt(options, id, moment.time);
    };
    const upTo = Math.min(
      bounds.revision,
      until === undefined ? Infinity : await at(until, 'until'),
      cursor === undefined ? Infinity : Number(cursor) - 1,
    );
    const oldest = Math.max(bounds.compactedRevision, since === undefined ? 0 : await at(since, 'since'));
    const after = Math.max(oldest, upTo - linesLookedAt);
    const scope = { namespace, name, ...(kind !== undefined && { resource: resourceNamed(kind) }) };
    const lines = after < upTo ? await inHistory(own.lines({ after, upTo }, scope, limit)) : [];
    // Large objects make a page short as well: only as far as the lines that came has the log been seen.
    const seen = lines.at(-1)?.revision ?? after + 1;
    const nextCursor = seen - 1 > oldest ? String(seen) : undefined;
    return c.json({ items: lines.map(itemOf), ...(nextCursor && { nextCursor }), from: bounds.from.toISOString() }, 200);
  });

  return group;
}

const operations = { ADDED: 'create', MODIFIED: 'update', DELETED: 'delete' } as const;

function itemOf({ resource, type, text, previousText, ...line }: HistoryLine): z.infer<typeof HistoryItem> {
  const isUnknown = type !== 'ADDED' && previousText === undefined;
  const before = previousText === undefined ? undefined : JSON.parse(previousText);
  const { changes, omitted } = isUnknown ? { changes: [], omitted: 0 } : fieldDiff(before, JSON.parse(text));
  const { revision, time, namespace, name, uid, user, fieldManager } = line;
  return {
    revision,
    time,
    operation: operations[type],
    kind: resource,
    namespace,
    name,
    uid,
    user,
    fieldManager,
    changes,
    ...(omitted > 0 && { omittedChanges: omitted }),
    ...(isUnknown && { previousUnknown: true as const }),
  };
}
