import type { Expr, From, FromCall, JoinClause, SelectedColumn, SelectFromStatement, SelectFromUnion, SelectStatement, Statement, WithStatement } from 'pgsql-ast-parser';
import { ExpressionWriter } from './expressions.ts';
import { joins, relations, tableFunctions } from './language.ts';
import { columnNames, onlyKnown, quoted, Refusal, within, type Scope } from './parts.ts';

const partsMax = 2_500;
const seriesMax = 10_000;

/** Names that WITH gives get this before them, so that they are never those of a table of Postgres's own. */
const namedPrefix = 'with ';

/** Writes a query anew of what the parser made of it. Throws a `Refusal` if it is anything but a SELECT in the language. */
export function writeQuery(statement: Statement): string {
  const functionColumns = new Map<string, ReadonlySet<string>>();
  collectFunctionColumns(statement, functionColumns);
  return query(statement, { named: new Set(), functionColumns, depth: 0, budget: { parts: partsMax } });
}

const expressions = new ExpressionWriter((statement, scope) => query(statement, scope));

function query(node: Statement, outer: Scope): string {
  const scope = within(outer);
  switch (node.type) {
    case 'select':
      return select(node, scope);
    case 'with':
      return withQueries(node, scope);
    case 'union':
    case 'union all':
      return union(node, scope);
    case 'values':
      onlyKnown(node, ['type', 'values'], 'VALUES');
      return `values ${node.values.map((row) => `(${list(row, scope)})`).join(', ')}`;
    default:
      throw new Refusal(`${node.type.toUpperCase()} is not supported: only SELECT is`);
  }
}

function select(node: SelectFromStatement, scope: Scope): string {
  onlyKnown(node, ['type', 'columns', 'from', 'where', 'groupBy', 'having', 'limit', 'orderBy', 'distinct'], 'SELECT');
  const { distinct, limit } = node;
  if (limit) onlyKnown(limit, ['limit', 'offset'], 'LIMIT');
  return [
    'select',
    Array.isArray(distinct) ? ` distinct on (${list(distinct, scope)})` : distinct === 'distinct' ? ' distinct' : '',
    ` ${(node.columns ?? []).map((each) => column(each, scope)).join(', ')}`,
    node.from && node.from.length > 0 ? ` from ${node.from.map((each, i) => from(each, i === 0, scope)).join('')}` : '',
    node.where ? ` where ${expressions.write(node.where, scope)}` : '',
    node.groupBy && node.groupBy.length > 0 ? ` group by ${list(node.groupBy, scope)}` : '',
    node.having ? ` having ${expressions.write(node.having, scope)}` : '',
    expressions.order(node.orderBy, scope),
    limit?.limit ? ` limit ${expressions.write(limit.limit, scope)}` : '',
    limit?.offset ? ` offset ${expressions.write(limit.offset, scope)}` : '',
  ].join('');
}

function column(node: SelectedColumn, scope: Scope): string {
  onlyKnown(node, ['expr', 'alias'], 'a column');
  if (node.expr.type === 'ref' && node.expr.name === '*') return expressions.star(node.expr);
  return `${expressions.write(node.expr, scope)}${node.alias ? ` as ${quoted(node.alias.name)}` : ''}`;
}

function withQueries(node: WithStatement, scope: Scope): string {
  onlyKnown(node, ['type', 'bind', 'in'], 'WITH');
  const named = new Set(scope.named);
  const queries = node.bind.map(({ alias, statement, ...more }) => {
    onlyKnown(more, [], 'WITH');
    onlyKnown(alias, ['name'], 'WITH');
    if (relations.has(alias.name)) throw new Refusal(`a query in WITH cannot be called ${alias.name}`);
    const written = `${quoted(alias.name, namedPrefix)} as (${query(statement, { ...scope, named: new Set(named) })})`;
    named.add(alias.name);
    return written;
  });
  return `with ${queries.join(', ')} ${query(node.in, { ...scope, named })}`;
}

function union(node: SelectFromUnion, scope: Scope): string {
  onlyKnown(node, ['type', 'left', 'right'], 'UNION');
  const { left, right, type } = node;
  // The parser does not tell on which side of the parentheses these were.
  if (right.type === 'select' && (right.orderBy || right.limit))
    throw new Refusal('ORDER BY and LIMIT of a UNION are not supported: put the UNION into a query in FROM');
  if ([left, right].some((side) => side.type.startsWith('union') && side.type !== type)) throw new Refusal('UNION and UNION ALL together are not supported');
  return `(${query(left, scope)}) ${type} (${query(right, scope)})`;
}

function from(node: From, isFirst: boolean, scope: Scope): string {
  if (!node.join) return `${isFirst ? '' : ', '}${source(node, scope)}`;
  if (isFirst) throw new Refusal('a join has nothing on its left');
  onlyKnown(node.join, ['type', 'on', 'using'], 'JOIN');
  if (!joins.has(node.join.type)) throw new Refusal(`${node.join.type} is not supported`);
  return ` ${node.join.type} ${source(node, scope)}${condition(node.join, scope)}`;
}

const condition = ({ on, using }: JoinClause, scope: Scope): string =>
  on ? ` on ${expressions.write(on, scope)}` : using && using.length > 0 ? ` using ${columnNames(using)}` : '';

function source(node: From, outer: Scope): string {
  const scope = within(outer);
  switch (node.type) {
    case 'table': {
      onlyKnown(node, ['type', 'name', 'join'], 'a table');
      onlyKnown(node.name, ['name', 'alias', 'columnNames'], 'a table');
      const { name, alias = name } = node.name;
      const isNamed = scope.named.has(name);
      if (!isNamed && !relations.has(name)) throw new Refusal(`there is no table ${JSON.stringify(name)}: there are ${[...relations].join(' and ')}`);
      return `${isNamed ? quoted(name, namedPrefix) : `tenant_sql.${quoted(name)}`} as ${quoted(alias)}${columnNames(node.name.columnNames)}`;
    }
    case 'statement':
      onlyKnown(node, ['type', 'statement', 'alias', 'columnNames', 'lateral', 'join'], 'a query in FROM');
      return `${node.lateral ? 'lateral ' : ''}(${query(node.statement as SelectStatement, scope)}) as ${quoted(node.alias)}${columnNames(node.columnNames)}`;
    case 'call': {
      onlyKnown(node, ['type', 'function', 'args', 'alias', 'join', 'lateral', 'withOrdinality'], 'a function in FROM');
      onlyKnown(node.function, ['name'], 'a function');
      const { name } = node.function;
      if (!tableFunctions.has(name)) throw new Refusal(`the function ${JSON.stringify(name)} is not supported in FROM`);
      if (name === 'generate_series') mustBeShort(node.args);
      if (node.alias) onlyKnown(node.alias, ['name', 'columns'], 'an alias');
      const ordinality = node.withOrdinality ? ' with ordinality' : '';
      const alias = `${quoted(node.alias?.name ?? name)}${columnNames(node.alias?.columns)}`;
      return `pg_catalog.${quoted(name)}(${list(node.args, scope)})${ordinality} as ${alias}`;
    }
  }
}

/** Finds all functions in FROM below a part. Where two are called the same, only what both have counts. */
function collectFunctionColumns(part: unknown, found: Map<string, ReadonlySet<string>>): void {
  if (typeof part !== 'object' || part === null) return;
  if ('from' in part && Array.isArray(part.from))
    for (const each of part.from as From[]) {
      if (each.type !== 'call') continue;
      const alias = each.alias?.name ?? each.function.name;
      const own = columnsOf(each, alias);
      const other = found.get(alias);
      found.set(alias, new Set(own.filter((name) => !other || other.has(name))));
    }
  for (const inner of Object.values(part)) collectFunctionColumns(inner, found);
}

function columnsOf(node: FromCall, alias: string): string[] {
  const given = node.alias?.columns?.map(({ name }) => name) ?? [];
  const own = [...(tableFunctions.get(node.function.name) ?? [alias]), ...(node.withOrdinality ? ['ordinality'] : [])];
  return [...given, ...own.slice(given.length)];
}

/** A series is held in full before it is looked at. */
function mustBeShort(given: readonly Expr[]): void {
  const isShort = given.every((each) => each.type === 'integer' && Math.abs(each.value) <= seriesMax);
  if (!isShort) throw new Refusal(`generate_series is supported with whole numbers up to ${seriesMax} only`);
}

const list = (nodes: readonly Expr[], scope: Scope): string => nodes.map((each) => expressions.write(each, scope)).join(', ');
