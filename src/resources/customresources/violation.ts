/** What is said of a value that breaks a rule. */
import { CelError, Meter, perCallLimit } from '../../cel/meter.ts';
import type { Plain } from '../../machinery/plain.ts';
import { at, nowhere } from '../../machinery/structural/paths.ts';
import type { ValidationRule } from '../../machinery/structural/schema.ts';
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
  fieldWrong,
  type FieldError,
} from '../../machinery/status.ts';
import type { CompiledRule } from './compile-rules.ts';

const messageBytesMax = 5 * 1024;

/** What a rule is called in errors about it. */
export const ruleText = ({ message, rule }: ValidationRule): string => (message ? message.trim() : rule.trim());

export interface Message {
  readonly text: string;
  /** It cost more than is left: nothing else may be evaluated. */
  readonly isLast?: boolean;
}

/** The message of a rule: of its expression, if that makes one, or its own. */
export function messageOf({ rule, message }: CompiledRule, bindings: Plain, budget: { left: number }): Message {
  const own = { text: rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}` };
  if (!message) return own;
  const meter = new Meter(perCallLimit);
  let value: unknown;
  let failure: CelError | undefined;
  try {
    value = message.evaluate(bindings, meter);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    failure = error;
  }
  if (meter.cost > budget.left)
    return { text: 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run', isLast: true };
  budget.left -= meter.cost;
  if (failure?.code === 'cost-limit') {
    const expression = JSON.stringify(rule.messageExpression);
    return { text: `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${expression}`, isLast: true };
  }
  const text = typeof value === 'string' ? value.trim() : '';
  const usable = text !== '' && !text.includes('\n') && new TextEncoder().encode(text).length <= messageBytesMax;
  return usable ? { text } : own;
}

/** The error for a value, of the reason that the rule gives. Objects and lists are not shown. */
export function violation({ rule, fieldPath }: CompiledRule, path: string, value: unknown, type: string, { text }: Message): FieldError {
  const field = (fieldPath ? at(path, fieldPath) : path) || nowhere;
  const isShown = type !== 'object' && type !== 'array';
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return fieldForbidden(field, text);
    case 'FieldValueRequired':
      return fieldRequired(field, text);
    case 'FieldValueDuplicate':
      return isShown ? fieldDuplicate(field, value) : { ...fieldDuplicate(field, ''), message: 'Duplicate value' };
    default:
      return isShown ? fieldInvalid(field, value, text) : fieldWrong(field, text);
  }
}
