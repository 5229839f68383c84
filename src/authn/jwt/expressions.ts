/** CEL over the claims of a token, and over the user that was made of them (apiserver/pkg/authentication/cel). */
import { Environment, type Program } from '../../cel/environment.ts';
import { CelError, type Meter } from '../../cel/meter.ts';
import type { Expression } from '../../cel/syntax/ast.ts';
import { Issues } from '../../cel/issues.ts';
import { parse } from '../../cel/syntax/parser.ts';
import { dynDeclared, listDeclared, mapDeclared, objectDeclared, stringDeclared, type Declared } from '../../cel/types/declared.ts';
import { formatType } from '../../cel/types/type.ts';
import { ListValue, isFault, type Value } from '../../cel/values/value.ts';

const userFields: Readonly<Record<string, Declared>> = {
  username: stringDeclared(),
  uid: stringDeclared(),
  groups: listDeclared(stringDeclared()),
  extra: mapDeclared(listDeclared(stringDeclared())),
};
const environments = {
  claims: new Environment({ variables: { claims: mapDeclared(dynDeclared) } }),
  user: new Environment({ variables: { user: objectDeclared('kubernetes.UserInfo', (name) => userFields[name]) } }),
};

/** An expression that can be evaluated. */
export interface CompiledExpression {
  text: string;
  program: Program;
}

/**
 * Compiles an expression over `claims` or over `user`, or says why it cannot be, in upstream's words. Rules have to be bool; what a
 * claim is, is known at run time only.
 */
export function compileExpression(text: string, variable: 'claims' | 'user', isRule: boolean): CompiledExpression | { problem: string } {
  const { program, issues } = environments[variable].compile(text);
  if (!program) return { problem: `compilation failed: ${issues.toString()}` };
  if (isRule && formatType(program.outputType) !== 'bool') return { problem: 'must evaluate to bool' };
  return { text, program };
}

/** Why a token is refused. The message may quote its claims: it is for the owner of the cluster, not for logs. */
export class TokenRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'TokenRefused';
  }
}

/** The value of an expression. Throws `TokenRefused`. */
export function evaluate({ text, program }: CompiledExpression, bindings: Readonly<Record<string, unknown>>, meter: Meter): Value {
  try {
    return program.evaluate(bindings, meter);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    throw new TokenRefused(`expression '${text}' resulted in error: ${error.message}`);
  }
}

/** A string or a list of strings, without empty ones; null is none. Undefined for anything else. */
export function stringsOf(value: Value): string[] | undefined {
  if (value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!(value instanceof ListValue)) return undefined;
  const strings: string[] = [];
  for (const item of value) {
    if (isFault(item) || typeof item !== 'string') return undefined;
    if (item !== '') strings.push(item);
  }
  return strings;
}

/** Whether an expression looks at `claims.NAME`. */
export function usesClaim(text: string, name: string): boolean {
  const expression = parse(text);
  return !(expression instanceof Issues) && selects(expression, name);
}

function selects(expression: Expression | undefined, name: string): boolean {
  const any = (...parts: readonly (Expression | undefined)[]) => parts.some((part) => selects(part, name));
  switch (expression?.kind) {
    case 'select':
      return (isClaims(expression.operand) && expression.field === name) || any(expression.operand);
    case 'call': {
      const [operand, field] = expression.args;
      const isOptional = expression.function === '_?._' && isClaims(operand) && field?.kind === 'literal' && field.value === name;
      return isOptional || any(expression.target, ...expression.args);
    }
    case 'list':
      return any(...expression.elements);
    case 'map':
      return any(...expression.entries.flatMap(({ key, value }) => [key, value]));
    case 'struct':
      return any(...expression.fields.map(({ value }) => value));
    case 'comprehension': {
      const { range, initial, condition, step, result } = expression;
      return any(range, initial, condition, step, result);
    }
    default:
      return false;
  }
}

const isClaims = (expression: Expression | undefined): boolean => expression?.kind === 'identifier' && expression.name === 'claims';
