import { compileCondition, type Expression } from '../../resources/admissionregistration/expressions/compiler.ts';
import type { AdmissionContext } from '../plugin.ts';
import { bindingsOf, type ExpressionInput } from './bindings.ts';
import { Budget, OutOfBudget } from './budget.ts';

/** The most that the matchConditions of one webhook or policy may cost for one request (RuntimeCELCostBudgetMatchConditions). */
const costMax = 2_500_000;

/** Compiled matchConditions. */
export class Conditions {
  readonly #expressions: readonly Expression[];

  private constructor(expressions: readonly Expression[]) {
    this.#expressions = expressions;
  }

  /** Undefined if there are none. */
  static of(conditions: readonly { expression: string }[] = [], hasParams = false): Conditions | undefined {
    return conditions.length > 0
      ? new Conditions(conditions.map(({ expression }) => compileCondition(expression.trim(), hasParams)))
      : undefined;
  }

  /** False as soon as one is false; otherwise an error if one has no value, in upstream's words. */
  match(input: ExpressionInput, context: AdmissionContext): boolean | { error: string } {
    const budget = new Budget(costMax);
    const bindings = bindingsOf(input, context);
    const errors: string[] = [];
    try {
      for (const expression of this.#expressions) {
        const { value, error } = budget.evaluate(expression, bindings);
        if (error !== undefined) errors.push(error);
        else if (value === false) return false;
      }
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      return { error: error.message };
    }
    return errors.length === 0 || { error: joinErrors(errors) };
  }
}

/** Several errors as upstream's aggregates show them, each once. */
function joinErrors(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(', ')}]`;
}
