/** What cel-go's planner works out before an expression ever runs: conversions of constants, and constant patterns. */
import type { Checked } from '../checker/checker.ts';
import { childrenOf } from '../checker/literals.ts';
import { Meter } from '../meter.ts';
import type { Expression } from '../syntax/ast.ts';
import { compilePattern } from '../values/regex.ts';
import { Fault, isFault, type Outcome } from '../values/value.ts';
import { planExpression } from './planner.ts';

const conversions: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'int', 'string', 'uint']);
const searches: ReadonlySet<string> = new Set(['find', 'findAll']);

/** Why no program can be made of an expression, innermost first; undefined if one can. */
export function constantFailure(checked: Checked): string | undefined {
  const visit = (expression: Expression): string | undefined => {
    for (const child of childrenOf(expression)) {
      const failure = visit(child);
      if (failure !== undefined) return failure;
    }
    const outcome = constantOutcome(expression, checked);
    return outcome !== undefined && isFault(outcome) ? outcome.message : undefined;
  };
  return visit(checked.expression);
}

function constantOutcome(expression: Expression, checked: Checked): Outcome | undefined {
  if (expression.kind !== 'call') return undefined;
  const { function: name, target, args } = expression;
  const [first] = args;
  if (first?.kind !== 'literal') return undefined;
  if (target) {
    if (!searches.has(name) || typeof first.value !== 'string') return undefined;
    const pattern = compilePattern(first.value);
    return isFault(pattern) ? pattern : undefined;
  }
  if (!conversions.has(name) || args.length !== 1) return undefined;
  const noVariable = (variable: string) => new Fault(`no such attribute(s): ${variable}`);
  return planExpression({ ...checked, expression })({ meter: new Meter(), frame: [], variable: noVariable });
}
