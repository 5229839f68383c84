/**
 * Parses the text of an expression: recursive descent over cel-spec's grammar, with macros expanded on the way. The first
 * thing that is wrong ends it.
 */
import { binaryOperators, type Expression, type LiteralValue, type MapEntry, type StructField } from './ast.ts';
import { parseBytes, parseInt64, parseString, parseUint64 } from './literals.ts';
import { copyExpression } from './copy.ts';
import { Cursor } from './cursor.ts';
import type { Token } from './lexer.ts';
import { Issues, SyntaxIssue } from '../issues.ts';
import { Builder, expandMacro } from './macros.ts';
import { Uint } from '../values/value.ts';

/** Characters of an expression, as cel-go. */
const charactersMax = 100_000;
/** How deep an expression may be nested, as cel-go. Keeps every later walk within the stack. */
const depthMax = 250;
/** Nodes of an expression with its macros expanded: optMap repeats what it is called on, so a chain of them doubles. */
const nodesMax = 200_000;

const reserved = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);
/** Names that the grammar has as signs of their own. */
const keywords = new Set(['in', 'true', 'false', 'null']);

const startOfExpression =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const relations = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

/** The syntax tree, or the issues. */
export function parse(text: string): Expression | Issues {
  try {
    const size = [...text].length;
    if (size > charactersMax)
      throw new SyntaxIssue(-1, `expression code point size exceeds limit: size: ${size}, limit ${charactersMax}`);
    return new Parser(text).parse();
  } catch (error) {
    if (!(error instanceof SyntaxIssue)) throw error;
    const issues = new Issues(text);
    issues.add(error.offset, error.message);
    return issues;
  }
}

class Parser extends Cursor {
  private nested = 0;
  private nodes = 0;
  /** The height of the trees that are chains: `a.b.c`, `1 + 2 + 3`. */
  private readonly heights = new WeakMap<Expression, number>();

  parse(): Expression {
    const expression = this.expression();
    if (this.token.kind !== 'end') this.unexpected('<EOF>', true);
    return expression;
  }

  private made<T extends Expression>(node: T, ...children: readonly Expression[]): T {
    if (++this.nodes > nodesMax)
      throw new SyntaxIssue(-1, `expression is too large once its macros are expanded: limit ${nodesMax}`);
    const height = 1 + Math.max(0, ...children.map((child) => this.heights.get(child) ?? 0));
    if (height > depthMax) throw new SyntaxIssue(-1, `expression recursion limit exceeded: ${depthMax}`);
    this.heights.set(node, height);
    return node;
  }

  private expression(): Expression {
    if (++this.nested > depthMax) throw new SyntaxIssue(-1, `expression recursion limit exceeded: ${depthMax}`);
    const condition = this.logical('||', '_||_');
    const sign = this.take('?');
    let result = condition;
    if (sign) {
      const yes = this.logical('||', '_||_');
      this.expect(':');
      result = this.call(sign.offset, '_?_:_', condition, yes, this.expression());
    }
    this.nested--;
    return result;
  }

  /** `a && b && c` becomes a balanced tree, so that long ones are not deep. */
  private logical(sign: '||' | '&&', name: string): Expression {
    const operand = () => (sign === '||' ? this.logical('&&', '_&&_') : this.relation());
    const terms = [operand()];
    const offsets: number[] = [];
    for (let token = this.take(sign); token; token = this.take(sign)) {
      offsets.push(token.offset);
      terms.push(operand());
    }
    const balance = (from: number, to: number): Expression => {
      if (from === to) return terms[from]!;
      const middle = (from + to) >> 1;
      return this.call(offsets[middle]!, name, balance(from, middle), balance(middle + 1, to));
    };
    return balance(0, terms.length - 1);
  }

  private relation(): Expression {
    return this.chain(
      () => this.sum(),
      (token) => (token.kind === 'sign' || token.text === 'in') && relations.has(token.text),
    );
  }

  private sum(): Expression {
    return this.chain(
      () => this.product(),
      (token) => token.kind === 'sign' && (token.text === '+' || token.text === '-'),
    );
  }

  private product(): Expression {
    return this.chain(
      () => this.unary(),
      (token) => token.kind === 'sign' && (token.text === '*' || token.text === '/' || token.text === '%'),
    );
  }

  private chain(operand: () => Expression, isOperator: (token: Token) => boolean): Expression {
    let left = operand();
    while (isOperator(this.token)) {
      const { text, offset } = this.next();
      left = this.call(offset, binaryOperators[text]!, left, operand());
    }
    return left;
  }

  private unary(): Expression {
    for (const [sign, name] of [
      ['!', '!_'],
      ['-', '-_'],
    ] as const) {
      if (!this.is(sign) || (sign === '-' && this.numberFollows())) continue;
      const { offset } = this.token;
      let count = 0;
      while (this.is(sign) && !(sign === '-' && this.numberFollows())) {
        this.next();
        count++;
      }
      const operand = this.member();
      return count % 2 === 0 ? operand : this.call(offset, name, operand);
    }
    return this.member();
  }

  /** A minus before a number is part of it. */
  private numberFollows(): boolean {
    const { kind } = this.tokens[this.at + 1] ?? this.token;
    return kind === 'int' || kind === 'double';
  }

  private member(): Expression {
    let operand = this.primary();
    for (;;) {
      const dot = this.take('.');
      if (dot) {
        operand = this.selection(operand, dot.offset);
        continue;
      }
      const bracket = this.take('[');
      if (!bracket) return operand;
      const optional = this.take('?');
      const index = this.expression();
      this.expect(']');
      operand = this.call(bracket.offset, optional ? '_[?_]' : '_[_]', operand, index);
    }
  }

  private selection(operand: Expression, offset: number): Expression {
    if (this.take('?')) {
      const place = this.token.offset;
      const field = this.made({ kind: 'literal', value: this.fieldName(), offset: place });
      return this.call(offset, '_?._', operand, field);
    }
    const token = this.token;
    const field = this.fieldName();
    const open = token.kind === 'identifier' ? this.take('(') : undefined;
    if (open) return this.invocation(open.offset, field, operand);
    return this.made({ kind: 'select', operand, field, test: false, offset }, operand);
  }

  private fieldName(): string {
    const { kind, text } = this.token;
    if (kind === 'escaped') return this.next().text.slice(1, -1);
    if (kind !== 'identifier' || keywords.has(text)) this.unexpected('IDENTIFIER');
    return this.next().text;
  }

  private call(offset: number, name: string, ...args: Expression[]): Expression {
    return this.made({ kind: 'call', function: name, args, offset }, ...args);
  }

  /** A call with its parenthesis open: of a function, or of a macro. */
  private invocation(offset: number, name: string, target?: Expression): Expression {
    const args = this.separated(')', () => this.expression());
    const children = target ? [target, ...args] : args;
    const build = new Builder(offset, (expression) => copyExpression(expression, (node) => this.made(node)));
    const expanded = expandMacro(build, name, target, args);
    return this.made(expanded ?? { kind: 'call', function: name, ...(target && { target }), args, offset }, ...children);
  }

  private primary(): Expression {
    const token = this.token;
    if (token.kind === 'identifier' && !keywords.has(token.text)) return this.named();
    if (token.kind !== 'sign') return this.literal();
    switch (token.text) {
      case '(': {
        this.next();
        const expression = this.expression();
        this.expect(')');
        return expression;
      }
      case '[':
        return this.list();
      case '{':
        return this.map();
      case '.':
        return this.named();
      case '-':
        return this.literal();
      default:
        return this.unexpected(startOfExpression);
    }
  }

  private list(): Expression {
    const { offset } = this.next();
    const optional = new Set<number>();
    let index = 0;
    const element = () => {
      if (this.take('?')) optional.add(index);
      index++;
      return this.expression();
    };
    // A comma may stand alone, too.
    if (this.is(',') && this.tokens[this.at + 1]?.text === ']') this.next();
    const elements = this.separated(']', element, true);
    return this.made({ kind: 'list', elements, optional, offset }, ...elements);
  }

  private map(): Expression {
    const { offset } = this.next();
    if (this.is(',') && this.tokens[this.at + 1]?.text === '}') this.next();
    const entries = this.separated('}', () => this.mapEntry(), true);
    return this.made({ kind: 'map', entries, offset }, ...entries.flatMap(({ key, value }) => [key, value]));
  }

  private mapEntry(): MapEntry {
    const optional = this.take('?') !== undefined;
    const key = this.expression();
    const { offset } = this.expect(':');
    return { key, value: this.expression(), optional, offset };
  }

  /** A name, a call of a global function, or an object: `a`, `.a`, `f(x)`, `a.b.C{x: 1}`. */
  private named(): Expression {
    const start = this.at;
    const dot = this.take('.');
    const first = this.next();
    if (first.kind !== 'identifier' || keywords.has(first.text)) {
      this.at--;
      this.unexpected('IDENTIFIER');
    }
    const name = `${dot ? '.' : ''}${first.text}`;
    const { offset } = this.tokens[start]!;
    const struct = this.structName();
    if (struct !== undefined) return this.struct(name + struct);
    if (reserved.has(first.text)) throw new SyntaxIssue(offset, `reserved identifier: ${first.text}`);
    const open = this.take('(');
    if (open) return this.invocation(open.offset, name);
    return this.made({ kind: 'identifier', name, offset: first.offset });
  }

  /** The rest of the name if what follows is `.b.C{`; the tokens of it are then taken. */
  private structName(): string | undefined {
    let end = this.at;
    while (this.tokens[end]!.text === '.' && this.tokens[end + 1]?.kind === 'identifier') end += 2;
    if (this.tokens[end]!.text !== '{' || this.tokens[end]!.kind !== 'sign') return undefined;
    const rest = this.tokens.slice(this.at, end).map(({ text }) => text);
    this.at = end;
    return rest.join('');
  }

  private struct(name: string): Expression {
    const { offset } = this.next();
    const fields = this.separated('}', () => this.structField(), true);
    return this.made({ kind: 'struct', name, fields, offset }, ...fields.map(({ value }) => value));
  }

  private structField(): StructField {
    const optional = this.take('?') !== undefined;
    const name = this.fieldName();
    const { offset } = this.expect(':');
    return { name, value: this.expression(), optional, offset };
  }

  private literal(): Expression {
    const { offset } = this.token;
    const sign = this.is('-') && this.numberFollows() ? this.next().text : '';
    const token = this.token;
    const value = this.literalValue(token, sign, offset);
    if (value === undefined) return this.unexpected(startOfExpression);
    this.next();
    return this.made({ kind: 'literal', value, offset });
  }

  private literalValue({ kind, text }: Token, sign: string, offset: number): LiteralValue | undefined {
    const known = <T>(value: T | undefined, type: string): T => {
      if (value === undefined) throw new SyntaxIssue(offset, `invalid ${type} literal`);
      return value;
    };
    switch (kind) {
      case 'int':
        return known(parseInt64(sign + text), 'int');
      case 'uint':
        return new Uint(known(parseUint64(text), 'uint'));
      case 'double':
        return known(Number.isFinite(Number(text)) ? Number(sign + text) : undefined, 'double');
      case 'string':
      case 'bytes':
        try {
          return kind === 'string' ? parseString(text) : parseBytes(text);
        } catch (error) {
          throw new SyntaxIssue(offset, (error as Error).message);
        }
      case 'identifier':
        return text === 'true' ? true : text === 'false' ? false : text === 'null' ? null : undefined;
      default:
        return undefined;
    }
  }
}
