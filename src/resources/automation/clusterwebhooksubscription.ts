import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateLabel } from '../shared/format-rules.ts';
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

const SpecSchema = object(definition('ClusterWebhookSubscriptionSpec'), {
  ...subscriptionFields,
  namespaces: field(list(string), {
    doc: 'The namespaces of the objects. All if left out, and then objects without a namespace too.',
  }),
  secretRef: required(
    object(definition('NamespacedSecretKeyReference'), {
      ...secretRefFields,
      namespace: required(string, { doc: 'The namespace of the Secret.' }),
    }),
    { doc: 'The Secret that messages are signed with.' },
  ),
});

const ClusterWebhookSubscriptionSchema = kindSchema(definition('ClusterWebhookSubscription'), {
  spec: defaulted(SpecSchema),
  status: SubscriptionStatusSchema,
});
export type ClusterWebhookSubscription = TypeOf<typeof ClusterWebhookSubscriptionSchema>;

/** Tells a URL of what happens anywhere in the cluster. */
export const clusterWebhookSubscriptions = defineResource<ClusterWebhookSubscription>({
  group: automationGroup,
  version: 'v1',
  kind: 'ClusterWebhookSubscription',
  plural: 'clusterwebhooksubscriptions',
  shortNames: ['cwhsub'],
  namespaced: false,
  description: 'Posts signed messages to a URL about changes of objects anywhere in the cluster.',
  schema: ClusterWebhookSubscriptionSchema,
  strategy: {
    ...statusAlone,
    defaults: (subscription) => void (subscription.spec ??= {} as ClusterWebhookSubscription['spec'] & SubscriptionSpec),
    validate,
  },
  columns: subscriptionColumns,
});

function validate(subscription: ClusterWebhookSubscription): FieldError[] {
  const { secretRef, namespaces = [] } = subscription.spec;
  return [
    ...validateSpec(subscription),
    ...(secretRef?.namespace ? validateLabel(secretRef.namespace, 'spec.secretRef.namespace') : [fieldRequired('spec.secretRef.namespace')]),
    ...namespaces.flatMap((namespace, i) => validateLabel(namespace, `spec.namespaces[${i}]`)),
  ];
}
