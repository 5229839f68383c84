import { Fault, MapValue, type Outcome, type Value } from '../../cel/values/value.ts';
import type { Expression } from '../../resources/admissionregistration/expressions/compiler.ts';
import type { Budget } from './budget.ts';

/** The variables of a policy, each evaluated when it is first needed. What they cost counts for who needs them. */
export class Variables extends MapValue {
  readonly #expressions: ReadonlyMap<string, Expression>;
  readonly #budget: Budget;
  readonly #bindings: Readonly<Record<string, unknown>>;
  readonly #known = new Map<string, Outcome>();

  /** `bindings` are those of the policy's expressions, and may have these variables among them. */
  constructor(expressions: ReadonlyMap<string, Expression>, bindings: Readonly<Record<string, unknown>>, budget: Budget) {
    super();
    this.#expressions = expressions;
    this.#bindings = bindings;
    this.#budget = budget;
  }

  get size(): number {
    return this.#expressions.size;
  }

  find(name: Value): Outcome | undefined {
    const expression = typeof name === 'string' ? this.#expressions.get(name) : undefined;
    if (!expression) return undefined;
    let outcome = this.#known.get(name as string);
    if (outcome === undefined) this.#known.set(name as string, (outcome = this.#evaluate(name as string, expression)));
    return outcome;
  }

  keys(): Iterable<Value> {
    return this.#expressions.keys();
  }

  #evaluate(name: string, expression: Expression): Outcome {
    if (!expression.program)
      return new Fault(`composited variable ${JSON.stringify(name)} fails to compile: ${expression.error}`);
    const { value, error } = this.#budget.run(expression.program, this.#bindings);
    return error === undefined ? value : new Fault(`composited variable ${JSON.stringify(name)} fails to evaluate: ${error}`);
  }
}
