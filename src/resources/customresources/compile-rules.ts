/** The rules of one schema (`x-kubernetes-validations`), compiled. */
import { Environment, type Program } from '../../cel/environment.ts';
import { declareSchema, type OpenApiSchema } from '../../cel/types/from-openapi.ts';
import type { Declared } from '../../cel/types/declared.ts';
import { boolType, optionalOf, stringType } from '../../cel/types/type.ts';
import { findField, InvalidFieldPath } from '../../machinery/structural/field-path.ts';
import type { JSONSchemaProps, ValidationRule } from '../../machinery/structural/schema.ts';

/** A rule, ready to be asked, or what is wrong with it. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program?: Program;
  readonly error?: string;
  readonly message?: Program;
  readonly messageError?: string;
  /** It compares with the value before a change. */
  readonly usesOldSelf: boolean;
  /** The field that a violation is said to be of, relative to the value; '' for the value itself. */
  readonly fieldPath: string;
}

/** What rules see of a value of the schema; undefined for schemas that they cannot look into. */
export const declaredOf = (schema: JSONSchemaProps, isResource: boolean): Declared | undefined =>
  declareSchema(schema as OpenApiSchema, isResource);

/** Compiles the rules of a schema, not of those below it. Costs time in proportion to their length. */
export function compileRules(schema: JSONSchemaProps, declared: Declared): CompiledRule[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  const required = new Environment({ variables: { self: declared, oldSelf: declared } });
  const oldSelf: Declared = { ...declared, type: optionalOf(declared.type) };
  const optional = new Environment({ variables: { self: declared, oldSelf } });
  return rules.map((rule) => compileRule(rule, schema, rule.optionalOldSelf ? optional : required));
}

function compileRule(rule: ValidationRule, schema: JSONSchemaProps, environment: Environment): CompiledRule {
  const compiled = { rule, usesOldSelf: false, fieldPath: fieldPathOf(rule, schema) };
  const { program, issues } = environment.compile(rule.rule);
  if (!program) return { ...compiled, error: issues.failure };
  if (program.outputType !== boolType) return { ...compiled, error: 'cel expression must evaluate to a bool' };
  const ready = { ...compiled, program, usesOldSelf: program.variables.has('oldSelf') };
  if (!rule.messageExpression) return ready;
  const message = environment.compile(rule.messageExpression);
  if (!message.program) return { ...ready, messageError: `messageExpression ${message.issues.failure}` };
  if (message.program.outputType !== stringType) return { ...ready, messageError: 'messageExpression must evaluate to a string' };
  return { ...ready, message: message.program };
}

function fieldPathOf({ fieldPath }: ValidationRule, schema: JSONSchemaProps): string {
  if (!fieldPath) return '';
  try {
    return findField(fieldPath, schema).text;
  } catch (error) {
    if (error instanceof InvalidFieldPath) return '';
    throw error;
  }
}
