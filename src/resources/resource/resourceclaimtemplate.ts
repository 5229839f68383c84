import { kindSchema, TemplateMetaSchema } from '../../machinery/meta.ts';
import { validateAnnotations, validateLabels } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, object, required, type TypeOf } from '../../machinery/schema.ts';
import type { FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { defaultClaimSpec, ResourceClaimSpecSchema } from './claim-spec.ts';
import { validateAdminAccess, validateClaimSpec } from './claim-spec-validation.ts';

const ResourceClaimTemplateSpecSchema = object('io.k8s.api.resource.v1.ResourceClaimTemplateSpec', {
  metadata: field(TemplateMetaSchema, { doc: 'Labels and annotations of the claims.' }),
  spec: required(ResourceClaimSpecSchema, { doc: 'What is asked for.' }),
});

const ResourceClaimTemplateSchema = kindSchema('io.k8s.api.resource.v1.ResourceClaimTemplate', {
  spec: required(ResourceClaimTemplateSpecSchema),
});
export type ResourceClaimTemplate = TypeOf<typeof ResourceClaimTemplateSchema>;

export const resourceClaimTemplates = defineResource<ResourceClaimTemplate>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  namespaced: true,
  generation: false,
  description: 'What the claims look like that are made for pods, one for each.',
  schema: ResourceClaimTemplateSchema,
  strategy: {
    defaults: (template) => {
      const spec = (template.spec ??= { spec: {} });
      spec.metadata ??= {};
      defaultClaimSpec((spec.spec ??= {}));
    },
    allocate: ({ metadata, spec }, old, reader) => (old ? [] : validateAdminAccess(spec.spec, metadata.namespace, reader)),
    validateCreate,
    validateUpdate: ({ spec }, old) => validateImmutable(spec, old.spec, 'spec'),
    answersDeletedObject: true,
  },
  columns: [nameColumn, ageColumn],
});

/** On update, all that can be wrong is that there is a change. */
function validateCreate({ spec: { metadata = {}, spec } }: ResourceClaimTemplate): FieldError[] {
  return [
    ...validateAnnotations(metadata.annotations, 'spec.metadata.annotations'),
    ...validateLabels(metadata.labels, 'spec.metadata.labels'),
    ...validateClaimSpec(spec, 'spec.spec'),
  ];
}
