import { samePlain, type Plain } from '../../machinery/plain.ts';
import type { StatusError } from '../../machinery/status.ts';
import { Denial } from '../denial.ts';
import { OutOfBudget } from '../expressions/budget.ts';
import { isExempt } from '../matching/rules.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type Attributes } from '../plugin.ts';
import { putBack, viewOfObject } from '../view.ts';
import { bindingsWithVariables, inputOf, newBudget } from './evaluate.ts';
import { invocationsOf, type Invocation, type PolicyError } from './invocations.ts';
import { applyConfiguration, applyPatches, MutationError } from './mutate.ts';
import type { MutatingPolicy } from './policies.ts';

const name = 'MutatingAdmissionPolicy';

/** Policies that change objects by expressions (apiserver/pkg/admission/plugin/policy/mutating), one after the other. */
export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name,
  operations: ['CREATE', 'UPDATE', 'CONNECT'],
  subresources: 'all',
  admit(attributes, context, pass) {
    const policies = context.registered.mutatingPolicies(attributes);
    if (policies.length === 0 || isExempt(attributes.resource)) return;
    const { invocations, errors } = invocationsOf(policies, attributes, context);
    const reinvocation = pass.reinvocation(name);
    reinvocation.begin(pass.round, attributes.object);
    for (const invocation of invocations) {
      const id = idOf(invocation);
      const before = JSON.stringify(attributes.object);
      const problems = reinvocation.isDue(pass.round, id) ? mutate(invocation, attributes, context) : undefined;
      if (!problems) continue;
      errors.push(...problems);
      if (JSON.stringify(attributes.object) !== before) {
        reinvocation.changed();
        pass.shouldReinvoke = true;
      }
      if (invocation.policy.object.spec.reinvocationPolicy === 'IfNeeded') reinvocation.invoked(id);
    }
    reinvocation.end(attributes.object);
    if (errors.length > 0) throw refusal(attributes, errors);
  },
};

function idOf({ policy, binding, params }: Invocation<MutatingPolicy>): string {
  const { namespace = '', name: paramsName = '' } = params?.metadata ?? {};
  return [policy.object.metadata.name, binding.object.metadata.name, namespace, paramsName].join('/');
}

/** Carries out all mutations. What went wrong, where that matters; undefined if the policy is not about the request after all. */
function mutate(
  invocation: Invocation<MutatingPolicy>,
  attributes: Attributes,
  context: AdmissionContext,
): PolicyError<MutatingPolicy>[] | undefined {
  const { policy, binding, target } = invocation;
  const problem = (message: string): PolicyError<MutatingPolicy>[] =>
    policy.object.spec.failurePolicy === 'Ignore' ? [] : [{ policy, binding, message, reason: 'Invalid' }];
  const matches = policy.compiled().conditions?.match(inputOf(invocation, attributes, true), context) ?? true;
  if (typeof matches !== 'boolean') return problem(matches.error);
  if (!matches) return undefined;
  return policy.compiled().mutations.flatMap(({ type, expression }) => {
    // Each sees what the ones before have made.
    const before = viewOfObject(attributes, target, true) as unknown as Plain | undefined;
    if (!before) return [];
    try {
      const budget = newBudget();
      const bindings = bindingsWithVariables(inputOf(invocation, attributes, true), policy, budget, context);
      const { value, error } = budget.evaluate(expression, bindings);
      if (error !== undefined) return problem(expression.error ?? error);
      const after = type === 'JSONPatch' ? applyPatches(before, value) : applyConfiguration(target, before, value);
      if (!samePlain(before, after)) putBack(attributes, target, after, type === 'JSONPatch');
      return [];
    } catch (error) {
      if (error instanceof MutationError || error instanceof OutOfBudget) return problem(error.message);
      throw error;
    }
  });
}

/** Tells of all errors; the first one is the message. Upstream's code is that of a 403, whatever the reason. */
function refusal(attributes: Attributes, errors: readonly PolicyError<MutatingPolicy>[]): StatusError {
  const messages = errors.map(({ policy, binding, message }) => {
    const { name: policyName } = policy.object.metadata;
    return binding
      ? `policy '${policyName}' with binding '${binding.object.metadata.name}' denied request: ${message}`
      : `policy ${JSON.stringify(policyName)} denied request: ${message}`;
  });
  const { details } = refuse(attributes, '');
  return new Denial(messages[0]!, 403, errors[0]!.reason ?? 'Forbidden', { ...details, causes: messages.map((message) => ({ message })) });
}
