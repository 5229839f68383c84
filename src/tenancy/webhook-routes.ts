import type { z } from '@hono/zod-openapi';
import { Outbox } from '../automation/outbox.ts';
import { messageId } from '../automation/runner.ts';
import { createSigningSecret } from '../automation/signature.ts';
import type { ManagementOptions } from './context.ts';
import { findDelivery, listDeliveries, type DeliveryRecord } from './delivery-records.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, empty, json, routeGroup } from './route.ts';
import { ClusterPath, pageOf } from './shapes.ts';
import { allNamespaces, ask, collectionOf, idOf, objectPath, type SubscriptionObject } from './webhook-objects.ts';
import * as shapes from './webhook-shapes.ts';

const tags = ['Webhooks'];
const base = '/v1/clusters/{cluster}/webhooks';
const one = `${base}/{webhook}` as const;
const [read, write] = ['webhooks.read', 'webhooks.write'] as const;
const params = shapes.WebhookPath;

const routes = {
  list: defineRoute({
    operationId: 'listWebhooks', method: 'get', path: base, tags, permission: read,
    summary: 'Lists the webhooks of a cluster',
    request: { params: ClusterPath },
    responses: { 200: json(shapes.WebhookList, 'All of them') },
  }),
  create: defineRoute({
    operationId: 'createWebhook', method: 'post', path: base, tags, permission: write,
    summary: 'Makes a webhook, and a Secret for its signatures',
    description: 'It is an object of the cluster: a WebhookSubscription, or without a namespace a ClusterWebhookSubscription.',
    request: { params: ClusterPath, body: body(shapes.CreateWebhook) },
    responses: { 201: json(shapes.NewWebhook, 'The webhook; its secret is shown this once') },
  }),
  get: defineRoute({
    operationId: 'getWebhook', method: 'get', path: one, tags, permission: read,
    summary: 'Shows a webhook',
    request: { params },
    responses: { 200: json(shapes.WebhookView, 'The webhook') },
  }),
  update: defineRoute({
    operationId: 'updateWebhook', method: 'patch', path: one, tags, permission: write,
    summary: 'Changes a webhook',
    description: 'What is said replaces what was; null takes it away.',
    request: { params, body: body(shapes.UpdateWebhook) },
    responses: { 200: json(shapes.WebhookView, 'The webhook as it is now') },
  }),
  remove: defineRoute({
    operationId: 'deleteWebhook', method: 'delete', path: one, tags, permission: write,
    summary: 'Deletes a webhook and what it had still to deliver',
    request: { params },
    responses: { 204: empty('It is gone') },
  }),
  test: defineRoute({
    operationId: 'testWebhook', method: 'post', path: `${one}/test`, tags, permission: write,
    summary: 'Sends a message that says it is a test',
    request: { params },
    responses: { 202: json(shapes.Queued, 'The message is on its way; its delivery tells what became of it') },
  }),
  replay: defineRoute({
    operationId: 'replayWebhook', method: 'post', path: `${one}/replay`, tags, permission: write,
    summary: 'Tells again what has happened since a revision',
    description: 'From the log, by the conditions as they are now. Messages have the ids that they had.',
    request: { params, body: body(shapes.Replay) },
    responses: { 202: json(shapes.Replayed, 'How many messages are on their way') },
  }),
  deliveries: defineRoute({
    operationId: 'listDeliveries', method: 'get', path: `${one}/deliveries`, tags, permission: read,
    summary: 'Lists deliveries, the newest first',
    request: { params, query: shapes.ListDeliveries },
    responses: { 200: json(shapes.DeliveryPage, 'A page of deliveries') },
  }),
  delivery: defineRoute({
    operationId: 'getDelivery', method: 'get', path: `${one}/deliveries/{delivery}`, tags, permission: read,
    summary: 'Shows a delivery with its body',
    request: { params: shapes.DeliveryPath },
    responses: { 200: json(shapes.DeliveryWithBody, 'The delivery') },
  }),
  redeliver: defineRoute({
    operationId: 'redeliver', method: 'post', path: `${one}/deliveries/{delivery}/redeliver`, tags, permission: write,
    summary: 'Makes a delivery once more',
    request: { params: shapes.DeliveryPath },
    responses: { 202: json(shapes.Queued, 'The message is on its way') },
  }),
};

/** `/v1/clusters/{cluster}/webhooks`: reads and writes the objects in the cluster, and shows what became of deliveries. */
export function webhookRoutes(options: ManagementOptions) {
  const { clusters, clock, database, secretBytes } = options;
  const group = routeGroup();
  type Context = Parameters<Parameters<typeof group.openapi<typeof routes.get>>[1]>[0];
  const asked = <T>(c: Pick<Context, 'get'>, method: string, path: string, content?: object) =>
    ask<T>(options, c.get('cluster'), c.get('principal').name, method, path, content);
  const found = (c: Pick<Context, 'get'>, id: string) => asked<SubscriptionObject>(c, 'GET', objectPath(id));
  const queued = (uid: string, revision: number) => ({ id: revision, messageId: messageId(uid, revision) });

  group.openapi(routes.list, async (c) => {
    const lists = await Promise.all([collectionOf(undefined), allNamespaces].map((path) => asked<{ items: SubscriptionObject[] }>(c, 'GET', path)));
    return c.json({ items: lists.flatMap(({ items }) => items.map(view)) }, 200);
  });

  group.openapi(routes.create, async (c) => {
    const { name, namespace, ...spec } = c.req.valid('json');
    if (namespace !== undefined && spec.namespaces !== undefined)
      throw new Problem('invalid', '/namespaces: a webhook of a namespace has no others');
    const secretNamespace = namespace ?? 'kube-system';
    const secretName = `webhook-${name}`;
    const secretRef = { name: secretName, ...(namespace === undefined && { namespace: secretNamespace }) };
    const made = await asked<SubscriptionObject>(c, 'POST', collectionOf(namespace), { metadata: { name }, spec: { ...spec, secretRef } });
    const secret = createSigningSecret(secretBytes);
    // It goes with the subscription. Until it is there, deliveries wait.
    const kind = namespace === undefined ? 'ClusterWebhookSubscription' : 'WebhookSubscription';
    const owner = { apiVersion: 'automation.hibernetes.dev/v1', kind, name, uid: made.metadata.uid };
    const metadata = { name: secretName, ownerReferences: [owner] };
    await asked(c, 'POST', `/api/v1/namespaces/${secretNamespace}/secrets`, { metadata, stringData: { secret } }).catch(async (error: unknown) => {
      await asked(c, 'DELETE', objectPath(idOf(made)));
      throw error;
    });
    return c.json({ ...view(made), secret }, 201, { 'Cache-Control': 'no-store' });
  });

  group.openapi(routes.get, async (c) => c.json(view(await found(c, c.req.valid('param').webhook)), 200));

  group.openapi(routes.update, async (c) => {
    const path = objectPath(c.req.valid('param').webhook);
    return c.json(view(await asked<SubscriptionObject>(c, 'PATCH', path, { spec: c.req.valid('json') })), 200);
  });

  group.openapi(routes.remove, async (c) => {
    await asked(c, 'DELETE', objectPath(c.req.valid('param').webhook));
    return c.body(null, 204);
  });

  group.openapi(routes.test, async (c) => {
    const { metadata } = await found(c, c.req.valid('param').webhook);
    const now = clock.now();
    const cluster = c.get('cluster').id;
    // No change has such a revision, nor does anything wait behind it.
    const revision = -now.getTime();
    const content = { type: 'webhook.test', timestamp: now.toISOString(), data: { subscription: metadata.name } };
    const message = { subscription: metadata.uid, revision, subject: `test/${revision}`, event: content.type, body: JSON.stringify(content) };
    await new Outbox(database, cluster).replay([message]);
    await clusters.deliver(cluster, metadata.uid);
    return c.json(queued(metadata.uid, revision), 202);
  });

  group.openapi(routes.replay, async (c) => {
    const { metadata } = await found(c, c.req.valid('param').webhook);
    const messages = await clusters.replay(c.get('cluster').id, metadata.uid, c.req.valid('json').afterRevision);
    if (messages === undefined) throw new Problem('invalid', '/afterRevision: the log does not reach from there to now');
    return c.json({ messages }, 202);
  });

  group.openapi(routes.deliveries, async (c) => {
    const { metadata } = await found(c, c.req.valid('param').webhook);
    const { state, limit, cursor } = c.req.valid('query');
    const before = cursor === undefined ? undefined : Number(cursor);
    if (before !== undefined && !Number.isSafeInteger(before)) throw new Problem('invalid', 'cursor: is none of ours');
    const rows = await listDeliveries(database.orm, c.get('cluster').id, metadata.uid, { state, limit: limit + 1, before });
    return c.json(pageOf(rows, limit, (row) => deliveryView(row, metadata.uid), ({ revision }) => String(revision)), 200);
  });

  group.openapi(routes.delivery, async (c) => {
    const { webhook, delivery } = c.req.valid('param');
    const { metadata } = await found(c, webhook);
    const row = await findDelivery(database.orm, c.get('cluster').id, metadata.uid, delivery);
    if (!row) throw new Problem('not_found', 'there is no such delivery');
    return c.json({ ...deliveryView(row, metadata.uid), body: row.body }, 200);
  });

  group.openapi(routes.redeliver, async (c) => {
    const { webhook, delivery } = c.req.valid('param');
    const { metadata } = await found(c, webhook);
    const cluster = c.get('cluster').id;
    if (!(await new Outbox(database, cluster).redeliver(metadata.uid, delivery))) throw new Problem('not_found', 'there is no such delivery');
    await clusters.deliver(cluster, metadata.uid);
    return c.json(queued(metadata.uid, delivery), 202);
  });

  return group;
}

const view = (object: SubscriptionObject): z.infer<typeof shapes.WebhookView> => ({
  id: idOf(object),
  uid: object.metadata.uid,
  name: object.metadata.name,
  namespace: object.metadata.namespace ?? null,
  createdAt: object.metadata.creationTimestamp,
  spec: object.spec,
  status: { ...object.status },
});

const deliveryView = (row: DeliveryRecord, uid: string): z.infer<typeof shapes.DeliveryView> => ({
  id: row.revision,
  messageId: messageId(uid, row.revision),
  event: row.event,
  object: row.subject,
  state: row.state,
  attemptCount: row.attemptCount,
  attempts: JSON.parse(row.attempts) as z.infer<typeof shapes.DeliveryView>['attempts'],
  createdAt: row.createdAt.toISOString(),
  nextAttemptAt: row.state === 'pending' ? row.dueAt.toISOString() : null,
  doneAt: row.doneAt?.toISOString() ?? null,
});
