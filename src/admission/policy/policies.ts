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

export interface Policy<P extends KubeObject = AnyPolicy, B extends KubeObject = AnyBinding, C extends Compiled = Compiled> {
  readonly object: P;
  readonly match: Match;
  /** At least one. */
  readonly bindings: readonly PolicyBinding<B>[];
  /** Its expressions, compiled when the first request needs them. */
  compiled(): C;
}

interface Compiled {
  readonly conditions: Conditions | undefined;
  readonly variables: ReadonlyMap<string, Expression>;
}

interface CompiledValidations extends Compiled {
  readonly validations: readonly { readonly expression: Expression; readonly message: Expression | undefined }[];
  readonly annotations: readonly { readonly key: string; readonly expression: Expression }[];
}

interface CompiledMutations extends Compiled {
  readonly mutations: readonly { readonly type: 'ApplyConfiguration' | 'JSONPatch'; readonly expression: Expression }[];
}

export type ValidatingPolicy = Policy<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, CompiledValidations>;
export type MutatingPolicy = Policy<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, CompiledMutations>;

type AnyPolicy = ValidatingAdmissionPolicy | MutatingAdmissionPolicy;
type AnyBinding = ValidatingAdmissionPolicyBinding | MutatingAdmissionPolicyBinding;

/** The policies that are put to use, by name; their bindings too. */
export const validatingPolicies = (
  policies: readonly ValidatingAdmissionPolicy[],
  bindings: readonly ValidatingAdmissionPolicyBinding[],
): ValidatingPolicy[] => inUse(policies, bindings, keptValidations, compileValidations);

export const mutatingPolicies = (
  policies: readonly MutatingAdmissionPolicy[],
  bindings: readonly MutatingAdmissionPolicyBinding[],
): MutatingPolicy[] => inUse(policies, bindings, keptMutations, compileMutations);

/** By the stored object: it stays the same while others change. */
const keptValidations = new WeakMap<ValidatingAdmissionPolicy, CompiledValidations>();
const keptMutations = new WeakMap<MutatingAdmissionPolicy, CompiledMutations>();

function inUse<P extends AnyPolicy, B extends AnyBinding, C extends Compiled>(
  policies: readonly P[],
  bindings: readonly B[],
  kept: WeakMap<P, C>,
  compile: (policy: P) => C,
): Policy<P, B, C>[] {
  return policies.flatMap((object) => {
    const own = bindings.filter(({ spec }) => spec.policyName === object.metadata.name);
    if (own.length === 0) return [];
    return {
      object,
      match: matchOf(object.spec.matchConstraints ?? {}),
      bindings: own.map((binding) => ({
        object: binding,
        match: binding.spec.matchResources && matchOf(binding.spec.matchResources),
      })),
      compiled() {
        let compiled = kept.get(object);
        if (!compiled) kept.set(object, (compiled = compile(object)));
        return compiled;
      },
    };
  });
}

function compileCommon({ spec }: AnyPolicy): { compiler: ExpressionCompiler; common: Compiled } {
  const { matchConditions, paramKind, variables = [] } = spec;
  const compiler = compilerOf(spec);
  for (const { name, expression } of variables) compiler.addVariable(name, expression);
  const conditions = Conditions.of(matchConditions, paramKind !== undefined);
  return { compiler, common: { conditions, variables: compiler.variables } };
}

function compileValidations(policy: ValidatingAdmissionPolicy): CompiledValidations {
  const { compiler, common } = compileCommon(policy);
  const { validations = [], auditAnnotations = [] } = policy.spec;
  return {
    ...common,
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
}

function compileMutations(policy: MutatingAdmissionPolicy): CompiledMutations {
  const { compiler, common } = compileCommon(policy);
  const { mutations = [] } = policy.spec;
  return {
    ...common,
    mutations: mutations.map(({ patchType, applyConfiguration, jsonPatch }) =>
      patchType === 'JSONPatch'
        ? { type: 'JSONPatch', expression: compiler.compile(jsonPatch?.expression ?? '', patchResults, { constructs: true }) }
        : {
            type: 'ApplyConfiguration',
            expression: compiler.compile(applyConfiguration?.expression ?? '', configurationResults, { constructs: true }),
          },
    ),
  };
}

type MatchResources = Match['spec'] & { namespaceSelector?: object; objectSelector?: object };

const matchOf = (spec: MatchResources): Match => ({
  spec,
  selectors: selectorsOf(spec as { namespaceSelector?: LabelSelector; objectSelector?: LabelSelector }),
});
