/** What does not need all of its operands: `&&`, `||`, `?:`, and the condition of `all` and `exists`. */
import type { Call, Expression } from '../syntax/ast.ts';
import { isFault, noSuchOverload, type Fault } from '../values/value.ts';
import type { Planned, Planner } from './step.ts';

/** `&&` and `||`: one side may decide alone, even if the other is a fault. */
export function planLogical(planner: Planner, call: Call): Planned {
  const decisive = call.function === '_||_';
  const steps = termsOf(call, call.function).map((term) => planner.plan(term).step);
  return {
    step: (run) => {
      let fault: Fault | undefined;
      for (const step of steps) {
        const value = step(run);
        if (value === decisive) return decisive;
        if (typeof value !== 'boolean') fault ??= isFault(value) ? value : noSuchOverload;
      }
      return fault ?? !decisive;
    },
  };
}

/** The terms of `a && b && c`, which the parser made a balanced tree of. */
function termsOf(expression: Expression, operator: string): Expression[] {
  if (expression.kind !== 'call' || expression.function !== operator) return [expression];
  return expression.args.flatMap((arg) => termsOf(arg, operator));
}

/** Reading a variable in a branch is not charged. */
export function planTernary(planner: Planner, call: Call): Planned {
  const [condition, yes, no] = call.args as [Expression, Expression, Expression];
  const test = planner.plan(condition).step;
  const whenTrue = planner.plan(yes, 0).step;
  const whenFalse = planner.plan(no, 0).step;
  return {
    step: (run) => {
      const value = test(run);
      if (value === true) return whenTrue(run);
      if (value === false) return whenFalse(run);
      return isFault(value) ? value : noSuchOverload;
    },
  };
}

/** False only for false: a fault does not end a loop. */
export function planNotStrictlyFalse(planner: Planner, call: Call): Planned {
  const { step } = planner.plan(call.args[0]!);
  return {
    step: (run) => {
      const value = step(run);
      run.meter.charge(1);
      return value !== false;
    },
  };
}
