import { z } from '@hono/zod-openapi';
import { cancelRestore, findRestore, insertRestore, listRestores, type RestoreRecord } from '../db/restore-records.ts';
import { limits } from '../lib/limits.ts';
import { resourceNamed } from '../history/kinds.ts';
import { historyOf, inHistory, revisionOf } from './cluster-history.ts';
import type { ManagementOptions, WantedRestore } from './context.ts';
import { unlessDuplicate } from './duplicate.ts';
import { newId } from './ids.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, json, routeGroup } from './route.ts';
import { ClusterPath, Instant } from './shapes.ts';

const tags = ['History'];
const RestorePath = ClusterPath.extend({ restore: z.string().meta({ description: 'Its id.' }) });

const CreateRestore = z
  .strictObject({
    asOf: z.string().max(40).meta({ description: 'A revision, or a time in RFC 3339.', example: '2026-01-01T00:00:00Z' }),
    kind: z.string().max(320).optional().meta({ description: 'Only this kind, as kubectl takes it; a custom one in full.' }),
    namespace: z.string().max(63).optional().meta({ description: 'Only this namespace, which is restored itself as well.' }),
    name: z.string().max(253).optional().meta({ description: 'Only objects of this name; with a kind.' }),
    keepNew: z.boolean().default(false).meta({ description: 'What was made after the moment stays.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Only shows what would be done.' }),
  })
  .refine(({ kind, name }) => name === undefined || kind !== undefined, { path: ['kind'], message: 'has to be said with a name' })
  .openapi('CreateRestore');

const Restore = z
  .object({
    id: z.string(),
    revision: z.int(),
    scope: z.object({ resource: z.string().optional(), namespace: z.string().optional(), name: z.string().optional(), keepNew: z.boolean() }),
    state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    objects: z.int().nullable().meta({ description: 'Changed since the moment; null before the first look.' }),
    done: z.int().meta({ description: 'Of them have been looked at.' }),
    problems: z.array(z.object({ object: z.string(), message: z.string() })).meta({ description: 'What could not be restored: 100 at most.' }),
    createdBy: z.string(),
    createdAt: Instant,
    finishedAt: Instant.nullable(),
  })
  .openapi('Restore');

const RestorePlan = z
  .object({
    revision: z.int(),
    steps: z
      .array(z.object({ action: z.enum(['create', 'update', 'delete']), resource: z.string(), namespace: z.string(), name: z.string() }))
      .meta({ description: `In the order in which they would be taken: ${limits.restoreStepsShown} at most.` }),
    total: z.int(),
  })
  .openapi('RestorePlan');

const create = defineRoute({
  operationId: 'createRestore',
  method: 'post',
  path: '/v1/clusters/{cluster}/restores',
  tags,
  summary: 'Restores a cluster, a namespace or an object to a moment',
  description:
    'By ordinary writes, which admission, validation, quotas and the audit see. It goes on by itself, over restarts as well; one at a time. Nodes, leases, events, what controllers make anew, and the status of objects are left alone.',
  permission: 'restores.write',
  request: { params: ClusterPath, body: body(CreateRestore) },
  responses: { 200: json(RestorePlan, 'What would be done'), 202: json(Restore, 'It has begun') },
});

const list = defineRoute({
  operationId: 'listRestores',
  method: 'get',
  path: '/v1/clusters/{cluster}/restores',
  tags,
  summary: 'Lists the last restores of a cluster, newest first',
  permission: 'restores.read',
  request: { params: ClusterPath },
  responses: { 200: json(z.object({ items: z.array(Restore) }).openapi('RestoreList'), 'The last 100') },
});

const get = defineRoute({
  operationId: 'getRestore',
  method: 'get',
  path: '/v1/clusters/{cluster}/restores/{restore}',
  tags,
  summary: 'Shows how far a restore is',
  permission: 'restores.read',
  request: { params: RestorePath },
  responses: { 200: json(Restore, 'The restore') },
});

const cancel = defineRoute({
  operationId: 'cancelRestore',
  method: 'post',
  path: '/v1/clusters/{cluster}/restores/{restore}/cancel',
  tags,
  summary: 'Stops a restore where it is',
  description: 'What was restored stays so.',
  permission: 'restores.write',
  request: { params: RestorePath },
  responses: { 200: json(Restore, 'The restore') },
});

type Scope = WantedRestore['scope'];

export function restoreRoutes(options: ManagementOptions) {
  const { orm } = options.database;
  const group = routeGroup();

  group.openapi(create, async (c) => {
    const { asOf, kind, namespace, name, keepNew, dryRun } = c.req.valid('json');
    const { id: cluster } = c.get('cluster');
    const { revision: until } = await inHistory(historyOf(options, cluster).bounds());
    const revision = await revisionOf(options, cluster, asOf, { pointer: '/asOf' });
    const scope: Scope = { namespace, name, keepNew, until, ...(kind !== undefined && { resource: resourceNamed(kind) }) };
    const steps = await options.clusters.planRestore(cluster, { revision, scope });
    if (!steps) throw new Problem('history_gone', 'the log does not know all that changed since any more, or it is too much at once: restore less');
    if (dryRun) return c.json({ revision, steps: steps.slice(0, limits.restoreStepsShown), total: steps.length }, 200);
    const wanted = { id: newId('r', options.random), cluster, revision, scope, createdBy: c.get('principal').name };
    const record = await unlessDuplicate(insertRestore(orm, wanted));
    if (!record) throw new Problem('conflict', 'another restore of the cluster is running');
    await options.clusters.restore(cluster);
    return c.json(view(record), 202, { Location: `/v1/clusters/${cluster}/restores/${record.id}` });
  });

  group.openapi(list, async (c) => {
    const found = await listRestores<Scope>(orm, c.get('cluster').id, 100);
    return c.json({ items: found.map(view) }, 200);
  });

  group.openapi(get, async (c) => {
    const record = await findRestore<Scope>(orm, c.get('cluster').id, c.req.valid('param').restore);
    if (!record) throw new Problem('not_found', 'there is no such restore');
    return c.json(view(record), 200);
  });

  group.openapi(cancel, async (c) => {
    const { id } = c.get('cluster');
    const { restore } = c.req.valid('param');
    const record = await cancelRestore<Scope>(orm, id, restore);
    if (record) return c.json(view(record), 200);
    const known = await findRestore(orm, id, restore);
    throw known ? new Problem('conflict', `the restore has ${known.state} already`) : new Problem('not_found', 'there is no such restore');
  });

  return group;
}

const view = ({ id, revision, scope, state, steps, done, problems, createdBy, createdAt, finishedAt }: RestoreRecord<Scope>): z.infer<typeof Restore> => ({
  id,
  revision,
  scope: { resource: scope.resource, namespace: scope.namespace, name: scope.name, keepNew: scope.keepNew ?? false },
  state,
  objects: steps ?? null,
  done,
  problems,
  createdBy,
  createdAt: createdAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});
