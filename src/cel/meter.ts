/**
 * What an evaluation has cost so far, in the units of cel-go (about 50 ns each), and how much it may. A meter may be shared
 * by evaluations that belong together, such as those of a policy's variables.
 */

/** The most one expression may cost when it is evaluated (apiserver/pkg/apis/cel: PerCallLimit). */
export const perCallLimit = 1_000_000;
/** The most that all expressions of one request may cost together (RuntimeCELCostBudget). */
export const requestLimit = 10_000_000;
/** Steps that upstream does for free but that take us time, for each unit of the limit. */
export const stepsPerUnit = 20;

/** Steps that looking at one item of a list takes, where a step is a look at a character. */
export const stepsPerItem = 8;

/** Why an expression gave no value. */
export class CelError extends Error {
  /** `cost-limit`: it was cut off. `failed`: what it says. */
  readonly code: 'cost-limit' | 'failed';

  constructor(code: CelError['code'], message: string) {
    super(message);
    this.name = 'CelError';
    this.code = code;
  }
}

export class Meter {
  /** Units so far. */
  cost = 0;
  readonly limit: number;
  /** Steps so far, of what costs nothing. */
  steps = 0;

  constructor(limit = perCallLimit) {
    this.limit = limit;
  }

  /** Throws a `CelError` past the limit. Nothing absorbs it. */
  charge(units: number): void {
    this.cost += units;
    if (this.cost > this.limit) throw new CelError('cost-limit', 'operation cancelled: actual cost limit exceeded');
  }

  /**
   * Counts what costs nothing by upstream's rules but grows with the data: characters counted, items compared. Only in
   * expressions that go out of their way does it reach the limit.
   */
  work(steps: number): void {
    this.steps += steps;
    if (this.steps > this.limit * stepsPerUnit)
      throw new CelError('cost-limit', 'operation cancelled: actual cost limit exceeded');
  }
}
