import type { CallOver, DataTypeDef, Expr, ExprBinary, ExprCall, ExprRef, OrderByStatement, SelectStatement } from 'pgsql-ast-parser';
import {
  binaryOperators,
  constructs,
  dateFields,
  functionAliases,
  functions,
  keywords,
  postfixOperators,
  prefixOperators,
  quantifiers,
  systemColumns,
  types,
} from './language.ts';
import { numberLiteral, onlyKnown, quoted, Refusal, textLiteral, within, type Scope } from './parts.ts';

/** Writes the query in an expression. */
export type WriteSubquery = (statement: SelectStatement, scope: Scope) => string;

/**
 * Writes expressions anew from what the parser made of them. What is read here is what is written; a part of any other kind,
 * or with anything besides, is refused.
 */
export class ExpressionWriter {
  readonly #subquery: WriteSubquery;

  constructor(subquery: WriteSubquery) {
    this.#subquery = subquery;
  }

  /** Throws a `Refusal`. Whatever has parts comes in parentheses: the parser's precedence counts, not that of Postgres. */
  write(node: Expr, outer: Scope): string {
    const scope = within(outer);
    const part = (inner: Expr) => this.write(inner, scope);
    switch (node.type) {
      case 'ref':
        return this.#column(node, scope);
      case 'null':
        return 'null';
      case 'boolean':
        return node.value ? 'true' : 'false';
      case 'integer':
      case 'numeric':
        return numberLiteral(node.value);
      case 'string':
        return textLiteral(node.value);
      case 'keyword':
        if (!keywords.has(node.keyword)) throw new Refusal(`${node.keyword} is not supported`);
        return node.keyword;
      case 'binary':
        onlyKnown(node, ['type', 'left', 'right', 'op'], 'an operator');
        mustBeClear(node);
        return `(${part(node.left)} ${known(binaryOperators, node.op)} ${this.#right(node, scope)})`;
      case 'unary':
        onlyKnown(node, ['type', 'operand', 'op'], 'an operator');
        if (postfixOperators.has(node.op)) return `(${part(node.operand)} ${node.op})`;
        return `(${known(prefixOperators, node.op)} ${part(node.operand)})`;
      case 'ternary':
        onlyKnown(node, ['type', 'value', 'lo', 'hi', 'op'], 'BETWEEN');
        return `(${part(node.value)} ${known(betweens, node.op)} ${part(node.lo)} and ${part(node.hi)})`;
      case 'member':
        onlyKnown(node, ['type', 'operand', 'op', 'member'], 'an operator');
        return `(${part(node.operand)} ${known(binaryOperators, node.op)} ${typeof node.member === 'number' ? numberLiteral(node.member) : textLiteral(node.member)})`;
      case 'cast':
        onlyKnown(node, ['type', 'to', 'operand'], 'a cast');
        return `cast(${part(node.operand)} as ${typeName(node.to)})`;
      case 'list':
        return `(${this.#list(node.expressions, scope)})`;
      case 'array':
        return `array[${this.#list(node.expressions, scope)}]`;
      case 'array select':
        return `array(${this.#subquery(node.select, scope)})`;
      case 'arrayIndex':
        onlyKnown(node, ['type', 'array', 'index'], 'an index');
        return `(${part(node.array)})[${part(node.index)}]`;
      case 'case':
        onlyKnown(node, ['type', 'value', 'whens', 'else'], 'CASE');
        return [
          '(case',
          ...(node.value ? [part(node.value)] : []),
          ...node.whens.map(({ when, value }) => `when ${part(when)} then ${part(value)}`),
          ...(node.else ? [`else ${part(node.else)}`] : []),
          'end)',
        ].join(' ');
      case 'extract':
        onlyKnown(node, ['type', 'field', 'from'], 'extract');
        return `extract(${known(dateFields, node.field.name)} from ${part(node.from)})`;
      case 'substring': {
        onlyKnown(node, ['type', 'value', 'from', 'for'], 'substring');
        const given = [node.value, node.from ?? { type: 'integer' as const, value: 1 }, ...(node.for ? [node.for] : [])];
        return `pg_catalog."substring"(${this.#list(given, scope)})`;
      }
      case 'call':
        return this.#call(node, scope);
      case 'select':
      case 'union':
      case 'union all':
      case 'values':
      case 'with':
        return `(${this.#subquery(node, scope)})`;
      default:
        throw new Refusal(`an expression of the kind "${node.type}" is not supported`);
    }
  }

  /** ORDER BY with its expressions, or nothing. */
  order(by: readonly OrderByStatement[] | null | undefined, scope: Scope): string {
    if (!by || by.length === 0) return '';
    const keys = by.map((key) => {
      onlyKnown(key, ['by', 'order', 'nulls'], 'ORDER BY');
      const direction = key.order ? ` ${known(directions, key.order)}` : '';
      return `${this.write(key.by, scope)}${direction}${key.nulls ? ` nulls ${known(nullsPlaces, key.nulls)}` : ''}`;
    });
    return ` order by ${keys.join(', ')}`;
  }

  /** `*`, of everything or of one table. */
  star({ table }: ExprRef): string {
    return table ? `${tableName(table)}.*` : '*';
  }

  #column(node: ExprRef, { functionColumns }: Scope): string {
    onlyKnown(node, ['type', 'table', 'name'], 'a column');
    if (node.name === '*') throw new Refusal('* is supported as a column of a query and in count(*) only');
    // Where there is no such column, Postgres takes `table.name` for a call of the function of that name with the row, and the
    // row of a function in FROM may be a plain value. Any other row is a record, which nothing takes that has an effect.
    const columns = node.table && functionColumns.get(node.table.name);
    if (systemColumns.has(node.name) || node.name.startsWith('pg_') || (columns && !columns.has(node.name)))
      throw new Refusal(`there is no column ${JSON.stringify(node.name)}`);
    return node.table ? `${tableName(node.table)}.${quoted(node.name)}` : quoted(node.name);
  }

  /** What stands right of an operator: `any (…)` may, elsewhere not. A list of one is no list for the parser. */
  #right({ op, right: node }: ExprBinary, scope: Scope): string {
    if (op.endsWith('IN') && node.type !== 'list' && !isQuery(node)) return `(${this.write(node, scope)})`;
    if (node.type !== 'call' || !quantifiers.has(node.function.name)) return this.write(node, scope);
    onlyKnown(node, ['type', 'function', 'args'], node.function.name);
    onlyKnown(node.function, ['name'], 'a function');
    const [values, ...more] = node.args;
    if (!values || more.length > 0) throw new Refusal(`${node.function.name} takes one array or query`);
    const written = this.write(values, scope);
    return `${node.function.name} ${isQuery(values) ? written : `(${written})`}`;
  }

  #call(node: ExprCall, scope: Scope): string {
    onlyKnown(node, ['type', 'function', 'args', 'distinct', 'orderBy', 'filter', 'withinGroup', 'over'], 'a call');
    onlyKnown(node.function, ['name'], 'a function');
    const { name } = node.function;
    if (name === 'exists' || constructs.has(name)) {
      onlyKnown(node, ['type', 'function', 'args'], name);
      if (name !== 'exists') return `${name}(${this.#list(node.args, scope)})`;
      const [query] = node.args;
      if (!query || !isQuery(query)) throw new Refusal('exists takes a query');
      return `exists ${this.write(query, scope)}`;
    }
    const [first] = node.args;
    const isCountAll = name === 'count' && node.args.length === 1 && first?.type === 'ref' && first.name === '*' && !first.table;
    const given = isCountAll ? '*' : this.#list(node.args, scope);
    const distinct = node.distinct ? `${known(distincts, node.distinct)} ` : '';
    return [
      `${functionName(name)}(${distinct}${given}${this.order(node.orderBy, scope)})`,
      ...(node.withinGroup ? [`within group (${this.order([node.withinGroup], scope).trim()})`] : []),
      ...(node.filter ? [`filter (where ${this.write(node.filter, scope)})`] : []),
      ...(node.over ? [`over (${this.#window(node.over, scope)})`] : []),
    ].join(' ');
  }

  #window(over: CallOver, scope: Scope): string {
    onlyKnown(over, ['orderBy', 'partitionBy'], 'OVER');
    const by = over.partitionBy ?? [];
    return `${by.length > 0 ? `partition by ${this.#list(by, scope)}` : ''}${this.order(over.orderBy, scope)}`.trim();
  }

  #list(nodes: readonly Expr[], scope: Scope): string {
    return nodes.map((each) => this.write(each, scope)).join(', ');
  }
}

/** For the parser `||` is on a par with + and -; in Postgres these bind tighter. It does not tell whether there were parentheses. */
function mustBeClear({ op, left }: ExprBinary): void {
  if ((op === '+' || op === '-') && left.type === 'binary' && left.op === '||')
    throw new Refusal(`|| on the left of ${op} is not supported: put it into a query in FROM`);
}

const betweens: ReadonlySet<string> = new Set(['BETWEEN', 'NOT BETWEEN']);
const directions: ReadonlySet<string> = new Set(['ASC', 'DESC']);
const nullsPlaces: ReadonlySet<string> = new Set(['FIRST', 'LAST']);
const distincts: ReadonlySet<string> = new Set(['all', 'distinct']);
const queries: ReadonlySet<string> = new Set(['select', 'union', 'union all', 'values', 'with']);

const isQuery = ({ type }: Expr): boolean => queries.has(type);

/** The word again, if the list has it. */
function known(list: ReadonlySet<string>, word: string): string {
  if (!list.has(word)) throw new Refusal(`${word} is not supported`);
  return word;
}

function functionName(name: string): string {
  const own = functionAliases.get(name) ?? name;
  if (!functions.has(own)) throw new Refusal(`the function ${JSON.stringify(name)} is not supported`);
  return `pg_catalog.${quoted(own)}`;
}

function tableName(table: { name: string; schema?: string }): string {
  onlyKnown(table, ['name'], 'a table');
  return quoted(table.name);
}

function typeName(type: DataTypeDef): string {
  if (type.kind === 'array') {
    if (type.arrayOf.kind === 'array') throw new Refusal('an array of arrays is not supported');
    return `${typeName(type.arrayOf)}[]`;
  }
  const own = types.get(type.name);
  if (own === undefined) throw new Refusal(`the type ${JSON.stringify(type.name)} is not supported`);
  onlyKnown(type, ['name', 'kind'], `the type ${type.name}`);
  return own;
}
