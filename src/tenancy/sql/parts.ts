/** Why a query is not run: it holds something that is not in the language, or too much. The message names it, for people. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Where in a query a part stands. */
export interface Scope {
  /** Names that WITH gave to queries, as far as they are seen from here. */
  readonly named: ReadonlySet<string>;
  /** What functions in FROM are called, anywhere in the query, and the names of their columns. */
  readonly functionColumns: ReadonlyMap<string, ReadonlySet<string>>;
  /** How deep it is. */
  readonly depth: number;
  /** Parts of the query that may still come, over all of it. */
  readonly budget: { parts: number };
}

const depthMax = 60;

/** The scope of a part inside. Throws if there are too many, or too deep. */
export function within(scope: Scope): Scope {
  if (scope.depth >= depthMax) throw new Refusal('the query is nested too deeply');
  if (--scope.budget.parts < 0) throw new Refusal('the query has too many parts');
  return { ...scope, depth: scope.depth + 1 };
}

/**
 * Throws if the parser found something in a part that the caller does not know, and would therefore leave out: `known` are
 * the fields that it reads.
 */
export function onlyKnown(part: object, known: readonly string[], what: string): void {
  for (const [field, value] of Object.entries(part)) {
    const isThere = value !== undefined && value !== null && value !== false;
    if (isThere && !known.includes(field)) throw new Refusal(`${what} with "${field}" is not supported`);
  }
}

/** A name as it is written into the query. The bound leaves room for a prefix, within Postgres's 63 bytes. */
export function quoted(name: string, prefix = ''): string {
  if (!/^[A-Za-z_][A-Za-z0-9_ -]{0,57}$/.test(name)) throw new Refusal(`the name ${JSON.stringify(name)} is not supported: letters, digits, _ and - are, up to 58`);
  return `"${prefix}${name}"`;
}

/** Names in parentheses, or nothing. */
export const columnNames = (names: readonly { name: string }[] | null | undefined): string =>
  names && names.length > 0 ? `(${names.map(({ name }) => quoted(name)).join(', ')})` : '';

/** A text as it is written into the query; means the same whatever the session is set to. */
export function textLiteral(value: string): string {
  if (value.includes('\0')) throw new Refusal('a text with a NUL is not supported');
  const doubled = value.replaceAll("'", "''");
  return value.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** A number as it is written into the query. */
export function numberLiteral(value: number): string {
  const isExact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!isExact) throw new Refusal('a number has too many digits; write it as a text with a cast');
  return value < 0 ? `(${value})` : String(value);
}
