/**
 * What can be said of literals before an expression ever runs: a duration, a time or a pattern that is none, lists and maps
 * that mix types, formats that do not fit what they are given. As the validators of cel-go that Kubernetes has on.
 */
import { clauseAt, clauses, refusalOf } from '../library/format-clauses.ts';
import { Issues } from '../issues.ts';
import type { Call, Expression, ListLiteral, MapLiteral } from '../syntax/ast.ts';
import { formatType, sameType, type Type } from '../types/type.ts';
import { compilePattern } from '../values/regex.ts';
import { parseDuration, parseTimestamp } from '../values/time.ts';
import { isFault } from '../values/value.ts';
import type { Checked } from './checker.ts';

/** By function: whether a constant text will do. */
const wanted: Readonly<Record<string, (text: string) => boolean>> = {
  duration: (text) => parseDuration(text) !== undefined,
  timestamp: (text) => {
    const time = parseTimestamp(text);
    return time !== undefined && !isFault(time);
  },
  matches: (text) => !isFault(compilePattern(text)),
};

/** The issues with literals; `undefined` if there are none. */
export function checkLiterals(checked: Checked, text: string): Issues | undefined {
  const validator = new Validator(checked, text);
  validator.visit(checked.expression, false);
  return validator.issues.count > 0 ? validator.issues : undefined;
}

class Validator {
  readonly issues: Issues;
  private readonly checked: Checked;

  constructor(checked: Checked, text: string) {
    this.checked = checked;
    this.issues = new Issues(text);
  }

  /** `mixed`: within a format, where a list is not a list but arguments. */
  visit(expression: Expression, mixed: boolean): void {
    if (expression.kind === 'call') this.visitCall(expression);
    if (expression.kind === 'list' && !mixed) this.visitList(expression);
    if (expression.kind === 'map' && !mixed) this.visitMap(expression);
    const isFormat = expression.kind === 'call' && expression.function === 'format';
    for (const child of childrenOf(expression)) this.visit(child, mixed || isFormat);
  }

  private visitCall(call: Call): void {
    const arg = call.function === 'matches' && !call.target ? call.args[1] : call.args[0];
    if (Object.hasOwn(wanted, call.function) && arg?.kind === 'literal' && typeof arg.value === 'string') {
      if (!wanted[call.function]!(arg.value)) this.issues.add(arg.offset, `invalid ${call.function} argument`);
    }
    if (call.function === 'format' && call.target?.kind === 'literal' && arg?.kind === 'list')
      this.visitFormat(call, String(call.target.value), arg.elements);
  }

  private visitList({ elements, optional }: ListLiteral): void {
    let first: Type | undefined;
    for (const [i, element] of elements.entries()) {
      const type = this.elementType(element, optional.has(i));
      first ??= type;
      if (sameType(first, type)) continue;
      this.mismatch(element, first, type);
      return;
    }
  }

  private visitMap({ entries }: MapLiteral): void {
    let keyType: Type | undefined;
    let valueType: Type | undefined;
    for (const { key, value, optional } of entries) {
      const types = [this.elementType(key, false), this.elementType(value, optional)] as const;
      keyType ??= types[0];
      valueType ??= types[1];
      if (!sameType(keyType, types[0])) this.mismatch(key, keyType, types[0]);
      if (!sameType(valueType, types[1])) this.mismatch(value, valueType, types[1]);
    }
  }

  private elementType(element: Expression, optional: boolean): Type {
    const type = this.checked.typeOf(element);
    return optional ? (type.parameters[0] ?? type) : type;
  }

  private mismatch(element: Expression, expected: Type, found: Type): void {
    this.issues.add(element.offset, `expected type '${formatType(expected)}' but found '${formatType(found)}'`);
  }

  private visitFormat(call: Call, format: string, args: readonly Expression[]): void {
    let used = 0;
    let at = 0;
    for (let percent = format.indexOf('%'); percent >= 0; percent = format.indexOf('%', at)) {
      at = percent + 2;
      if (format[percent + 1] === '%') continue;
      if (percent + 1 >= format.length) return this.issues.add(call.offset, 'unexpected end of string');
      const arg = args[used];
      if (!arg) return this.issues.add(call.offset, `index ${used} out of range`);
      used++;
      const clause = clauseAt(format, percent + 1);
      if (isFault(clause)) return this.issues.add(call.offset, clause.message);
      const refused = this.refused(arg, clause.verb);
      if (refused) return this.issues.add(refused.offset, refusalOf(clause.verb, this.checked.typeOf(refused).name));
      at = clause.end;
    }
    if (args.length > used)
      this.issues.add(call.offset, `too many arguments supplied to string.format (expected ${used}, got ${args.length})`);
  }

  /** The part of an argument that a clause does not take. */
  private refused(arg: Expression, verb: string): Expression | undefined {
    const { kind } = this.checked.typeOf(arg);
    if (kind !== 'dyn' && !clauses[verb]!.kinds.includes(kind)) return arg;
    if (verb !== 's' || (arg.kind !== 'list' && arg.kind !== 'map')) return undefined;
    for (const child of childrenOf(arg)) {
      const refused = this.refused(child, verb);
      if (refused) return refused;
    }
    return undefined;
  }
}

/** The expressions right inside of one. */
export function childrenOf(expression: Expression): readonly Expression[] {
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
