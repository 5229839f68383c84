import { z } from '@hono/zod-openapi';
import { ClusterPath, Instant, PageQuery, page } from './shapes.ts';

const Label = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must consist of lower case alphanumeric characters or -');

/** `NAME` for one of the whole cluster, `NAMESPACE:NAME` for one of a namespace. */
export const WebhookPath = ClusterPath.extend({
  webhook: z
    .string()
    .max(127)
    .regex(/^([-a-z0-9]+:)?[-a-z0-9.]+$/, 'must be NAME or NAMESPACE:NAME')
    .meta({ description: '`NAME`, or `NAMESPACE:NAME` for one of a namespace.', example: 'default:deploys' }),
});
export const DeliveryPath = WebhookPath.extend({ delivery: z.coerce.number().int().meta({ description: 'Its id: a revision.' }) });

const Rule = z.strictObject({
  apiGroups: z.array(z.string().max(253)).min(1).max(50),
  apiVersions: z.array(z.string().max(63)).max(50).optional(),
  operations: z.array(z.enum(['*', 'CREATE', 'UPDATE', 'DELETE'])).max(4).optional(),
  resources: z.array(z.string().min(1).max(253)).min(1).max(50),
});

const Selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .max(50)
    .optional(),
});

const parts = {
  url: z.url().max(2_048),
  rules: z.array(Rule).min(1).max(20).meta({ description: 'Which changes are told. One of them must match.' }),
  namespaces: z.array(Label).max(100).optional().meta({ description: 'For a webhook of the whole cluster: the only ones.' }),
  selector: Selector.optional().meta({ description: 'The labels of the objects.' }),
  condition: z.string().max(4_096).optional().meta({ description: 'CEL on `object`, `oldObject` and `operation`.' }),
  payload: z.string().max(4_096).optional().meta({ description: 'CEL that gives the data of the message.' }),
  suspend: z.boolean().optional(),
};

export const CreateWebhook = z
  .strictObject({ name: Label, namespace: Label.optional().meta({ description: 'Left out: of the whole cluster.' }), ...parts })
  .openapi('CreateWebhook');

const { url, rules, namespaces, selector, condition, payload, suspend } = parts;
export const UpdateWebhook = z
  .strictObject({
    url: url.optional(),
    rules: rules.optional(),
    namespaces: namespaces.nullable(),
    selector: selector.nullable(),
    condition: condition.nullable(),
    payload: payload.nullable(),
    suspend: suspend.nullable(),
  })
  .partial()
  .openapi('UpdateWebhook');

const webhook = {
  id: z.string().meta({ description: 'As in paths.' }),
  uid: z.string(),
  name: z.string(),
  namespace: z.string().nullable(),
  createdAt: z.string(),
  spec: z.looseObject({ url: z.string() }),
  status: z.looseObject({}),
};
export const WebhookView = z.object(webhook).openapi('Webhook');
export const WebhookList = z.object({ items: z.array(WebhookView) }).openapi('WebhookList');
export const NewWebhook = z
  .object({ ...webhook, secret: z.string().meta({ description: 'What messages are signed with, `whsec_…`; shown this once.' }) })
  .openapi('NewWebhook');

export const ListDeliveries = PageQuery.extend({ state: z.enum(['pending', 'delivered', 'dead']).optional() });

const Attempt = z.looseObject({
  at: Instant,
  latencyMs: z.number(),
  statusCode: z.number().optional(),
  answer: z.string().optional(),
  error: z.string().optional(),
});
export const DeliveryView = z
  .object({
    id: z.number(),
    messageId: z.string(),
    event: z.string(),
    object: z.string().meta({ description: '`RESOURCE/NAMESPACE/NAME`' }),
    state: z.enum(['pending', 'delivered', 'dead']),
    attemptCount: z.number(),
    attempts: z.array(Attempt).meta({ description: 'The last ones.' }),
    createdAt: Instant,
    nextAttemptAt: Instant.nullable(),
    doneAt: Instant.nullable(),
  })
  .openapi('Delivery');
export const DeliveryPage = page(DeliveryView).openapi('DeliveryPage');
export const DeliveryWithBody = DeliveryView.extend({ body: z.string() }).openapi('DeliveryWithBody');

export const Replay = z
  .strictObject({ afterRevision: z.number().int().min(0).meta({ description: 'Changes after it are told again, as far as the log has them.' }) })
  .openapi('ReplayWebhook');
export const Replayed = z.object({ messages: z.number() }).openapi('ReplayedWebhook');
export const Queued = z.object({ id: z.number(), messageId: z.string() }).openapi('QueuedDelivery');
