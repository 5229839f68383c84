import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';
import { formatLabels } from '../shared/columns.ts';
import { defaultPodTemplate } from '../shared/pod-defaults.ts';
import { PodTemplateSpecSchema } from '../shared/pod-spec.ts';
import { validatePodTemplate } from '../shared/pod-validation.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { containerColumns } from '../shared/template-columns.ts';

const PodTemplateSchema = kindSchema('io.k8s.api.core.v1.PodTemplate', {
  template: defaulted(PodTemplateSpecSchema, { doc: 'What the pods look like.' }),
});
export type PodTemplate = TypeOf<typeof PodTemplateSchema>;

export const podTemplates = defineResource<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  namespaced: true,
  generation: true,
  description: 'A pod as controllers of others may make it. Nothing is made of it here.',
  schema: PodTemplateSchema,
  strategy: {
    defaults: (o) => defaultPodTemplate((o.template ??= { spec: { containers: [] } })),
    validate: ({ template }) => validatePodTemplate(template, 'template'),
    answersDeletedObject: true,
    warnings: (o, old) => podTemplateWarnings(o.template, 'template', o, old),
  },
  columns: [
    nameColumn,
    ...containerColumns<PodTemplate>(({ template }) => template, 0),
    {
      name: 'Pod Labels',
      type: 'string',
      description: 'The labels of the pods.',
      cell: ({ template }) => formatLabels(template.metadata?.labels),
    },
  ],
});
