/** What policies that validate and policies that alter have in common. Facts: OpenAPI of Kubernetes 1.36. */
import { field, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateOptionalChoice, validateSubdomain } from '../shared/format-rules.ts';
import { ExpressionCompiler } from './expressions/compiler.ts';
import { expressionErrors } from './expressions/validate.ts';
import { matchConditionsSchema, validateMatchConditions } from './match-conditions.ts';
import { MatchResourcesSchema, validateMatchResources } from './match-resources.ts';
import { ParamKindSchema, ParamRefSchema, validateParamKind, validateParamRef } from './parameters.ts';

export const VariableSchema = object(
  'io.k8s.api.admissionregistration.v1.Variable',
  {
    expression: required(string, { doc: 'An expression in CEL that gives the value.' }),
    name: required(string, { doc: 'The name of the variable.' }),
  },
  { atomic: true },
);
type Variable = TypeOf<typeof VariableSchema>;

export const policyFields = {
  failurePolicy: field(oneOf('Fail', 'Ignore'), {
    doc: 'What follows from errors in expressions and missing parameters: Fail (the default) or Ignore.',
  }),
  matchConditions: field(matchConditionsSchema, { doc: 'Conditions on requests, all of which must be true.' }),
  matchConstraints: field(MatchResourcesSchema, { doc: 'What the policy is about.' }),
  paramKind: field(ParamKindSchema, { doc: 'The kind of the parameters; the policy has none if left out.' }),
};
const PolicySchema = object('', policyFields);
type Policy = TypeOf<typeof PolicySchema>;

/** Everything wrong with the part of a policy that says when it applies. */
export function validatePolicy(spec: Policy, path: string): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints: match, matchConditions } = spec;
  return [
    ...validateOptionalChoice(failurePolicy, `${path}.failurePolicy`, ['Fail', 'Ignore']),
    ...(paramKind ? validateParamKind(paramKind, `${path}.paramKind`) : []),
    ...(match ? validateMatchResources(match, `${path}.matchConstraints`) : [fieldRequired(`${path}.matchConstraints`)]),
    ...(match && !match.resourceRules?.length ? [fieldRequired(`${path}.matchConstraints.resourceRules`)] : []),
    ...validateMatchConditions(matchConditions, `${path}.matchConditions`, paramKind !== undefined),
  ];
}

const celReserved = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var void while'
  ).split(' '),
);

/** Adds them to the compiler, for the expressions that come after. */
export const validateVariables = (
  variables: readonly Variable[] = [],
  path: string,
  compiler: ExpressionCompiler,
): FieldError[] =>
  variables.flatMap(({ name = '', expression = '' }, i) => {
    const errors: FieldError[] = [];
    if (!name.trim()) errors.push(fieldRequired(`${path}[${i}].name`, 'name is not specified'));
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || celReserved.has(name))
      errors.push(fieldInvalid(`${path}[${i}].name`, name, 'must be a valid CEL identifier'));
    const at = `${path}[${i}].expression`;
    if (!expression.trim()) errors.push(fieldRequired(at, 'expression is not specified'));
    else errors.push(...expressionErrors(compiler.addVariable(name, expression), at));
    return errors;
  });

export const bindingFields = {
  matchResources: field(MatchResourcesSchema, {
    doc: 'What is meant, within what the policy is about; all of that if left out.',
  }),
  paramRef: field(ParamRefSchema, { doc: 'The parameters that the policy gets.' }),
};
/** A compiler of a policy's expressions. */
export const compilerOf = ({
  paramKind,
  variables,
}: {
  paramKind?: unknown;
  variables?: readonly unknown[];
}): ExpressionCompiler =>
  new ExpressionCompiler({ hasParams: paramKind !== undefined, hasVariables: (variables?.length ?? 0) > 0 });

const BindingSchema = object('', { ...bindingFields, policyName: string });
type Binding = TypeOf<typeof BindingSchema>;

/** Everything wrong with the part of a binding that all bindings have. */
export const validateBinding = ({ policyName, paramRef, matchResources }: Binding, path: string): FieldError[] => [
  ...(policyName ? validateSubdomain(policyName, `${path}.policyName`) : [fieldRequired(`${path}.policyName`)]),
  ...validateParamRef(paramRef, `${path}.paramRef`),
  ...validateMatchResources(matchResources, `${path}.matchResources`),
];
