/** Rules in CEL: whether they can be evaluated, and at what cost. */
import { samePlain } from '../../machinery/plain.ts';
import { findField, InvalidFieldPath } from '../../machinery/structural/field-path.ts';
import { itemsOf, valuesOf, type JSONSchemaProps, type ValidationRule } from '../../machinery/structural/schema.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { compileRules, declaredOf, type CompiledRule } from '../customresources/compile-rules.ts';
import { Rules } from '../customresources/rules.ts';
import { cardinalityOfSize, childCardinality, CostTotal, type Cardinality } from './rules-cost.ts';

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

/** Where in a schema the walk is. */
interface Place {
  readonly path: string;
  readonly isResource: boolean;
  readonly cardinality: Cardinality;
  /** The list above of which it cannot be told which item was which; rules below it cannot compare with before. */
  readonly uncorrelated: string | undefined;
}

/**
 * Everything wrong with the expressions in a schema that is right otherwise. Rules in a schema that was there before may
 * stay as expensive as they are.
 */
export function validateRules(schema: JSONSchemaProps, path: string, old?: JSONSchemaProps): FieldError[] {
  const total = new CostTotal();
  const isBounded = !samePlain(schema, old);
  const place = { path, isResource: true, cardinality: 1, uncorrelated: undefined };
  return [...validateIn(schema, place, total, isBounded), ...total.errors(path)];
}

function validateIn(schema: JSONSchemaProps, place: Place, total: CostTotal, isBounded: boolean): FieldError[] {
  const errors = schema['x-kubernetes-validations']?.length ? validateOwn(schema, place, total, isBounded) : [];
  const { path } = place;
  const cardinality = childCardinality(schema, place.cardinality);
  const visit = (below: JSONSchemaProps, at: string, uncorrelated = place.uncorrelated) => {
    const isResource = below['x-kubernetes-embedded-resource'] === true;
    errors.push(...validateIn(below, { path: `${path}.${at}`, isResource, cardinality, uncorrelated }, total, isBounded));
  };
  for (const [name, property] of Object.entries(schema.properties ?? {})) visit(property, `properties[${name}]`);
  const [items, values] = [itemsOf(schema), valuesOf(schema)];
  if (values) visit(values, 'additionalProperties');
  const isCorrelated = schema['x-kubernetes-list-type'] === 'map';
  if (items) visit(items, 'items', place.uncorrelated ?? (isCorrelated ? undefined : path));
  return errors;
}

function validateOwn(schema: JSONSchemaProps, place: Place, total: CostTotal, isBounded: boolean): FieldError[] {
  const at = `${place.path}.x-kubernetes-validations`;
  const declared = declaredOf(schema, place.isResource);
  if (!declared) return [fieldInvalid(at, '', 'unable to convert structural schema to CEL declarations')];
  const cardinality = place.cardinality ?? cardinalityOfSize(declared.minSize());
  return compileRules(schema, declared).flatMap((compiled, i) => {
    const path = `${at}[${i}]`;
    const costs = (['program', 'message'] as const).flatMap((name) => {
      const program = compiled[name];
      if (!program) return [];
      const [what, where, times] = name === 'program' ? (['estimated rule cost', 'rule', cardinality] as const) : (['estimated messageExpression cost', 'messageExpression', 1] as const);
      return total.add(`${path}.${where}`, what, program.estimateCost().max * times, isBounded);
    });
    return [...costs, ...validateCompiled(compiled, path, place.uncorrelated)];
  });
}

function validateCompiled({ rule, error, messageError, usesOldSelf, program }: CompiledRule, path: string, uncorrelated?: string): FieldError[] {
  const errors: FieldError[] = [];
  if (error !== undefined) errors.push(fieldInvalid(`${path}.rule`, shownRule(rule), error));
  if (messageError !== undefined) errors.push(fieldInvalid(`${path}.messageExpression`, shownRule(rule), messageError));
  if (!program) return errors;
  if (usesOldSelf && uncorrelated !== undefined)
    errors.push(
      fieldInvalid(
        `${path}.rule`,
        rule.rule,
        `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`,
      ),
    );
  if (!usesOldSelf && rule.optionalOldSelf !== undefined)
    errors.push(fieldInvalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  return errors;
}

/** As upstream's internal type looks in JSON. */
const shownRule = ({ rule, message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: ValidationRule) => ({
  Rule: rule,
  Message: message,
  MessageExpression: messageExpression,
  Reason: reason ?? null,
  FieldPath: fieldPath,
  OptionalOldSelf: optionalOldSelf ?? null,
});

/** What rules say of a default: as a value that stays, and as one that comes. Rules that are no rules are for later. */
export function validateDefaultByRules(value: unknown, schema: JSONSchemaProps, path: string): FieldError[] {
  const rules = Rules.of(schema);
  if (!rules) return [];
  const stays = rules.validate(value, { value }, path);
  return stays.length > 0 ? stays : rules.validate(value, undefined, path);
}
