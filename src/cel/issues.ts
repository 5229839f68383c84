/** What is wrong with the text of an expression, shown as cel-go shows it: position, line and a caret. */

export interface Issue {
  /** UTF-16 units from the start of the text; -1 if the issue is about the text as a whole. */
  readonly offset: number;
  readonly message: string;
}

/** More are counted, not shown. */
const issuesShown = 100;
/** Longer lines are not repeated in the message. */
const lineShown = 16_384;

/** Thrown inside the parser to give up; the issue is the last one. */
export class SyntaxIssue extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The issues of one expression, in the order of the text. */
export class Issues {
  private readonly found: Issue[] = [];
  readonly text: string;
  /** They are with the program, not with the text. */
  private ofProgram = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The issue with an expression that is right, but can never be evaluated. */
  static ofProgram(text: string, message: string): Issues {
    const issues = new Issues(text);
    issues.ofProgram = true;
    issues.add(-1, message);
    return issues;
  }

  /** All of it as kube-apiserver says it. */
  get failure(): string {
    return this.ofProgram ? `program instantiation failed: ${this.found[0]!.message}` : `compilation failed: ${this.toString()}`;
  }

  add(offset: number, message: string): void {
    this.found.push({ offset, message });
  }

  get count(): number {
    return this.found.length;
  }

  get list(): readonly Issue[] {
    return this.found.toSorted((a, b) => a.offset - b.offset);
  }

  /** `ERROR: <input>:1:5: undefined field 'x'`, the line and a caret under the place; one block an issue. */
  toString(): string {
    const blocks = this.list.slice(0, issuesShown).map((issue) => this.show(issue));
    if (this.count > issuesShown) blocks.push(`${this.count - issuesShown} more errors were truncated`);
    return blocks.join('\n');
  }

  private show({ offset, message }: Issue): string {
    if (offset < 0) return `ERROR: <input>:-1:0: ${message}`;
    const before = this.text.slice(0, offset);
    const start = before.lastIndexOf('\n') + 1;
    const end = this.text.indexOf('\n', offset);
    const line = this.text.slice(start, end < 0 ? undefined : end).replaceAll('\t', ' ');
    const column = Array.from(this.text.slice(start, offset));
    const row = before.split('\n').length;
    const head = `ERROR: <input>:${row}:${column.length + 1}: ${message}`;
    if (line.length > lineShown) return head;
    const under = line.codePointAt(offset - start) ?? 0;
    const dots = column.map((character) => (isWide(character.codePointAt(0)!) ? '．' : '.')).join('');
    return `${head}\n | ${line}\n | ${dots}${isWide(under) ? '＾' : '^'}`;
  }
}

const isWide = (codePoint: number) => codePoint > 0x7f;
