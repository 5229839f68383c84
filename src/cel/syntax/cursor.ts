import { SyntaxIssue } from '../issues.ts';
import { tokenize, type Token } from './lexer.ts';

/** Walks over the tokens of an expression. */
export class Cursor {
  protected readonly tokens: readonly Token[];
  protected at = 0;

  constructor(text: string) {
    this.tokens = tokenize(text);
  }

  protected get token(): Token {
    return this.tokens[this.at]!;
  }

  protected next(): Token {
    return this.tokens[this.at++]!;
  }

  protected is(sign: string): boolean {
    return this.token.kind === 'sign' && this.token.text === sign;
  }

  protected take(sign: string): Token | undefined {
    return this.is(sign) ? this.next() : undefined;
  }

  protected expect(sign: string): Token {
    return this.take(sign) ?? this.unexpected(`'${sign}'`);
  }

  protected unexpected(expecting: string, extraneous = false): never {
    const { text, offset } = this.token;
    const what = extraneous ? 'extraneous input' : 'mismatched input';
    throw new SyntaxIssue(offset, `Syntax error: ${what} '${text}' expecting ${expecting}`);
  }

  /** Items with commas between them up to the sign `end`, which is taken; with `trailing` a last comma is fine. */
  protected separated<T>(end: string, item: () => T, trailing = false): T[] {
    const items: T[] = [];
    while (!this.take(end)) {
      if (items.length > 0) {
        this.expect(',');
        if (trailing && this.take(end)) break;
      }
      items.push(item());
    }
    return items;
  }
}
