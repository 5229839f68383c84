/** `ValidateConditions` of apimachinery. */
import { byteLength, regexMessage, validateLabelName } from '../../machinery/names.ts';
import {
  fieldDuplicate,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  fieldTooLong,
  type FieldError,
} from '../../machinery/status.ts';
import type { Condition } from './condition.ts';

const statuses = ['False', 'True', 'Unknown'];
const reasonBytesMax = 1024;
const messageBytesMax = 32 * 1024;

/** Everything wrong with conditions: each type once, each with all that a condition must say. */
export function validateConditions(conditions: readonly Condition[] = [], path: string): FieldError[] {
  const types = new Set<string>();
  return conditions.flatMap((condition, i) => {
    const { type = '' } = condition;
    const errors = types.has(type) ? [fieldDuplicate(`${path}[${i}].type`, type)] : [];
    types.add(type);
    return [...errors, ...validateCondition(condition, `${path}[${i}]`)];
  });
}

function validateCondition(condition: Condition, path: string): FieldError[] {
  const { type = '', status = '', reason = '', message = '', observedGeneration = 0, lastTransitionTime } = condition;
  const errors = validateLabelName(type, `${path}.type`);
  if (!statuses.includes(status)) errors.push(fieldNotSupported(`${path}.status`, status, statuses));
  if (observedGeneration < 0)
    errors.push(fieldInvalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'));
  if (!lastTransitionTime) errors.push(fieldRequired(`${path}.lastTransitionTime`));
  errors.push(...(reason ? validateReason(reason, `${path}.reason`) : [fieldRequired(`${path}.reason`)]));
  if (byteLength(message) > messageBytesMax) errors.push(fieldTooLong(`${path}.message`, messageBytesMax));
  return errors;
}

const reasonPattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonWhole = new RegExp(`^${reasonPattern}$`);
const reasonExamples = ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'];

function validateReason(reason: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!reasonWhole.test(reason)) {
    const rule =
      "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";
    errors.push(fieldInvalid(path, reason, regexMessage(rule, reasonPattern, ...reasonExamples)));
  }
  if (byteLength(reason) > reasonBytesMax) errors.push(fieldTooLong(path, reasonBytesMax));
  return errors;
}
