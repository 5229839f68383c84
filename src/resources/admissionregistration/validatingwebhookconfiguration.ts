import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, listOf, type TypeOf } from '../../machinery/schema.ts';
import { warnAboutStaticSuffix } from './static-suffix.ts';
import { defaultWebhook, validateWebhooks, ValidatingWebhookSchema, webhookColumns } from './webhook.ts';

const ValidatingWebhookConfigurationSchema = kindSchema('io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration', {
  webhooks: field(listOf(ValidatingWebhookSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'The webhooks, asked at the same time.',
  }),
});
export type ValidatingWebhookConfiguration = TypeOf<typeof ValidatingWebhookConfigurationSchema>;

export const validatingWebhookConfigurations = defineResource<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  namespaced: false,
  generation: true,
  description: 'Webhooks that are asked whether a change is acceptable.',
  schema: ValidatingWebhookConfigurationSchema,
  strategy: {
    plainFinalizers: true,
    defaults: ({ webhooks = [] }) => webhooks.forEach(defaultWebhook),
    validate: ({ webhooks }) => validateWebhooks(webhooks),
    warnings: warnAboutStaticSuffix,
    requiresResourceVersion: true,
  },
  columns: webhookColumns,
});
