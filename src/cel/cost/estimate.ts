/**
 * What an expression can cost at the least and at the most, for all values that its variables' schemas allow, as
 * cel-go's checker/cost.go.
 */
import type { Checked } from '../checker/checker.ts';
import type { Call, Comprehension, Expression, ListLiteral, LiteralValue, MapLiteral, Select } from '../syntax/ast.ts';
import { isBinding } from '../syntax/macros.ts';
import type { Declared } from '../types/declared.ts';
import { isOptional, type Type } from '../types/type.ts';
import { add, anySize, between, fixed, multiply, nothing, one, union, unknownSize, type Range } from './range.ts';
import { estimateCall, type Operand } from './call-estimates.ts';

/** The variable that rules of CustomResourceDefinitions are about. */
const root = 'self';

const listCost = fixed(10);
const mapCost = fixed(30);
const structCost = fixed(40);

/** The range of what the expression costs. */
export function estimateCost(checked: Checked, variables: ReadonlyMap<string, Declared>): Range {
  return new Estimator(checked, variables).cost(checked.expression);
}

/** What is known of the elements of a list or a map. */
interface Entries {
  readonly kind: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

/** Where an expression reads: a path from a variable, and what the variable's schema says of it, if it says anything. */
interface Place {
  readonly declared: Declared | undefined;
}

/** A variable of a comprehension. */
interface Local {
  readonly place?: Place | undefined;
  readonly size?: Range;
  readonly entries?: Entries;
}

class Estimator {
  private readonly checked: Checked;
  private readonly variables: ReadonlyMap<string, Declared>;
  private readonly locals = new Map<string, Local[]>();
  /** Sizes that follow from the expression: of results, of literals. */
  private readonly sizes = new Map<Expression, Range>();
  private readonly entries = new Map<Expression, Entries>();
  /** Of what is no path from a variable there is none. */
  private readonly places = new Map<Expression, Place>();

  constructor(checked: Checked, variables: ReadonlyMap<string, Declared>) {
    this.checked = checked;
    this.variables = variables;
  }

  cost(expression: Expression): Range {
    switch (expression.kind) {
      case 'literal':
        return nothing;
      case 'identifier':
        return this.name(expression, expression.name);
      case 'select':
        return this.select(expression);
      case 'call':
        return this.call(expression);
      case 'list':
        return this.list(expression);
      case 'map':
        return this.map(expression);
      case 'struct':
        return add(structCost, ...expression.fields.map(({ value }) => this.cost(value)));
      case 'comprehension':
        return isBinding(expression) ? this.binding(expression) : this.comprehension(expression);
    }
  }

  private local(name: string): Local | undefined {
    return this.locals.get(name)?.at(-1);
  }

  private push(name: string, local: Local): void {
    const stack = this.locals.get(name);
    if (stack) stack.push(local);
    else this.locals.set(name, [local]);
  }

  private pop(name: string): void {
    this.locals.get(name)!.pop();
  }

  private name(expression: Expression, name: string): Range {
    const reference = this.checked.referenceOf(expression);
    const local = expression.kind === 'identifier' ? this.local(name) : undefined;
    const variable = reference?.kind === 'variable' ? reference.name : name;
    // The names of types, too, are at `self`.
    this.note(expression, local ? local.place : { declared: this.variables.get(variable) ?? this.variables.get(root) });
    return one;
  }

  private note(expression: Expression, place: Place | undefined): void {
    if (place) this.places.set(expression, place);
  }

  /**
   * The place one step further. Upstream writes paths down as lists of names, and takes the first for the variable `self`
   * without a look: one step from what is no path it finds itself at `self`.
   */
  private next(from: Expression, step: (declared: Declared) => Declared | undefined): Place {
    const place = this.places.get(from);
    return { declared: place ? place.declared && step(place.declared) : this.variables.get(root) };
  }

  private select(select: Select): Range {
    if (this.checked.referenceOf(select)) return this.name(select, '');
    const cost = this.cost(select.operand);
    if (select.test) return cost;
    this.note(
      select,
      this.next(select.operand, (declared) => declared.fields?.(select.field)),
    );
    const { kind } = this.checked.typeOf(select.operand);
    return kind === 'map' || kind === 'object' ? add(cost, one) : cost;
  }

  private call(call: Call): Range {
    const { args, target } = call;
    if (call.function === 'dyn' && args[0]) return this.dyn(call, args[0]);
    const costs = args.map((arg) => this.cost(arg));
    const reference = this.checked.referenceOf(call);
    if (reference?.kind !== 'function') return call.function === '_?._' ? add(one, ...costs) : nothing;
    const object = target && !reference.namespaced ? target : undefined;
    const targetCost = object ? this.cost(object) : nothing;
    const operands = args.map((arg) => this.operand(arg));
    const targetOperand = object && this.operand(object);
    let cost: Range | undefined;
    let size: Range | undefined;
    for (const { id } of reference.overloads) {
      const estimate = estimateCall(reference.name, id, operands, targetOperand);
      const total = add(estimate.cost, this.argsCost(id, costs));
      cost = cost ? union(cost, total) : total;
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size;
      this.noteEntries(call, id);
      if (id === 'index_list' || id === 'index_map') size = this.element(call, args[0]!);
      size ??= this.size(call);
    }
    if (size) this.sizes.set(call, size);
    return add(targetCost, cost ?? nothing);
  }

  /** Operators that do not evaluate all of their operands. */
  private argsCost(overload: string, costs: readonly Range[]): Range {
    if (overload === 'logical_or' || overload === 'logical_and') return between(costs[0]!.min, add(...costs).max);
    if (overload === 'conditional') return add(costs[0]!, union(costs[1]!, costs[2]!));
    return add(...costs);
  }

  private noteEntries(call: Call, overload: string): void {
    const [a, b] = overload === 'conditional' ? call.args.slice(1) : call.args;
    if (overload !== 'conditional' && !overload.startsWith('add_')) return;
    const [left, right] = [a && this.entriesOf(a), b && this.entriesOf(b)];
    if (!left || !right) return;
    this.entries.set(call, { kind: left.kind, key: union(left.key, right.key), value: union(left.value, right.value) });
  }

  /** An element of a list or a map by index: what it reads, and its size if that follows from the expression. */
  private element(call: Call, container: Expression): Range | undefined {
    this.note(
      call,
      this.next(container, ({ element }) => element),
    );
    return this.entriesOf(container)?.value;
  }

  private dyn(call: Call, arg: Expression): Range {
    const cost = this.cost(arg);
    this.copySizes(call, arg);
    return add(cost, one);
  }

  private copySizes(to: Expression, from: Expression): void {
    const size = this.size(from);
    const entries = this.entriesOf(from);
    if (size) this.sizes.set(to, size);
    if (entries) this.entries.set(to, entries);
  }

  private list(list: ListLiteral): Range {
    const costs = list.elements.map((element) => this.cost(element));
    this.entries.set(list, { kind: 'list', key: one, value: this.unionOfSizes(list.elements) });
    return add(listCost, ...costs);
  }

  private map(map: MapLiteral): Range {
    const costs = map.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
    const key = this.unionOfSizes(map.entries.map(({ key }) => key));
    const value = this.unionOfSizes(map.entries.map(({ value }) => value));
    this.entries.set(map, { kind: 'map', key, value });
    return add(mapCost, ...costs);
  }

  private unionOfSizes(expressions: readonly Expression[]): Range {
    if (expressions.length === 0) return nothing;
    return expressions.map((expression) => this.sizeOrAny(expression)).reduce(union);
  }

  private binding(loop: Comprehension): Range {
    // The list that is never looped over is charged for, as upstream charges.
    const cost = add(this.cost(loop.range), this.cost(loop.initial));
    this.push(loop.accumulator, this.localOf(loop.initial));
    const result = this.cost(loop.result);
    this.pop(loop.accumulator);
    this.copySizes(loop, loop.result);
    return add(cost, result);
  }

  private localOf(expression: Expression): Local {
    return {
      place: this.places.get(expression),
      size: this.size(expression),
      entries: this.entriesOf(expression),
    };
  }

  private comprehension(loop: Comprehension): Range {
    const cost = add(this.cost(loop.range), this.cost(loop.initial));
    this.push(loop.accumulator, this.localOf(loop.initial));
    this.pushVariables(loop);
    const each = add(this.cost(loop.condition), this.cost(loop.step));
    this.pop(loop.variable);
    if (loop.second) this.pop(loop.second);
    const result = this.cost(loop.result);
    this.pop(loop.accumulator);
    const count = this.sizeOrAny(loop.range);
    this.noteGathered(loop, count);
    return add(cost, result, multiply(count, each));
  }

  private pushVariables(loop: Comprehension): void {
    const entries = this.entriesOf(loop.range);
    const kind = entries?.kind ?? this.checked.typeOf(loop.range).kind;
    const keyPlace = this.next(loop.range, (declared) => (kind === 'list' ? undefined : declared.key));
    const key: Local = { size: entries?.key, place: keyPlace };
    const value: Local = { size: entries?.value, place: this.next(loop.range, ({ element }) => element) };
    if (loop.second) {
      this.push(loop.variable, key);
      this.push(loop.second, value);
    } else this.push(loop.variable, kind === 'list' ? value : key);
  }

  private noteGathered(loop: Comprehension, count: Range): void {
    if (loop.initial.kind === 'literal') {
      const size = this.size(loop.initial);
      if (size) this.sizes.set(loop, size);
    }
    if (loop.initial.kind !== 'list' && loop.initial.kind !== 'map') return;
    this.sizes.set(loop, count);
    const entries = this.entriesOf(loop.step);
    if (entries) this.entries.set(loop, entries);
  }

  private entriesOf(expression: Expression): Entries | undefined {
    const known = this.entries.get(expression);
    return known ?? (expression.kind === 'identifier' ? this.local(expression.name)?.entries : undefined);
  }

  private size(expression: Expression): Range | undefined {
    const known = this.sizes.get(expression) ?? literalSize(expression) ?? schemaSize(this.places.get(expression)?.declared);
    if (known) return known;
    if (isScalar(this.checked.typeOf(expression))) return one;
    return expression.kind === 'identifier' ? this.local(expression.name)?.size : undefined;
  }

  private sizeOrAny(expression: Expression): Range {
    return this.size(expression) ?? anySize;
  }

  private operand(expression: Expression): Operand {
    return {
      type: this.checked.typeOf(expression),
      size: this.sizeOrAny(expression),
      expression,
      item: () => schemaSize(this.places.get(expression)?.declared?.element) ?? anySize,
    };
  }
}

/** Sizes of values of a schema; `maxElements` of what has no size is 0, as upstream has it. */
const schemaSize = (declared: Declared | undefined): Range | undefined =>
  declared?.maxElements === undefined ? undefined : between(0, Math.min(declared.maxElements, unknownSize));

function literalSize(expression: Expression): Range | undefined {
  switch (expression.kind) {
    case 'literal':
      return fixed(sizeOfLiteral(expression.value));
    case 'list':
      return fixed(expression.elements.length);
    case 'map':
      return fixed(expression.entries.length);
    default:
      return undefined;
  }
}

function sizeOfLiteral(value: LiteralValue): number {
  if (typeof value === 'string') return [...value].length;
  return value instanceof Uint8Array ? value.length : 1;
}

const scalars = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

const isScalar = (type: Type): boolean => scalars.has(type.kind) || (isOptional(type) && isScalar(type.parameters[0]!));
