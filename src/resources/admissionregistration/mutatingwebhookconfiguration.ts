import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, listOf, object, oneOf, type TypeOf } from '../../machinery/schema.ts';
import { validateOptionalChoice } from '../shared/format-rules.ts';
import { warnAboutStaticSuffix } from './static-suffix.ts';
import { defaultWebhook, validateWebhooks, webhookColumns, webhookFields } from './webhook.ts';

const MutatingWebhookSchema = object('io.k8s.api.admissionregistration.v1.MutatingWebhook', {
  ...webhookFields,
  reinvocationPolicy: field(oneOf('IfNeeded', 'Never'), {
    doc: 'Whether the webhook is asked again after others changed the object: Never (the default) or IfNeeded.',
  }),
});

const MutatingWebhookConfigurationSchema = kindSchema('io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration', {
  webhooks: field(listOf(MutatingWebhookSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'The webhooks, asked in order.',
  }),
});
export type MutatingWebhookConfiguration = TypeOf<typeof MutatingWebhookConfigurationSchema>;

export const mutatingWebhookConfigurations = defineResource<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  namespaced: false,
  generation: true,
  description: 'Webhooks that may alter a change before it is made.',
  schema: MutatingWebhookConfigurationSchema,
  strategy: {
    plainFinalizers: true,
    defaults,
    validate: ({ webhooks }) =>
      validateWebhooks(webhooks, ({ reinvocationPolicy }, path) =>
        validateOptionalChoice(reinvocationPolicy, `${path}.reinvocationPolicy`, ['IfNeeded', 'Never']),
      ),
    warnings: warnAboutStaticSuffix,
    requiresResourceVersion: true,
  },
  columns: webhookColumns,
});

function defaults({ webhooks = [] }: MutatingWebhookConfiguration): void {
  for (const webhook of webhooks) {
    defaultWebhook(webhook);
    webhook.reinvocationPolicy ??= 'Never';
  }
}
