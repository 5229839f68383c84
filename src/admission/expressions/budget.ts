import { CelError, Meter, perCallLimit } from '../../cel/meter.ts';
import type { Value } from '../../cel/values/value.ts';
import type { Expression } from '../../resources/admissionregistration/expressions/compiler.ts';

/** All that expressions of one policy may cost for one request is used up. */
export class OutOfBudget extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
    this.name = 'OutOfBudget';
  }
}

/** What came of an expression. `error` is in upstream's words. */
export type Evaluated =
  { readonly value: Value; readonly error?: undefined } | { readonly value?: undefined; readonly error: string };

/** What expressions that belong together may still cost, in units of CEL. */
export class Budget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  /** Evaluates an expression. Throws `OutOfBudget`; all else that goes wrong is a result. */
  evaluate(expression: Expression, bindings: Readonly<Record<string, unknown>>): Evaluated {
    if (!expression.program) return { error: `compilation error: ${expression.error}` };
    const { value, error } = this.run(expression.program, bindings);
    return error === undefined ? { value } : { error: `expression '${expression.text}' resulted in error: ${error}` };
  }

  /** As `evaluate`, but an error does not name the expression. */
  run(program: NonNullable<Expression['program']>, bindings: Readonly<Record<string, unknown>>): Evaluated {
    const meter = new Meter(perCallLimit);
    try {
      return { value: program.evaluate(bindings, meter) };
    } catch (failure) {
      if (!(failure instanceof CelError)) throw failure;
      return { error: failure.message };
    } finally {
      this.charge(meter.cost);
    }
  }

  charge(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw new OutOfBudget();
  }
}
