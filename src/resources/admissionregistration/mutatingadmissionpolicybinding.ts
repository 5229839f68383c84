import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, object, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { defaultMatchResources, validateMutableOperations } from './match-resources.ts';
import { bindingColumns } from './parameters.ts';
import { bindingFields, validateBinding } from './policy.ts';
import { warnAboutStaticSuffix } from './static-suffix.ts';

const MutatingAdmissionPolicyBindingSpecSchema = object(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec',
  {
    ...bindingFields,
    policyName: field(string, { doc: 'The policy. The binding does nothing while there is none of that name.' }),
  },
);

const MutatingAdmissionPolicyBindingSchema = kindSchema('io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding', {
  spec: defaulted(MutatingAdmissionPolicyBindingSpecSchema),
});
export type MutatingAdmissionPolicyBinding = TypeOf<typeof MutatingAdmissionPolicyBindingSchema>;

export const mutatingAdmissionPolicyBindings = defineResource<MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  description: 'Puts a MutatingAdmissionPolicy to use: with which parameters, and where.',
  schema: MutatingAdmissionPolicyBindingSchema,
  strategy: {
    plainFinalizers: true,
    defaults: (binding) => defaultMatchResources((binding.spec ??= {}).matchResources),
    validate: ({ spec }) => [
      ...validateBinding(spec, 'spec'),
      ...validateMutableOperations(spec.matchResources, 'spec.matchResources'),
    ],
    warnings: warnAboutStaticSuffix,
    requiresResourceVersion: true,
  },
  columns: [nameColumn, ...bindingColumns, ageColumn],
});
