/** Whether the expressions of a policy fit the types of what it is about (policy/validating/typechecking.go). */
import { declareKind } from '../../cel/types/from-schema.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { ExpressionCompiler } from '../../resources/admissionregistration/expressions/compiler.ts';
import type { ValidatingAdmissionPolicy } from '../../resources/admissionregistration/validatingadmissionpolicy.ts';

interface ExpressionWarning {
  fieldRef: string;
  warning: string;
}

/** A rule may name many kinds; so many of them are looked at. */
const kindsPerRuleMax = 10;

/** What seems wrong, expression by expression. Kinds that nobody knows, and rules with stars, say nothing. */
export function typeCheck(policy: ValidatingAdmissionPolicy, scheme: Scheme): ExpressionWarning[] {
  const { paramKind, variables = [], validations = [] } = policy.spec;
  const params = paramKind && scheme.byKind(paramKind.apiVersion ?? '', paramKind.kind ?? '');
  const compilers = kindsOf(policy, scheme).map((kind) => {
    const compiler = new ExpressionCompiler({
      hasParams: paramKind !== undefined,
      hasVariables: true,
      object: declareKind(kind.schema),
      ...(params && { params: declareKind(params.schema) }),
    });
    for (const { name, expression } of variables) compiler.addVariable(name, expression);
    return { kind, compiler };
  });
  const check = (text: string, fieldRef: string): ExpressionWarning[] => {
    const found = compilers.flatMap(({ kind, compiler }) => {
      const { error } = compiler.compile(text);
      return error === undefined ? [] : [`${shown(kind)}: ${error.replace(/^compilation failed: /, '')}\n`];
    });
    return found.length > 0 ? [{ fieldRef, warning: found.join('\n') }] : [];
  };
  return validations.flatMap(({ expression, messageExpression }, i) => [
    ...check(expression, `spec.validations[${i}].expression`),
    ...(messageExpression ? check(messageExpression, `spec.validations[${i}].messageExpression`) : []),
  ]);
}

const shown = ({ group, version, kind }: AnyResource) => `${group}/${version}, Kind=${kind}`;

/** In order of group, version and kind. */
function kindsOf({ spec }: ValidatingAdmissionPolicy, scheme: Scheme): AnyResource[] {
  const kinds = new Set<AnyResource>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of spec.matchConstraints?.resourceRules ?? []) {
    if ([...apiGroups, ...apiVersions].some((name) => name.includes('*'))) continue;
    const plurals = resources.filter((name) => !/[*/]/.test(name)).sort();
    const named = apiGroups
      .toSorted()
      .flatMap((group) =>
        apiVersions.toSorted().flatMap((version) => plurals.map((plural) => scheme.byPlural(group, version, plural))),
      );
    for (const kind of named.filter((each) => each !== undefined).slice(0, kindsPerRuleMax)) kinds.add(kind);
  }
  return [...kinds].sort((a, b) => (shown(a) < shown(b) ? -1 : 1));
}
