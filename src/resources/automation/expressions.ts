/** The expressions of subscriptions: which changes they are about, and what is told of them. */
import { Environment, type Program } from '../../cel/environment.ts';
import { declaredOf, dynDeclared } from '../../cel/types/declared.ts';
import { boolType, isDyn, sameType, stringType } from '../../cel/types/type.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';

/**
 * `object` is the object after the change, for a deletion its last state; `oldObject` the one before, null for a creation;
 * `operation` is CREATE, UPDATE or DELETE.
 */
const environment = new Environment({
  variables: { object: dynDeclared, oldObject: dynDeclared, operation: declaredOf(stringType) },
});

export type CompiledExpression =
  { readonly program: Program; readonly error?: undefined } | { readonly program?: undefined; readonly error: string };

const compile = (text: string): CompiledExpression => {
  const { program, issues } = environment.compile(text);
  return program ? { program } : { error: `compilation failed: ${issues.toString()}` };
};

/** An expression that says yes or no. */
export function compileCondition(text: string): CompiledExpression {
  const compiled = compile(text);
  if (!compiled.program) return compiled;
  const { outputType } = compiled.program;
  return sameType(outputType, boolType) || isDyn(outputType) ? compiled : { error: 'must evaluate to bool' };
}

/** An expression that gives the `data` of a message: a map, as a rule. */
export const compilePayload: (text: string) => CompiledExpression = compile;

/** What is wrong with an expression, as of the field that it stands in. */
export const expressionErrors = (text: string, { error }: CompiledExpression, path: string): FieldError[] =>
  error === undefined ? [] : [fieldInvalid(path, text, error)];
