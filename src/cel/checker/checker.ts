/**
 * Finds the type of every part of an expression, and what its names mean. Types that are only known at run time are dyn
 * and fit everywhere. The rules and the words of the errors are those of cel-go's checker.
 */
import type { Overload } from '../functions.ts';
import { Issues } from '../issues.ts';
import type { Call, Comprehension, Expression, ListLiteral, MapLiteral, Select, StructLiteral } from '../syntax/ast.ts';
import {
  boolType,
  bytesType,
  doubleType,
  dynType,
  errorType,
  formatType,
  intType,
  isDyn,
  isDynOrError,
  isOptional,
  listOf,
  mapOf,
  nullType,
  optionalOf,
  sameType,
  stringType,
  typeOfType,
  uintType,
  type Type,
} from '../types/type.ts';
import { Bindings, mostGeneral, rebuilt } from '../types/unify.ts';
import { Scope, standardTypes, type Declarations } from './names.ts';

/** What a name or a call turned out to be. */
export type Reference =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'type'; readonly type: Type }
  /** The overloads that fit, of which the arguments choose one. A namespaced function has no target. */
  | { readonly kind: 'function'; readonly name: string; readonly overloads: readonly Overload[]; readonly namespaced: boolean };

export interface Checked {
  readonly expression: Expression;
  readonly typeOf: (expression: Expression) => Type;
  readonly referenceOf: (expression: Expression) => Reference | undefined;
  /** The variables that it reads. */
  readonly variables: ReadonlySet<string>;
}

/** The checked expression, or the issues with it. */
export function check(expression: Expression, text: string, declarations: Declarations): Checked | Issues {
  const checker = new Checker(text, declarations);
  return checker.run(expression);
}

class Checker {
  private readonly issues: Issues;
  private readonly declarations: Declarations;
  private readonly types = new Map<Expression, Type>();
  private readonly references = new Map<Expression, Reference>();
  private readonly variables = new Set<string>();
  private readonly bindings = new Bindings();
  private scope: Scope | undefined;

  constructor(text: string, declarations: Declarations) {
    this.issues = new Issues(text);
    this.declarations = declarations;
  }

  run(expression: Expression): Checked | Issues {
    this.check(expression);
    if (this.issues.count > 0) return this.issues;
    return {
      expression,
      typeOf: (node) => this.bindings.resolve(this.types.get(node) ?? dynType, 'dyn'),
      referenceOf: (node) => this.references.get(node),
      variables: this.variables,
    };
  }

  private check(expression: Expression): Type {
    const type = this.typeOf(expression);
    this.types.set(expression, type);
    return type;
  }

  private typeOf(expression: Expression): Type {
    switch (expression.kind) {
      case 'literal':
        return literalType(expression.value);
      case 'identifier':
        return this.named(expression, expression.name) ?? this.undeclared(expression, expression.name);
      case 'select':
        return this.select(expression);
      case 'call':
        return expression.function === '_?._' ? this.optionalSelect(expression) : this.call(expression);
      case 'list':
        return this.list(expression);
      case 'map':
        return this.map(expression);
      case 'struct':
        return this.struct(expression);
      case 'comprehension':
        return this.comprehension(expression);
    }
  }

  private undeclared({ offset }: { offset: number }, name: string): Type {
    this.issues.add(offset, `undeclared reference to '${name}' (in container '')`);
    return errorType;
  }

  /** The type of what a name means, which is noted for the expression. */
  private named(expression: Expression, written: string): Type | undefined {
    const name = written.replace(/^\./, '');
    const local = written === name ? this.scope?.find(name) : undefined;
    if (local) return local;
    const variable = this.declarations.variables.get(name);
    if (variable) {
      this.references.set(expression, { kind: 'variable', name });
      this.variables.add(name);
      return variable.type;
    }
    const type = standardTypes.get(name) ?? this.declarations.types(name);
    if (!type) return undefined;
    this.references.set(expression, { kind: 'type', type });
    return typeOfType(type);
  }

  private select(select: Select): Type {
    const qualified = select.test ? undefined : qualifiedName(select);
    if (qualified && !this.scope?.find(qualified.split('.')[0]!)) {
      const type = this.named(select, qualified);
      if (type) return type;
    }
    const type = this.field(select, select.operand, select.field, false);
    return select.test ? boolType : this.bindings.resolve(type);
  }

  private optionalSelect(call: Call): Type {
    const [operand, field] = call.args as [Expression, Expression];
    const name = field.kind === 'literal' && typeof field.value === 'string' ? field.value : '';
    this.types.set(field, stringType);
    return this.bindings.resolve(this.field(call, operand, name, true));
  }

  private field(expression: Expression, operand: Expression, field: string, optional: boolean): Type {
    const operandType = this.bindings.resolve(this.check(operand));
    const isWrapped = isOptional(operandType);
    const type = this.fieldOf(isWrapped ? operandType.parameters[0]! : operandType, field, expression.offset);
    return isWrapped || optional ? optionalOf(type) : type;
  }

  private fieldOf(type: Type, field: string, offset: number): Type {
    switch (type.kind) {
      case 'map':
        return type.parameters[1]!;
      case 'object':
        return this.declaredField(type, field, offset) ?? errorType;
      case 'parameter':
        this.bindings.assign(dynType, type);
        return dynType;
      default:
        if (!isDynOrError(type)) this.issues.add(offset, `type '${formatType(type)}' does not support field selection`);
        return dynType;
    }
  }

  private declaredField(type: Type, field: string, offset: number): Type | undefined {
    const declared = type.fields?.(field);
    if (!declared)
      this.issues.add(offset, type.fields ? `undefined field '${field}'` : `unexpected failed resolution of '${type.name}'`);
    return declared?.type;
  }

  private call(call: Call): Type {
    const { target, args } = call;
    for (const arg of args) this.check(arg);
    if (!target) {
      const name = call.function.replace(/^\./, '');
      return this.resolve(call, name, undefined) ?? this.undeclared(call, call.function);
    }
    const prefix = target.kind === 'identifier' ? target.name : target.kind === 'select' ? qualifiedName(target) : undefined;
    const namespaced =
      prefix === undefined ? undefined : this.resolve(call, `${prefix.replace(/^\./, '')}.${call.function}`, undefined);
    if (namespaced) return namespaced;
    this.check(target);
    return this.resolve(call, call.function, target) ?? this.undeclared(call, call.function);
  }

  /** The result of the function; `undefined` if there is none of that name. */
  private resolve(call: Call, name: string, target: Expression | undefined): Type | undefined {
    const overloads = this.declarations.functions.get(name);
    if (!overloads) return undefined;
    if (name === '_&&_' || name === '_||_') return this.logical(call, name, overloads);
    const types = (target ? [target, ...call.args] : call.args).map((arg) => this.types.get(arg)!);
    const fitting: Overload[] = [];
    let result: Type | undefined;
    for (const overload of overloads) {
      if (overload.member !== (target !== undefined)) continue;
      const { args, result: returned } = this.fresh(overload);
      if (!this.bindings.assignAll(types, args)) continue;
      fitting.push(overload);
      const type = this.bindings.resolve(returned);
      if (result === undefined) result = type;
      else if (!isDyn(result) && !sameType(type, result)) result = dynType;
    }
    if (result === undefined) {
      this.noOverload(call, name, types, target !== undefined);
      return errorType;
    }
    this.references.set(call, { kind: 'function', name, overloads: fitting, namespaced: call.target !== undefined && !target });
    return result;
  }

  private noOverload(call: Call, name: string, types: readonly Type[], isMember: boolean): void {
    const shown = types.map((type) => formatType(this.bindings.resolve(type, 'dyn')));
    const signature = isMember ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
    this.issues.add(call.offset, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  private logical(call: Call, name: string, overloads: readonly Overload[]): Type {
    let wrong = false;
    for (const arg of call.args) wrong = !this.expectType(arg, boolType) || wrong;
    this.references.set(call, { kind: 'function', name, overloads, namespaced: false });
    return wrong ? errorType : boolType;
  }

  /** The overload with type parameters of its own. */
  private fresh(overload: Overload): Pick<Overload, 'args' | 'result'> {
    const variables = new Map<string, Type>();
    const freshType = (type: Type): Type => {
      if (type.kind !== 'parameter') return type.parameters.length === 0 ? type : rebuilt(type, freshType);
      const variable = variables.get(type.name) ?? this.bindings.variable();
      variables.set(type.name, variable);
      return variable;
    };
    return { args: overload.args.map(freshType), result: freshType(overload.result) };
  }

  private expectType(expression: Expression, wanted: Type): boolean {
    const found = this.types.get(expression)!;
    if (this.bindings.assign(found, wanted)) return true;
    this.mismatch(expression.offset, wanted, found);
    return false;
  }

  private mismatch(offset: number, wanted: Type, found: Type): void {
    this.issues.add(offset, `expected type '${formatType(wanted)}' but found '${formatType(this.bindings.resolve(found))}'`);
  }

  /** The type of an element; of an optional one what is in it. */
  private elementType(element: Expression, optional: boolean): Type {
    const type = this.bindings.resolve(this.check(element));
    if (!optional) return type;
    if (isOptional(type)) return type.parameters[0]!;
    if (!isDyn(type)) this.mismatch(element.offset, optionalOf(type), type);
    return type;
  }

  /** The type of elements of which some may be of others: then it is dyn. Literals that mix types are refused later. */
  private join(before: Type | undefined, type: Type): Type {
    if (before === undefined) return type;
    return this.bindings.assign(before, type) ? mostGeneral(before, type) : dynType;
  }

  private list({ elements, optional }: ListLiteral): Type {
    let element: Type | undefined;
    elements.forEach((item, i) => {
      element = this.join(element, this.elementType(item, optional.has(i)));
    });
    return listOf(element ?? this.bindings.variable());
  }

  private map({ entries }: MapLiteral): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of entries) {
      key = this.join(key, this.check(entry.key));
      value = this.join(value, this.elementType(entry.value, entry.optional));
    }
    return mapOf(key ?? this.bindings.variable(), value ?? this.bindings.variable());
  }

  private struct(struct: StructLiteral): Type {
    const name = struct.name.replace(/^\./, '');
    const type = standardTypes.get(name) ?? this.declarations.types(name);
    if (type && type.kind !== 'object') this.issues.add(struct.offset, `'${formatType(type)}' is not a message type`);
    const result = type?.kind === 'object' ? type : errorType;
    if (!type) this.undeclared(struct, struct.name);
    for (const field of struct.fields) {
      const found = this.elementType(field.value, field.optional);
      if (result === errorType) continue;
      const wanted = this.declaredField(result, field.name, field.offset);
      if (wanted && !this.bindings.assign(wanted, found))
        this.issues.add(
          field.offset,
          `expected type of field '${field.name}' is '${formatType(wanted)}' but provided type is '${formatType(found)}'`,
        );
    }
    return result;
  }

  private comprehension(loop: Comprehension): Type {
    const range = this.bindings.resolve(this.check(loop.range));
    const accumulated = this.check(loop.initial);
    const outer = this.scope;
    const withResult = new Scope({ [loop.accumulator]: accumulated }, outer);
    const [first, second] = this.variablesOf(loop, range);
    this.scope = new Scope({ [loop.variable]: first, ...(loop.second && { [loop.second]: second }) }, withResult);
    this.check(loop.condition);
    this.expectType(loop.condition, boolType);
    this.check(loop.step);
    if (!this.bindings.assign(accumulated, this.types.get(loop.step)!))
      this.mismatch(loop.step.offset, accumulated, this.types.get(loop.step)!);
    this.scope = withResult;
    const type = this.check(loop.result);
    this.scope = outer;
    return this.bindings.resolve(type);
  }

  /** The types of the two variables; with one variable the first counts. */
  private variablesOf(loop: Comprehension, range: Type): [first: Type, second: Type] {
    switch (range.kind) {
      case 'list':
        return loop.second ? [intType, range.parameters[0]!] : [range.parameters[0]!, dynType];
      case 'map':
        return [range.parameters[0]!, range.parameters[1]!];
      case 'dyn':
      case 'error':
      case 'parameter':
        this.bindings.assign(dynType, range);
        return [dynType, dynType];
      default:
        this.issues.add(
          loop.range.offset,
          `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [errorType, errorType];
    }
  }
}

/** `a.b.c` for a chain of selections from a name. */
export function qualifiedName(select: Select): string | undefined {
  const names: string[] = [];
  let current: Expression = select;
  while (current.kind === 'select') {
    if (current.test) return undefined;
    names.push(current.field);
    current = current.operand;
  }
  return current.kind === 'identifier' ? [current.name, ...names.reverse()].join('.') : undefined;
}

function literalType(value: unknown): Type {
  switch (typeof value) {
    case 'boolean':
      return boolType;
    case 'bigint':
      return intType;
    case 'number':
      return doubleType;
    case 'string':
      return stringType;
    default:
      return value === null ? nullType : value instanceof Uint8Array ? bytesType : uintType;
  }
}
