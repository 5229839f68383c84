import { Denial } from '../denial.ts';
import { isExempt } from '../matching/rules.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type Attributes } from '../plugin.ts';
import { judge, type Failure, type Judgement } from './evaluate.ts';
import { invocationsOf, type Invocation } from './invocations.ts';
import type { ValidatingPolicy } from './policies.ts';

/** Policies that refuse by expressions (admission/plugin/policy/validating). All are run; the first refusal is told. */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  subresources: 'all',
  validate(attributes, context) {
    const policies = context.registered.validatingPolicies(attributes);
    if (policies.length === 0 || isExempt(attributes.resource)) return;
    const { invocations, errors } = invocationsOf(policies, attributes, context);
    const denials = errors.map(({ policy, binding, message }) => denialOf(policy, binding, { message }));
    const annotations = new Map<string, Set<string>>();
    for (const invocation of invocations) {
      const judgement = judge(invocation, attributes, context);
      denials.push(...enforce(invocation, judgement, context));
      for (const { key, value } of judgement.annotations) {
        const name = `${invocation.policy.object.metadata.name}/${key}`;
        annotations.set(name, (annotations.get(name) ?? new Set()).add(value.slice(0, annotationLengthMax)));
      }
    }
    for (const [key, values] of annotations) context.annotate(key, [...values].join(', '));
    if (denials[0]) throw refusal(attributes, denials[0]);
  },
};

const annotationLengthMax = 10 * 1024;

interface PolicyDenial {
  message: string;
  reason: string;
}

/** Does what the binding wants done about failures. Gives back those that it denies for. */
function enforce(
  { policy, binding }: Invocation<ValidatingPolicy>,
  { failures, annotationErrors }: Judgement,
  context: AdmissionContext,
): PolicyDenial[] {
  const denials: PolicyDenial[] = [];
  const { validationActions, policyName } = binding.object.spec;
  const names = { policy: policyName, binding: binding.object.metadata.name };
  for (const failure of failures)
    for (const action of validationActions)
      if (action === 'Deny') denials.push(denialOf(policy, binding, failure));
      else if (action === 'Warn')
        context.warn(
          `Validation failed for ValidatingAdmissionPolicy '${names.policy}' with binding '${names.binding}': ${failure.message}`,
        );
      else
        context.annotate(
          'validation.policy.admission.k8s.io/validation_failure',
          JSON.stringify([{ message: failure.message, ...names, expressionIndex: failure.index, validationActions }]),
        );
  for (const message of annotationErrors) denials.push(denialOf(policy, binding, { message }));
  return denials;
}

function denialOf(
  { object }: ValidatingPolicy,
  binding: ValidatingPolicy['bindings'][number] | undefined,
  { message, reason = 'Invalid' }: Omit<Failure, 'index'>,
): PolicyDenial {
  const by = binding ? ` with binding '${binding.object.metadata.name}'` : '';
  return { message: `ValidatingAdmissionPolicy '${object.metadata.name}'${by} denied request: ${message}`, reason };
}

const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

function refusal(attributes: Attributes, { message, reason }: PolicyDenial): Denial {
  const error = refuse(attributes, message);
  return new Denial(error.message, codes[reason] ?? 422, reason, { ...error.details, causes: [{ message }] });
}
