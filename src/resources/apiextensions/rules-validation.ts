/** Rules in CEL, as far as they can be checked without evaluating them. */
import { findField, InvalidFieldPath } from '../../machinery/structural/field-path.ts';
import { schemasIn, type JSONSchemaProps, type ValidationRule } from '../../machinery/structural/schema.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

const hasNewlines = (text: string) => /[\n\r]/.test(text);

/** Everything wrong with what is around the expressions of a schema's own rules. */
export function validateRuleTexts(schema: JSONSchemaProps, path: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) =>
    validateRuleText(rule, schema, `${path}.x-kubernetes-validations[${i}]`),
  );
}

function validateRuleText(rule: ValidationRule, schema: JSONSchemaProps, path: string): FieldError[] {
  const { message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  const [text, said] = [(rule.rule ?? '').trim(), message.trim()];
  const errors: FieldError[] = [];
  if (text === '') errors.push(fieldRequired(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && said === '')
    errors.push(fieldInvalid(`${path}.message`, message, 'must be non-empty if specified'));
  else if (hasNewlines(said)) errors.push(fieldInvalid(`${path}.message`, message, 'must not contain line breaks'));
  else if (hasNewlines(text) && said === '')
    errors.push(fieldRequired(`${path}.message`, 'message must be specified if rule contains line breaks'));
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(fieldRequired(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (reason !== undefined && !reasons.includes(reason)) errors.push(fieldNotSupported(`${path}.reason`, reason, reasons));
  if (fieldPath !== '' && fieldPath.trim() === '')
    errors.push(fieldInvalid(`${path}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  if (hasNewlines(fieldPath)) errors.push(fieldInvalid(`${path}.fieldPath`, fieldPath, 'must not contain line breaks'));
  if (fieldPath !== '' && !leadsSomewhere(fieldPath, schema))
    errors.push(fieldInvalid(`${path}.fieldPath`, fieldPath, 'must be a valid path'));
  return errors;
}

function leadsSomewhere(path: string, schema: JSONSchemaProps): boolean {
  try {
    findField(path, schema);
    return true;
  } catch (error) {
    if (error instanceof InvalidFieldPath) return false;
    throw error;
  }
}

/** Whether the expressions can be evaluated. */
export function validateRules(schema: JSONSchemaProps, path: string, _old?: JSONSchemaProps): FieldError[] {
  for (const each of schemasIn(schema))
    if (each['x-kubernetes-validations']?.length)
      return [fieldForbidden(path, 'x-kubernetes-validations are not evaluated yet, and would be no protection')];
  return [];
}

/** What rules say of a default. */
export const validateDefaultByRules = (): FieldError[] => [];
