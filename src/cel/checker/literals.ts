/** What can be said of constant arguments before an expression ever runs: that a duration, a time or a pattern is none. */
import { Issues } from '../issues.ts';
import type { Expression } from '../syntax/ast.ts';
import { compilePattern } from '../values/regex.ts';
import { parseDuration, parseTimestamp } from '../values/time.ts';
import { isFault } from '../values/value.ts';

/** By function: the place of the argument, and whether a text will do. */
const wanted: Readonly<Record<string, { readonly index: number; readonly isFine: (text: string) => boolean }>> = {
  duration: { index: 0, isFine: (text) => parseDuration(text) !== undefined },
  timestamp: { index: 0, isFine: (text) => isTime(text) },
  matches: { index: 0, isFine: (text) => !isFault(compilePattern(text)) },
};

function isTime(text: string): boolean {
  const time = parseTimestamp(text);
  return time !== undefined && !isFault(time);
}

/** The issues with constant arguments; `undefined` if there are none. */
export function checkLiterals(expression: Expression, text: string): Issues | undefined {
  const issues = new Issues(text);
  visit(expression, (node) => {
    if (node.kind !== 'call' || !Object.hasOwn(wanted, node.function)) return;
    const { index, isFine } = wanted[node.function]!;
    const arg = node.args[node.function === 'matches' && !node.target ? 1 : index];
    if (arg?.kind === 'literal' && typeof arg.value === 'string' && !isFine(arg.value))
      issues.add(arg.offset, `invalid ${node.function} argument`);
  });
  return issues.count > 0 ? issues : undefined;
}

function visit(expression: Expression, see: (node: Expression) => void): void {
  see(expression);
  for (const child of childrenOf(expression)) visit(child, see);
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'identifier':
      return [];
    case 'select':
      return [expression.operand];
    case 'call':
      return expression.target ? [expression.target, ...expression.args] : expression.args;
    case 'list':
      return expression.elements;
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expression.fields.map(({ value }) => value);
    case 'comprehension':
      return [expression.range, expression.initial, expression.condition, expression.step, expression.result];
  }
}
