import { NotSimulated } from './syntax.ts';

/** The operators, from those that bind least. */
const levels: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b), '=': (a, b) => Number(a === b) },
  {
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / divisor(b)), '%': (a, b) => a % divisor(b) },
];

function divisor(number: number): number {
  if (number === 0) throw new NotSimulated('a division by zero');
  return number;
}

/** Works out integers, as between `$((` and `))`. `valueOf` knows the variables. */
export function calculate(text: string, valueOf: (variable: string) => string): number {
  const tokens = text.match(/\d+|\$?[A-Za-z_]\w*|\$\{\w+\}|\|\||&&|[=!<>]=|[-+*/%<>=()]|\S/g) ?? [];
  return calculateTokens(tokens, valueOf);
}

/** The same for what is split into tokens already. */
export function calculateTokens(tokens: readonly string[], valueOf: (variable: string) => string): number {
  let at = 0;
  const level = (depth: number): number => {
    const operators = levels[depth];
    if (!operators) return operand();
    let left = level(depth + 1);
    while (Object.hasOwn(operators, tokens[at] ?? '')) left = operators[tokens[at++]!]!(left, level(depth + 1));
    return left;
  };
  const operand = (): number => {
    const token = tokens[at++] ?? '';
    if (token === '-') return -operand();
    if (token === '(') {
      const inner = level(0);
      if (tokens[at++] !== ')') throw new NotSimulated('a parenthesis is not closed');
      return inner;
    }
    const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(token)?.[1];
    return integer(name === undefined ? token : valueOf(name) || '0');
  };
  const result = level(0);
  if (at < tokens.length) throw new NotSimulated(`arithmetic with ${tokens[at]}`);
  return result;
}

export function integer(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new NotSimulated(`not a number: ${text}`);
  return Number(text);
}
