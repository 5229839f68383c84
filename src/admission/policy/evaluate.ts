/** What the expressions of a ValidatingAdmissionPolicy say of one request (policy/validating/validator.go). */
import { byteLength } from '../../machinery/names.ts';
import { bindingsOf } from '../expressions/bindings.ts';
import { Budget, OutOfBudget } from '../expressions/budget.ts';
import { Variables } from '../expressions/variables.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';
import { viewOfObject, viewOfOld } from '../view.ts';
import { admissionRequest } from '../webhook/question.ts';
import type { Invocation } from './invocations.ts';
import type { Policy, ValidatingPolicy } from './policies.ts';

/** The most that the expressions of a policy may cost for one request and binding (RuntimeCELCostBudget). */
const costMax = 10_000_000;
const messageBytesMax = 5 * 1024;

/** A validation that does not hold, or an error where the failurePolicy is Fail. */
export interface Failure {
  /** The place of the validation among those of the policy. */
  readonly index: number;
  readonly message: string;
  /** That of the Status; `Invalid` if left out. */
  readonly reason?: string;
}

export interface Judgement {
  readonly failures: readonly Failure[];
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Annotations that have no value: a refusal whatever the binding says of failures. */
  readonly annotationErrors: readonly string[];
}

/** What the expressions of an invocation are evaluated on. `isEarly`: before the kind has prepared the object. */
export function inputOf({ target, params }: Invocation<Policy>, attributes: Attributes, isEarly: boolean) {
  return {
    attributes,
    object: viewOfObject(attributes, target, isEarly),
    oldObject: viewOfOld(attributes, target),
    request: admissionRequest(attributes, target),
    params,
  };
}

/** The bindings of a policy's expressions, variables included. */
export function bindingsWithVariables(
  input: ReturnType<typeof inputOf>,
  policy: Policy,
  budget: Budget,
  context: AdmissionContext,
): Record<string, unknown> {
  const bindings = bindingsOf(input, context);
  bindings.variables = new Variables(policy.compiled().variables, bindings, budget);
  return bindings;
}

export const newBudget = () => new Budget(costMax);

export function judge(invocation: Invocation<ValidatingPolicy>, attributes: Attributes, context: AdmissionContext): Judgement {
  const { policy } = invocation;
  const isForgiving = policy.object.spec.failurePolicy === 'Ignore';
  const failure = (message: string, index = 0): Judgement => ({
    failures: isForgiving ? [] : [{ index, message }],
    annotations: [],
    annotationErrors: [],
  });
  const input = inputOf(invocation, attributes, false);
  const matches = policy.compiled().conditions?.match(input, context) ?? true;
  if (typeof matches !== 'boolean') return failure(matches.error);
  if (!matches) return { failures: [], annotations: [], annotationErrors: [] };
  try {
    const budget = newBudget();
    const bindings = bindingsWithVariables(input, policy, budget, context);
    const failures = policy.compiled().validations.flatMap(({ expression, message }, index): Failure[] => {
      const { value, error } = budget.evaluate(expression, bindings);
      if (error !== undefined) return isForgiving ? [] : [{ index, message: error }];
      if (value === true) return [];
      const { message: fixed = '', reason } = policy.object.spec.validations![index]!;
      const evaluated = message && budget.evaluate(message, bindings).value;
      const text = usableMessage(evaluated) || fixed.trim() || `failed expression: ${expression.text.trim()}`;
      return [{ index, message: text, ...(reason && { reason }) }];
    });
    return { failures, ...annotate(policy, bindings, isForgiving) };
  } catch (error) {
    if (error instanceof OutOfBudget) return failure(error.message);
    throw error;
  }
}

/** What is no text, too long or of several lines is as good as no message. */
function usableMessage(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : '';
  return text.includes('\n') || byteLength(text) > messageBytesMax ? '' : text;
}

function annotate(policy: ValidatingPolicy, bindings: Record<string, unknown>, isForgiving: boolean) {
  const annotations: { key: string; value: string }[] = [];
  const annotationErrors: string[] = [];
  const budget = newBudget();
  for (const { key, expression } of policy.compiled().annotations) {
    const { value, error } = budget.evaluate(expression, bindings);
    const text = typeof value === 'string' ? value.trim() : '';
    if (error !== undefined && !isForgiving) annotationErrors.push(error);
    else if (text !== '') annotations.push({ key, value: text });
  }
  return { annotations, annotationErrors };
}
