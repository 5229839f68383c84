/** Policies and their bindings, read once. */
import type { KubeObject } from '../../machinery/meta.ts';
import type { LabelSelector } from '../../machinery/selectors.ts';
import type { MutatingAdmissionPolicy } from '../../resources/admissionregistration/mutatingadmissionpolicy.ts';
import type { MutatingAdmissionPolicyBinding } from '../../resources/admissionregistration/mutatingadmissionpolicybinding.ts';
import type { ValidatingAdmissionPolicy } from '../../resources/admissionregistration/validatingadmissionpolicy.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../resources/admissionregistration/validatingadmissionpolicybinding.ts';
import {
  annotationResults,
  conditionResults,
  configurationResults,
  messageResults,
  patchResults,
  type Expression,
  type ExpressionCompiler,
} from '../../resources/admissionregistration/expressions/compiler.ts';
import { compilerOf } from '../../resources/admissionregistration/policy.ts';
import { Conditions } from '../expressions/conditions.ts';
import type { Rule } from '../matching/rules.ts';
import { selectorsOf, type Selectors } from '../matching/selectors.ts';

/** `MatchResources`, with its selectors. */
export interface Match {
  readonly spec: {
    readonly matchPolicy?: string;
    readonly resourceRules?: readonly Rule[];
    readonly excludeResourceRules?: readonly Rule[];
  };
  readonly selectors: Selectors;
}

export interface PolicyBinding<B extends KubeObject = AnyBinding> {
  readonly object: B;
  /** Within what the policy matches; all of it if left out. */
  readonly match: Match | undefined;
}

export interface Policy<P extends KubeObject = AnyPolicy, B extends KubeObject = AnyBinding> {
  readonly object: P;
  readonly match: Match;
  readonly conditions: Conditions | undefined;
  readonly variables: ReadonlyMap<string, Expression>;
  /** At least one. */
  readonly bindings: readonly PolicyBinding<B>[];
}

export interface ValidatingPolicy extends Policy<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding> {
  readonly validations: readonly { readonly expression: Expression; readonly message: Expression | undefined }[];
  readonly annotations: readonly { readonly key: string; readonly expression: Expression }[];
}

export interface MutatingPolicy extends Policy<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding> {
  readonly mutations: readonly { readonly type: 'ApplyConfiguration' | 'JSONPatch'; readonly expression: Expression }[];
}

type AnyPolicy = ValidatingAdmissionPolicy | MutatingAdmissionPolicy;
type AnyBinding = ValidatingAdmissionPolicyBinding | MutatingAdmissionPolicyBinding;

/** The policies that are put to use, by name; their bindings too. */
export const validatingPolicies = (
  policies: readonly ValidatingAdmissionPolicy[],
  bindings: readonly ValidatingAdmissionPolicyBinding[],
): ValidatingPolicy[] =>
  inUse(policies, bindings, (object, compiler) => {
    const { validations = [], auditAnnotations = [] } = object.spec;
    return {
      validations: validations.map(({ expression, messageExpression }) => ({
        expression: compiler.compile(expression, conditionResults),
        message: messageExpression?.trim()
          ? compiler.compile(messageExpression, messageResults, { hasAuthorizer: false })
          : undefined,
      })),
      annotations: auditAnnotations.map(({ key, valueExpression }) => ({
        key,
        expression: compiler.compile(valueExpression.trim(), annotationResults),
      })),
    };
  });

export const mutatingPolicies = (
  policies: readonly MutatingAdmissionPolicy[],
  bindings: readonly MutatingAdmissionPolicyBinding[],
): MutatingPolicy[] =>
  inUse(policies, bindings, ({ spec: { mutations = [] } }, compiler) => ({
    mutations: mutations.map(({ patchType, applyConfiguration, jsonPatch }) =>
      patchType === 'JSONPatch'
        ? { type: 'JSONPatch', expression: compiler.compile(jsonPatch?.expression ?? '', patchResults, { constructs: true }) }
        : {
            type: 'ApplyConfiguration',
            expression: compiler.compile(applyConfiguration?.expression ?? '', configurationResults, { constructs: true }),
          },
    ),
  }));

function inUse<P extends AnyPolicy, B extends AnyBinding, M>(
  policies: readonly P[],
  bindings: readonly B[],
  more: (policy: P, compiler: ExpressionCompiler) => M,
): (Policy<P, B> & M)[] {
  return policies.flatMap((object) => {
    const own = bindings.filter(({ spec }) => spec.policyName === object.metadata.name);
    if (own.length === 0) return [];
    const { matchConstraints, matchConditions, paramKind, variables = [] } = object.spec;
    const compiler = compilerOf(object.spec);
    for (const { name, expression } of variables) compiler.addVariable(name, expression);
    return [
      {
        object,
        match: matchOf(matchConstraints ?? {}),
        conditions: Conditions.of(matchConditions, paramKind !== undefined),
        variables: compiler.variables,
        bindings: own.map((binding) => ({
          object: binding,
          match: binding.spec.matchResources && matchOf(binding.spec.matchResources),
        })),
        ...more(object, compiler),
      },
    ];
  });
}

type MatchResources = Match['spec'] & { namespaceSelector?: object; objectSelector?: object };

const matchOf = (spec: MatchResources): Match => ({
  spec,
  selectors: selectorsOf(spec as { namespaceSelector?: LabelSelector; objectSelector?: LabelSelector }),
});
