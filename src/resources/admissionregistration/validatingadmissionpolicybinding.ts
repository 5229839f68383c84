import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { listOf, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { defaultMatchResources } from './match-resources.ts';
import { bindingColumns } from './parameters.ts';
import { bindingFields, validateBinding } from './policy.ts';
import { warnAboutStaticSuffix } from './static-suffix.ts';

const ValidatingAdmissionPolicyBindingSpecSchema = object(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec',
  {
    ...bindingFields,
    policyName: required(string, { doc: 'The policy. The binding does nothing while there is none of that name.' }),
    validationActions: required(listOf(oneOf('Audit', 'Deny', 'Warn'), { listType: 'set' }), {
      doc: 'What follows when a validation fails: Deny or Warn, and Audit.',
    }),
  },
);
type ValidatingAdmissionPolicyBindingSpec = TypeOf<typeof ValidatingAdmissionPolicyBindingSpecSchema>;

const ValidatingAdmissionPolicyBindingSchema = kindSchema(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  { spec: required(ValidatingAdmissionPolicyBindingSpecSchema) },
);
export type ValidatingAdmissionPolicyBinding = TypeOf<typeof ValidatingAdmissionPolicyBindingSchema>;

export const validatingAdmissionPolicyBindings = defineResource<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  description: 'Puts a ValidatingAdmissionPolicy to use: with which parameters, where, and what a violation means.',
  schema: ValidatingAdmissionPolicyBindingSchema,
  strategy: { defaults, validate, warnings: warnAboutStaticSuffix, requiresResourceVersion: true, plainFinalizers: true },
  columns: [nameColumn, ...bindingColumns, ageColumn],
});

function defaults(binding: ValidatingAdmissionPolicyBinding): void {
  const spec = (binding.spec ??= {} as ValidatingAdmissionPolicyBindingSpec);
  defaultMatchResources(spec.matchResources);
}

function validate({ spec }: ValidatingAdmissionPolicyBinding): FieldError[] {
  return [...validateBinding(spec, 'spec'), ...validateActions(spec.validationActions, 'spec.validationActions')];
}

function validateActions(actions: readonly string[] = [], path: string): FieldError[] {
  const supported = ['Audit', 'Deny', 'Warn'];
  const errors = actions.flatMap((action, i) => [
    ...(supported.includes(action) ? [] : [fieldNotSupported(`${path}[${i}]`, action, supported)]),
    ...(actions.indexOf(action) < i ? [fieldDuplicate(`${path}[${i}]`, action)] : []),
  ]);
  if (actions.includes('Deny') && actions.includes('Warn'))
    errors.push(
      fieldInvalid(
        path,
        actions,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ),
    );
  return actions.length > 0 ? errors : [fieldRequired(path, 'at least one validation action is required')];
}
