import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, object, required, type TypeOf } from '../../machinery/schema.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import {
  automationGroup,
  definition,
  secretRefFields,
  subscriptionColumns,
  subscriptionFields,
  SubscriptionStatusSchema,
  validateSpec,
  type SubscriptionSpec,
} from './subscription.ts';

const SpecSchema = object(definition('WebhookSubscriptionSpec'), {
  ...subscriptionFields,
  secretRef: required(object(definition('SecretKeyReference'), secretRefFields), {
    doc: 'The Secret of this namespace that messages are signed with.',
  }),
});

const WebhookSubscriptionSchema = kindSchema(definition('WebhookSubscription'), {
  spec: defaulted(SpecSchema),
  status: SubscriptionStatusSchema,
});
export type WebhookSubscription = TypeOf<typeof WebhookSubscriptionSchema>;

/** Tells a URL of what happens in the namespace. */
export const webhookSubscriptions = defineResource<WebhookSubscription>({
  group: automationGroup,
  version: 'v1',
  kind: 'WebhookSubscription',
  plural: 'webhooksubscriptions',
  shortNames: ['whsub'],
  namespaced: true,
  description: 'Posts signed messages to a URL about changes of objects in its namespace.',
  schema: WebhookSubscriptionSchema,
  strategy: {
    ...statusAlone,
    defaults: (subscription) => void (subscription.spec ??= {} as SubscriptionSpec),
    validate: validateSpec,
  },
  columns: subscriptionColumns,
});
