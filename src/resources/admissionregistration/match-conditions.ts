/** Conditions in CEL that a request must meet before a webhook or policy sees it. */
import { listOf, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldRequired, fieldTooMany, type FieldError } from '../../machinery/status.ts';
import { validateQualifiedName } from '../shared/format-rules.ts';
import { compileCondition } from './expressions/compiler.ts';
import { expressionErrors } from './expressions/validate.ts';

const MatchConditionSchema = object('io.k8s.api.admissionregistration.v1.MatchCondition', {
  expression: required(string, { doc: 'An expression in CEL that must be true of the request.' }),
  name: required(string, { doc: 'The name of the condition, unique in its list.' }),
});

export const matchConditionsSchema = listOf(MatchConditionSchema, {
  listType: 'map',
  mapKeys: ['name'],
  patch: { mergeKey: 'name' },
});
type MatchConditions = TypeOf<typeof matchConditionsSchema>;

const countMax = 64;

/** `hasParams`: there is a variable `params`. */
export function validateMatchConditions(conditions: MatchConditions = [], path: string, hasParams = false): FieldError[] {
  const names = new Set<string>();
  const errors = conditions.length > countMax ? [fieldTooMany(path, conditions.length, countMax)] : [];
  for (const [i, { name = '', expression = '' }] of conditions.entries()) {
    const text = expression.trim();
    const at = `${path}[${i}].expression`;
    errors.push(...(text ? expressionErrors(compileCondition(text, hasParams), at) : [fieldRequired(at)]));
    errors.push(...(name ? validateQualifiedName(name, `${path}[${i}].name`) : [fieldRequired(`${path}[${i}].name`)]));
    if (name && names.has(name)) errors.push(fieldDuplicate(`${path}[${i}].name`, name));
    names.add(name);
  }
  return errors;
}
