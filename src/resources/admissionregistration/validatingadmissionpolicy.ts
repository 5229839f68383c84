import { kindSchema } from '../../machinery/meta.ts';
import { byteLength } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, int64, list, listOf, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { ConditionSchema } from '../shared/condition.ts';
import { validateConditions } from '../shared/condition-validation.ts';
import { validateOptionalChoice, validateQualifiedName } from '../shared/format-rules.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import { defaultMatchResources } from './match-resources.ts';
import { paramKindColumn } from './parameters.ts';
import { annotationResults, conditionResults, messageResults, type ExpressionCompiler } from './expressions/compiler.ts';
import { expressionErrors } from './expressions/validate.ts';
import { compilerOf, policyFields, validatePolicy, validateVariables, VariableSchema } from './policy.ts';
import { warnAboutStaticSuffix } from './static-suffix.ts';

const AuditAnnotationSchema = object('io.k8s.api.admissionregistration.v1.AuditAnnotation', {
  key: required(string, { doc: 'The end of the key of the annotation, unique in the policy.' }),
  valueExpression: required(string, { doc: 'An expression in CEL that gives the text, or null for no annotation.' }),
});
type AuditAnnotation = TypeOf<typeof AuditAnnotationSchema>;

const ValidationSchema = object('io.k8s.api.admissionregistration.v1.Validation', {
  expression: required(string, { doc: 'An expression in CEL that must be true.' }),
  message: field(string, { doc: 'What to tell when it is not.' }),
  messageExpression: field(string, { doc: 'An expression in CEL that gives the message. Wins over message.' }),
  reason: field(string, {
    doc: 'The reason of the Status, as Invalid (the default), Forbidden, Unauthorized or RequestEntityTooLarge.',
  }),
});
type Validation = TypeOf<typeof ValidationSchema>;

const ValidatingAdmissionPolicySpecSchema = object('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec', {
  ...policyFields,
  auditAnnotations: field(list(AuditAnnotationSchema), { doc: 'Annotations of the audit event.' }),
  validations: field(list(ValidationSchema), { doc: 'What must be true.' }),
  variables: field(listOf(VariableSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'Values that other expressions can use as variables.NAME.',
  }),
});

const ExpressionWarningSchema = object('io.k8s.api.admissionregistration.v1.ExpressionWarning', {
  fieldRef: required(string, { doc: 'The field with the expression, as spec.validations[0].expression.' }),
  warning: required(string, { doc: 'What is wrong with its types, for people.' }),
});

const ValidatingAdmissionPolicySchema = kindSchema('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy', {
  spec: defaulted(ValidatingAdmissionPolicySpecSchema),
  status: object('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus', {
    conditions: field(listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'] }), { doc: 'What holds of the policy.' }),
    observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
    typeChecking: field(
      object('io.k8s.api.admissionregistration.v1.TypeChecking', {
        expressionWarnings: field(list(ExpressionWarningSchema), { doc: 'Expressions whose types seem wrong.' }),
      }),
      { doc: 'What was found when the types in the expressions were checked.' },
    ),
  }),
});
export type ValidatingAdmissionPolicy = TypeOf<typeof ValidatingAdmissionPolicySchema>;

export const validatingAdmissionPolicies = defineResource<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  description: 'Rules in CEL that a change must keep. A binding puts them to use.',
  schema: ValidatingAdmissionPolicySchema,
  strategy: {
    plainFinalizers: true,
    defaults,
    ...statusAlone,
    validate,
    validateStatusUpdate,
    warnings: warnAboutStaticSuffix,
    requiresResourceVersion: true,
  },
  columns: [
    nameColumn,
    {
      name: 'Validations',
      type: 'integer',
      description: 'How many rules there are.',
      cell: ({ spec }) => spec.validations?.length ?? 0,
    },
    paramKindColumn,
    ageColumn,
  ],
});

function defaults(policy: ValidatingAdmissionPolicy): void {
  const spec = (policy.spec ??= {});
  spec.failurePolicy ??= 'Fail';
  defaultMatchResources(spec.matchConstraints);
}

const max = { annotations: 20, valueExpressionBytes: 5 * 1024 };

function validate({ metadata, spec }: ValidatingAdmissionPolicy): FieldError[] {
  const { variables, validations = [], auditAnnotations = [] } = spec;
  const compiler = compilerOf(spec);
  const errors = [...validatePolicy(spec, 'spec'), ...validateVariables(variables, 'spec.variables', compiler)];
  if (validations.length + auditAnnotations.length === 0)
    return [
      ...errors,
      ...['spec.validations', 'spec.auditAnnotations'].map((path) =>
        fieldRequired(path, 'validations or auditAnnotations must contain at least one item'),
      ),
    ];
  errors.push(...validations.flatMap((validation, i) => validateValidation(validation, `spec.validations[${i}]`, compiler)));
  if (auditAnnotations.length > max.annotations)
    errors.push(
      fieldInvalid('spec.auditAnnotations', auditAnnotations, `must not have more than ${max.annotations} auditAnnotations`),
    );
  const keys = new Set<string>();
  for (const [i, annotation] of auditAnnotations.entries()) {
    errors.push(...validateAnnotation(annotation, metadata.name, `spec.auditAnnotations[${i}]`, compiler));
    if (keys.has(annotation.key)) errors.push(fieldDuplicate(`spec.auditAnnotations[${i}].key`, annotation.key));
    keys.add(annotation.key);
  }
  return errors;
}

function validateValidation(
  { expression = '', message = '', messageExpression = '', reason }: Validation,
  path: string,
  compiler: ExpressionCompiler,
): FieldError[] {
  const errors: FieldError[] = [];
  const nonEmpty = 'must be non-empty if specified';
  if (!expression.trim()) errors.push(fieldRequired(`${path}.expression`, 'expression is not specified'));
  else errors.push(...expressionErrors(compiler.compile(expression, conditionResults), `${path}.expression`));
  const at = `${path}.messageExpression`;
  if (messageExpression && !messageExpression.trim()) errors.push(fieldInvalid(at, messageExpression, nonEmpty));
  else if (messageExpression)
    errors.push(...expressionErrors(compiler.compile(messageExpression, messageResults, { hasAuthorizer: false }), at));
  if (message && !message.trim()) errors.push(fieldInvalid(`${path}.message`, message, nonEmpty));
  else if (/[\n\r]/.test(message.trim())) errors.push(fieldInvalid(`${path}.message`, message, 'must not contain line breaks'));
  const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
  return [...errors, ...validateOptionalChoice(reason, `${path}.reason`, reasons)];
}

/** The key becomes that of an audit annotation, after the name of the policy. */
function validateAnnotation(
  { key = '', valueExpression = '' }: AuditAnnotation,
  policy: string,
  path: string,
  compiler: ExpressionCompiler,
): FieldError[] {
  const errors = validateQualifiedName(`${policy}/${key}`, `${path}.key`);
  const expression = valueExpression.trim();
  const at = `${path}.valueExpression`;
  if (!expression) errors.push(fieldRequired(at, 'valueExpression is not specified'));
  else if (byteLength(expression) > max.valueExpressionBytes)
    errors.push(fieldRequired(at, `must not exceed ${max.valueExpressionBytes} bytes in length`));
  else errors.push(...expressionErrors(compiler.compile(expression, annotationResults), at));
  return errors;
}

function validateStatusUpdate({ status }: ValidatingAdmissionPolicy): FieldError[] {
  const warnings = (status?.typeChecking?.expressionWarnings ?? []).flatMap(({ warning, fieldRef = '' }, i) => {
    const at = `status.typeChecking.expressionWarnings[${i}]`;
    return [...(warning ? [] : [fieldRequired(`${at}.warning`)]), ...(fieldRef.trim() ? [] : [fieldRequired(`${at}.fieldRef`)])];
  });
  return [...warnings, ...validateConditions(status?.conditions, 'status.conditions')];
}
