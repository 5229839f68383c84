/**
 * Calls that are not functions: they become other syntax. The macros of the language, those of optional values, those
 * with two variables and `sortBy`, as Kubernetes enables them.
 */
import type { Comprehension, Expression } from './ast.ts';
import { SyntaxIssue } from '../issues.ts';

/** The accumulator's name cannot be written in an expression. */
export const accumulator = '@result';
/** Loops over nothing: what is bound by the accumulator is the point. */
const unused = '#unused';

/** Makes the nodes of an expansion; all are shown where the macro was called. */
export class Builder {
  private readonly offset: number;
  private readonly copied: (expression: Expression) => Expression;

  constructor(offset: number, copied: (expression: Expression) => Expression) {
    this.offset = offset;
    this.copied = copied;
  }

  copy(expression: Expression): Expression {
    return this.copied(expression);
  }

  literal(value: boolean | bigint): Expression {
    return { kind: 'literal', value, offset: this.offset };
  }

  identifier(name: string): Expression {
    return { kind: 'identifier', name, offset: this.offset };
  }

  get result(): Expression {
    return this.identifier(accumulator);
  }

  call(name: string, ...args: Expression[]): Expression {
    return { kind: 'call', function: name, args, offset: this.offset };
  }

  member(target: Expression, name: string, ...args: Expression[]): Expression {
    return { kind: 'call', function: name, target, args, offset: this.offset };
  }

  list(...elements: Expression[]): Expression {
    return { kind: 'list', elements, optional: new Set(), offset: this.offset };
  }

  map(): Expression {
    return { kind: 'map', entries: [], offset: this.offset };
  }

  test(operand: Expression, field: string): Expression {
    return { kind: 'select', operand, field, test: true, offset: this.offset };
  }

  loop(parts: Omit<Comprehension, 'kind' | 'offset' | 'accumulator'>): Expression {
    return { kind: 'comprehension', accumulator, offset: this.offset, ...parts };
  }

  /** `result` where `name` stands for `value`. */
  bind(name: string, value: Expression, result: Expression): Expression {
    return {
      kind: 'comprehension',
      range: this.list(),
      variable: unused,
      accumulator: name,
      initial: value,
      condition: this.literal(false),
      step: this.identifier(name),
      result,
      offset: this.offset,
    };
  }
}

/** Whether a comprehension only gives a name to a value. */
export const isBinding = (loop: Comprehension): boolean => loop.variable === unused;

interface Variables {
  readonly variable: string;
  readonly second?: string;
}

type Expand = (build: Builder, target: Expression, args: readonly Expression[]) => Expression;

function nameOf(arg: Expression, message: string): string {
  if (arg.kind !== 'identifier') throw new SyntaxIssue(arg.offset, message);
  if (arg.name === accumulator || arg.name === '__result__')
    throw new SyntaxIssue(arg.offset, 'iteration variable overwrites accumulator variable');
  return arg.name;
}

function variablesOf(args: readonly Expression[], count: 1 | 2, message = 'argument must be a simple name'): Variables {
  const variable = nameOf(args[0]!, message);
  if (count === 1) return { variable };
  const second = nameOf(args[1]!, message);
  if (second === variable) throw new SyntaxIssue(args[1]!.offset, `duplicate variable name: ${variable}`);
  return { variable, second };
}

const all = (build: Builder, range: Expression, variables: Variables, test: Expression) =>
  build.loop({
    range,
    ...variables,
    initial: build.literal(true),
    condition: build.call('@not_strictly_false', build.result),
    step: build.call('_&&_', build.result, test),
    result: build.result,
  });

const exists = (build: Builder, range: Expression, variables: Variables, test: Expression) =>
  build.loop({
    range,
    ...variables,
    initial: build.literal(false),
    condition: build.call('@not_strictly_false', build.call('!_', build.result)),
    step: build.call('_||_', build.result, test),
    result: build.result,
  });

const existsOne = (build: Builder, range: Expression, variables: Variables, test: Expression) =>
  build.loop({
    range,
    ...variables,
    initial: build.literal(0n),
    condition: build.literal(true),
    step: build.call('_?_:_', test, build.call('_+_', build.result, build.literal(1n)), build.result),
    result: build.call('_==_', build.result, build.literal(1n)),
  });

/** Gathers what `add` adds for each element that passes `filter`. */
const gather = (
  build: Builder,
  range: Expression,
  variables: Variables,
  initial: Expression,
  add: Expression,
  filter: Expression | undefined,
) =>
  build.loop({
    range,
    ...variables,
    initial,
    condition: build.literal(true),
    step: filter ? build.call('_?_:_', filter, add, build.result) : add,
    result: build.result,
  });

const noIdentifier = 'argument is not an identifier';
const append = (build: Builder, element: Expression) => build.call('_+_', build.result, build.list(element));

const map: Expand = (build, range, args) =>
  gather(
    build,
    range,
    variablesOf(args, 1, noIdentifier),
    build.list(),
    append(build, args.at(-1)!),
    args.length === 3 ? args[1] : undefined,
  );

const filter: Expand = (build, range, args) =>
  gather(build, range, variablesOf(args, 1, noIdentifier), build.list(), append(build, args[0]!), args[1]);

const transformList: Expand = (build, range, args) =>
  gather(build, range, variablesOf(args, 2), build.list(), append(build, args.at(-1)!), args.length === 4 ? args[2] : undefined);

const transformMap =
  (entry: boolean): Expand =>
  (build, range, args) => {
    const variables = variablesOf(args, 2);
    const inserted = entry ? [args.at(-1)!] : [build.identifier(variables.variable), args.at(-1)!];
    const add = build.call('cel.@mapInsert', build.result, ...inserted);
    return gather(build, range, variables, build.map(), add, args.length === 4 ? args[2] : undefined);
  };

const optional =
  (name: string, wrap: boolean): Expand =>
  (build, target, args) => {
    const variable = args[0]!;
    if (variable.kind !== 'identifier')
      throw new SyntaxIssue(variable.offset, `${name}() variable name must be a simple identifier`);
    const mapped = build.bind(variable.name, build.member(build.copy(target), 'value'), args[1]!);
    return build.call(
      '_?_:_',
      build.member(target, 'hasValue'),
      wrap ? build.call('optional.of', mapped) : mapped,
      build.call('optional.none'),
    );
  };

const sortBy: Expand = (build, target, args) => {
  if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'struct')
    throw new SyntaxIssue(
      target.offset,
      'sortBy can only be applied to a list, identifier, comprehension, call or select expression',
    );
  const input = '@__sortBy_input__';
  const keys = map(build, build.identifier(input), args);
  return build.bind(input, target, build.member(build.identifier(input), '@sortByAssociatedKeys', keys));
};

type Quantifier = (build: Builder, range: Expression, variables: Variables, test: Expression) => Expression;
const quantifier =
  (make: Quantifier, count: 1 | 2): Expand =>
  (build, range, args) =>
    make(build, range, variablesOf(args, count), args[count]!);

/** By name and number of arguments; all are called on a target. */
const macros: Readonly<Record<string, Expand>> = {
  'all/2': quantifier(all, 1),
  'all/3': quantifier(all, 2),
  'exists/2': quantifier(exists, 1),
  'exists/3': quantifier(exists, 2),
  'exists_one/2': quantifier(existsOne, 1),
  'exists_one/3': quantifier(existsOne, 2),
  'existsOne/2': quantifier(existsOne, 1),
  'existsOne/3': quantifier(existsOne, 2),
  'map/2': map,
  'map/3': map,
  'filter/2': filter,
  'transformList/3': transformList,
  'transformList/4': transformList,
  'transformMap/3': transformMap(false),
  'transformMap/4': transformMap(false),
  'transformMapEntry/3': transformMap(true),
  'transformMapEntry/4': transformMap(true),
  'optMap/2': optional('optMap', true),
  'optFlatMap/2': optional('optFlatMap', false),
  'sortBy/2': sortBy,
};

/** The macro that a call is, expanded; `undefined` for a call of a function. Throws `SyntaxIssue`. */
export function expandMacro(
  build: Builder,
  name: string,
  target: Expression | undefined,
  args: readonly Expression[],
): Expression | undefined {
  if (target) {
    const key = `${name}/${args.length}`;
    return Object.hasOwn(macros, key) ? macros[key]!(build, target, args) : undefined;
  }
  if (name !== 'has' || args.length !== 1) return undefined;
  const arg = args[0]!;
  if (arg.kind !== 'select') throw new SyntaxIssue(arg.offset, 'invalid argument to has() macro');
  return build.test(arg.operand, arg.field);
}
