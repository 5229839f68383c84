import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateChoice } from '../shared/format-rules.ts';
import { defaultMatchResources, validateMutableOperations } from './match-resources.ts';
import { paramKindColumn } from './parameters.ts';
import { configurationResults, patchResults, type ExpressionCompiler } from './expressions/compiler.ts';
import { expressionErrors } from './expressions/validate.ts';
import { compilerOf, policyFields, validatePolicy, validateVariables, VariableSchema } from './policy.ts';
import { warnAboutStaticSuffix } from './static-suffix.ts';

const MutationSchema = object('io.k8s.api.admissionregistration.v1.Mutation', {
  applyConfiguration: field(
    object('io.k8s.api.admissionregistration.v1.ApplyConfiguration', {
      expression: field(string, { doc: 'An expression in CEL that gives what is to be applied, as Object{spec: ...}.' }),
    }),
    { doc: 'Changes as in server-side apply.' },
  ),
  jsonPatch: field(
    object('io.k8s.api.admissionregistration.v1.JSONPatch', {
      expression: field(string, { doc: 'An expression in CEL that gives a list of JSONPatch{...}.' }),
    }),
    { doc: 'Changes as a JSON patch.' },
  ),
  patchType: required(oneOf('ApplyConfiguration', 'JSONPatch'), {
    doc: 'Which of the others is meant: ApplyConfiguration or JSONPatch.',
  }),
});
type Mutation = TypeOf<typeof MutationSchema>;

const MutatingAdmissionPolicySpecSchema = object('io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec', {
  ...policyFields,
  mutations: field(list(MutationSchema), { doc: 'What is changed, in order.' }),
  reinvocationPolicy: field(oneOf('IfNeeded', 'Never'), {
    doc: 'Whether the policy runs again after others changed the object: Never (the default) or IfNeeded.',
  }),
  variables: field(list(VariableSchema), { doc: 'Values that other expressions can use as variables.NAME.' }),
});

const MutatingAdmissionPolicySchema = kindSchema('io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy', {
  spec: defaulted(MutatingAdmissionPolicySpecSchema),
});
export type MutatingAdmissionPolicy = TypeOf<typeof MutatingAdmissionPolicySchema>;

export const mutatingAdmissionPolicies = defineResource<MutatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  description: 'Alters objects by CEL before they are stored. A binding puts it to use.',
  schema: MutatingAdmissionPolicySchema,
  strategy: { defaults, validate, warnings: warnAboutStaticSuffix, requiresResourceVersion: true, plainFinalizers: true },
  columns: [
    nameColumn,
    {
      name: 'Mutations',
      type: 'integer',
      description: 'How many alterations there are.',
      cell: ({ spec }) => spec.mutations?.length ?? 0,
    },
    paramKindColumn,
    ageColumn,
  ],
});

function defaults(policy: MutatingAdmissionPolicy): void {
  const spec = (policy.spec ??= {});
  spec.failurePolicy ??= 'Fail';
  defaultMatchResources(spec.matchConstraints);
}

function validate({ spec }: MutatingAdmissionPolicy): FieldError[] {
  const { matchConstraints, variables, mutations = [], reinvocationPolicy } = spec;
  const compiler = compilerOf(spec);
  return [
    ...validatePolicy(spec, 'spec'),
    ...validateMutableOperations(matchConstraints, 'spec.matchConstraints'),
    ...validateVariables(variables, 'spec.variables', compiler),
    ...(mutations.length > 0
      ? mutations.flatMap((mutation, i) => validateMutation(mutation, `spec.mutations[${i}]`, compiler))
      : [fieldRequired('spec.mutations', 'mutations must contain at least one item')]),
    ...validateChoice(reinvocationPolicy, 'spec.reinvocationPolicy', ['IfNeeded', 'Never']),
  ];
}

const fieldOfType = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const;

const resultsOfType = { applyConfiguration: configurationResults, jsonPatch: patchResults } as const;

/** A mutation has what its type says, and nothing of the other type. */
function validateMutation(mutation: Mutation, path: string, compiler: ExpressionCompiler): FieldError[] {
  const { patchType } = mutation;
  const errors = validateChoice(patchType, `${path}.patchType`, Object.keys(fieldOfType).sort());
  if (errors.length > 0) return errors;
  const own = fieldOfType[patchType as keyof typeof fieldOfType];
  const other = own === 'jsonPatch' ? 'applyConfiguration' : 'jsonPatch';
  if (mutation[own] === undefined)
    errors.push(fieldRequired(`${path}.${own}`, `must be specified when patchType is ${patchType}`));
  else if (!mutation[own].expression?.trim()) errors.push(fieldRequired(`${path}.${own}.expression`));
  else {
    const compiled = compiler.compile(mutation[own].expression, resultsOfType[own], { constructs: true });
    errors.push(...expressionErrors(compiled, `${path}.${own}.expression`));
  }
  if (mutation[other] !== undefined)
    errors.push(fieldInvalid(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`));
  return errors;
}
