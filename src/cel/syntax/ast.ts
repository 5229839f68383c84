/** The syntax tree of an expression after its macros are expanded. */
import type { Uint } from '../values/value.ts';

interface Node {
  /** Where an issue with it is shown: of an operator its sign, of a selection its dot, of a call its parenthesis. */
  readonly offset: number;
}

export type LiteralValue = null | boolean | bigint | number | string | Uint8Array | Uint;

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: LiteralValue;
}
export interface Identifier extends Node {
  readonly kind: 'identifier';
  /** With a leading dot if it is looked up in the outermost scope. */
  readonly name: string;
}
export interface Select extends Node {
  readonly kind: 'select';
  readonly operand: Expression;
  readonly field: string;
  /** `has(operand.field)`. */
  readonly test: boolean;
}
export interface Call extends Node {
  readonly kind: 'call';
  readonly function: string;
  readonly target?: Expression;
  readonly args: readonly Expression[];
}
export interface ListLiteral extends Node {
  readonly kind: 'list';
  readonly elements: readonly Expression[];
  /** Indexes of the elements that are there only if they have a value (`[?x]`). */
  readonly optional: ReadonlySet<number>;
}
export interface MapEntry extends Node {
  readonly key: Expression;
  readonly value: Expression;
  readonly optional: boolean;
}
export interface MapLiteral extends Node {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}
export interface StructField extends Node {
  readonly name: string;
  readonly value: Expression;
  readonly optional: boolean;
}
export interface StructLiteral extends Node {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly StructField[];
}
/**
 * What macros become: `accumulator = initial; for (variable[, second] of range) { if (!condition) break;
 * accumulator = step }; result`.
 */
export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  readonly range: Expression;
  readonly variable: string;
  readonly second?: string;
  readonly accumulator: string;
  readonly initial: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

export type Expression = Literal | Identifier | Select | Call | ListLiteral | MapLiteral | StructLiteral | Comprehension;

/** The operators, under the names by which functions are declared for them. */
export const binaryOperators: Readonly<Record<string, string>> = {
  '==': '_==_',
  '!=': '_!=_',
  '<': '_<_',
  '<=': '_<=_',
  '>': '_>_',
  '>=': '_>=_',
  in: '@in',
  '+': '_+_',
  '-': '_-_',
  '*': '_*_',
  '/': '_/_',
  '%': '_%_',
};
