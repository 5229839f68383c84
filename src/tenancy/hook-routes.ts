import type { z } from '@hono/zod-openapi';
import { carryOut } from '../automation/hooks/carry-out.ts';
import { HookClient, hookUser } from '../automation/hooks/client.ts';
import { verificationOf, type HookConfig } from '../automation/hooks/config.ts';
import * as records from '../automation/hooks/records.ts';
import { createSecret } from '../automation/hooks/secrets.ts';
import { toldBy } from '../automation/hooks/told.ts';
import { sha256Hex } from '../automation/hooks/verify.ts';
import { EncryptionError } from '../db/platform-keys.ts';
import { TenantKeyring } from '../db/tenant-keys.ts';
import type { ManagementEnv, ManagementOptions } from './context.ts';
import { newId } from './ids.ts';
import * as shapes from './hook-shapes.ts';
import { invalidParts, Problem } from './problem.ts';
import { body, defineRoute, empty, json, optionalBody, routeGroup } from './route.ts';
import { ClusterPath, pageOf, PageQuery } from './shapes.ts';

const tags = ['Incoming hooks'];
const base = '/v1/clusters/{cluster}/hooks';
const one = `${base}/{hook}` as const;
const [read, write] = ['hooks.read', 'hooks.write'] as const;
const params = shapes.HookPath;

const routes = {
  list: defineRoute({
    operationId: 'listHooks', method: 'get', path: base, tags, permission: read,
    summary: 'Lists the hooks of a cluster',
    request: { params: ClusterPath },
    responses: { 200: json(shapes.HookList, 'All of them') },
  }),
  create: defineRoute({
    operationId: 'createHook', method: 'post', path: base, tags, permission: write,
    summary: 'Makes an address at which others can do what the hook says',
    request: { params: ClusterPath, body: body(shapes.CreateHook) },
    responses: { 201: json(shapes.NewHook, 'The hook; its secret is shown this once') },
  }),
  get: defineRoute({
    operationId: 'getHook', method: 'get', path: one, tags, permission: read,
    summary: 'Shows a hook',
    request: { params },
    responses: { 200: json(shapes.HookView, 'The hook') },
  }),
  update: defineRoute({
    operationId: 'updateHook', method: 'patch', path: one, tags, permission: write,
    summary: 'Changes a hook',
    description: 'What is said replaces what was; null takes it away.',
    request: { params, body: body(shapes.UpdateHook) },
    responses: { 200: json(shapes.HookView, 'The hook as it is now') },
  }),
  remove: defineRoute({
    operationId: 'deleteHook', method: 'delete', path: one, tags, permission: write,
    summary: 'Deletes a hook',
    request: { params },
    responses: { 204: empty('It lets nobody in any more') },
  }),
  rotate: defineRoute({
    operationId: 'rotateHookSecret', method: 'post', path: `${one}/rotate`, tags, permission: write,
    summary: 'Gives a hook a new secret',
    request: { params, body: optionalBody(shapes.RotateSecret) },
    responses: { 201: json(shapes.RotatedSecret, 'The secret; it is shown this once') },
  }),
  test: defineRoute({
    operationId: 'testHook', method: 'post', path: `${one}/test`, tags, permission: write,
    summary: 'Says what a request would do',
    description: 'The filter and the actions are tried in the cluster, and nothing is changed unless `dryRun` is false. It leaves no receipt.',
    request: { params, body: optionalBody(shapes.TestHook) },
    responses: { 200: json(shapes.TestedHook, 'What would come of it') },
  }),
  receipts: defineRoute({
    operationId: 'listHookReceipts', method: 'get', path: `${one}/receipts`, tags, permission: read,
    summary: 'Lists what a hook received, the newest first',
    description: 'Of senders who could prove themselves, for three days.',
    request: { params, query: PageQuery },
    responses: { 200: json(shapes.ReceiptPage, 'A page of receipts') },
  }),
};

/** `/v1/clusters/{cluster}/hooks`: who may knock from outside, and what is done then. */
export function hookRoutes(options: ManagementOptions) {
  const { clusters, clock, database, platformKeys, random, secretBytes, settings } = options;
  const { orm } = database;
  const group = routeGroup();
  type Context = { get: <K extends keyof ManagementEnv['Variables']>(name: K) => ManagementEnv['Variables'][K] };

  const found = async (c: Context, hook: string): Promise<records.HookRecord> => {
    const record = await records.findClusterHook(orm, c.get('cluster').id, hook);
    if (!record) throw new Problem('not_found', 'there is no such hook');
    return record;
  };
  const view = (requestUrl: string, hook: records.HookRecord): z.infer<typeof shapes.HookView> => ({
    ...hook.config,
    id: hook.id,
    name: hook.name,
    namespace: hook.namespace,
    url: `${settings.publicUrl ?? new URL(requestUrl).origin}/hooks/${hook.id}`,
    user: hookUser(hook.name),
    filter: hook.config.filter ?? null,
    registry: hook.config.registry ?? null,
    createdBy: hook.createdBy,
    createdAt: hook.createdAt.toISOString(),
  });
  const newSecret = async (tenant: string, hook: records.HookRecord, othersUntil: Date): Promise<string> => {
    const keys = new TenantKeyring({ orm, owner: { tenant }, platformKeys, clock });
    const { verification } = hook.config;
    try {
      const made = await createSecret({ verification, cluster: hook.clusterId, id: newId('h', random), keys, secretBytes });
      await records.addSecret(orm, hook, made.stored, othersUntil, clock.now());
      return made.shown;
    } catch (error) {
      if (error instanceof EncryptionError) throw new Problem('keys_unavailable', error.message);
      throw error;
    }
  };

  group.openapi(routes.list, async (c) => {
    const items = await records.listHooks(orm, c.get('cluster').id);
    return c.json({ items: items.map((each) => view(c.req.url, each)) }, 200);
  });

  group.openapi(routes.create, async (c) => {
    const { name, namespace, verification, ...parts } = c.req.valid('json');
    if (verification && parts.format !== 'generic')
      throw invalidParts([{ pointer: '/verification', detail: `is that of ${parts.format}; say it for the format generic only` }]);
    const config: HookConfig = { ...parts, verification: verification ?? verificationOf[parts.format] };
    shapes.checkHook(config, namespace);
    const { id: clusterId, tenant } = c.get('cluster');
    if ((await records.listHooks(orm, clusterId)).length >= records.hooksMax)
      throw new Problem('quota_exceeded', `a cluster has ${records.hooksMax} hooks at most`);
    const now = clock.now();
    const hook = { id: newId('h', random), clusterId, name, namespace, config, createdBy: c.get('principal').name, createdAt: now };
    if (!(await records.insertHook(orm, hook))) throw new Problem('name_taken', `there is a hook named ${name} already`);
    const secret = await newSecret(tenant, hook, now).catch(async (error: unknown) => {
      await records.deleteHook(orm, hook.id);
      throw error;
    });
    return c.json({ ...view(c.req.url, hook), secret }, 201, { 'Cache-Control': 'no-store' });
  });

  group.openapi(routes.get, async (c) => c.json(view(c.req.url, await found(c, c.req.valid('param').hook)), 200));

  group.openapi(routes.update, async (c) => {
    const hook = await found(c, c.req.valid('param').hook);
    const { filter, registry, ...change } = c.req.valid('json');
    const config: HookConfig = {
      ...hook.config,
      ...change,
      filter: filter === null ? undefined : (filter ?? hook.config.filter),
      registry: registry === null ? undefined : (registry ?? hook.config.registry),
    };
    shapes.checkHook(config, hook.namespace);
    await records.replaceHookConfig(orm, hook.id, config);
    return c.json(view(c.req.url, { ...hook, config }), 200);
  });

  group.openapi(routes.remove, async (c) => {
    await records.deleteHook(orm, (await found(c, c.req.valid('param').hook)).id);
    return c.body(null, 204);
  });

  group.openapi(routes.rotate, async (c) => {
    const hook = await found(c, c.req.valid('param').hook);
    const { overlapSeconds = 3_600 } = c.req.valid('json');
    const othersUntil = new Date(clock.now().getTime() + overlapSeconds * 1000);
    const secret = await newSecret(c.get('cluster').tenant, hook, othersUntil);
    return c.json({ secret, othersUntil: othersUntil.toISOString() }, 201, { 'Cache-Control': 'no-store' });
  });

  group.openapi(routes.test, async (c) => {
    const hook = await found(c, c.req.valid('param').hook);
    const { payload = {}, headers: given = {}, dryRun = true } = c.req.valid('json');
    const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
    const client = new HookClient({ ask: clusters.askAs, cluster: hook.clusterId, namespace: hook.namespace, hook: hook.name, dryRun });
    const deliveries = [];
    for (const { event } of toldBy(hook.config, { payload, headers })) {
      const key = await sha256Hex(random.uuid());
      const made = await carryOut({ config: hook.config, bindings: { event, payload, headers }, client, receivedAt: clock.now(), key });
      deliveries.push({ event: { ...event }, state: made.state, error: made.error ?? null, results: made.results });
    }
    return c.json({ deliveries }, 200);
  });

  group.openapi(routes.receipts, async (c) => {
    const hook = await found(c, c.req.valid('param').hook);
    const { limit, cursor } = c.req.valid('query');
    const before = cursor === undefined ? undefined : Number(cursor);
    if (before !== undefined && !Number.isSafeInteger(before)) throw invalidParts([{ parameter: 'cursor', detail: 'is none of ours' }]);
    const rows = await records.listReceipts(orm, hook.id, { limit: limit + 1, before });
    return c.json(pageOf(rows, limit, receiptView, ({ id }) => String(id)), 200);
  });

  return group;
}

const receiptView = ({ hookId: _, key: __, receivedAt, attemptedAt, ...row }: records.ReceiptRecord): z.infer<typeof shapes.ReceiptView> => ({
  ...row,
  receivedAt: receivedAt.toISOString(),
  attemptedAt: attemptedAt.toISOString(),
});
