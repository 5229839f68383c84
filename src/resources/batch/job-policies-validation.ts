/** When pods of a job count as failed, and when the job has succeeded (`validatePodFailurePolicy`, … upstream). */
import {
  fieldDuplicate,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  fieldTooLong,
  fieldTooMany,
  fieldWrong,
  type FieldError,
} from '../../machinery/status.ts';
import { validateNotNegative, validateOptionalChoice, validateQualifiedName } from '../shared/format-rules.ts';
import { countIndexes, IndexesError } from './job-indexes.ts';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from './job-spec.ts';

const rulesMax = 20;
const exitCodesMax = 255;
const patternsMax = 20;
const indexesBytesMax = 64 * 1024;

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const statuses = ['False', 'True', 'Unknown'];

export function validatePodFailurePolicy({ podFailurePolicy, template, ...spec }: JobSpec, path: string): FieldError[] {
  const { containers, initContainers = [] } = template.spec;
  const names = [...containers, ...initContainers].map(({ name }) => name);
  const rules = podFailurePolicy?.rules ?? [];
  return [
    ...(rules.length > rulesMax ? [fieldTooMany(`${path}.rules`, rules.length, rulesMax)] : []),
    ...rules.flatMap((rule, i) => validateRule(rule, names, spec.backoffLimitPerIndex !== undefined, `${path}.rules[${i}]`)),
  ];
}

function validateRule(rule: PodFailurePolicyRule, containers: readonly string[], perIndex: boolean, path: string): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors = validateNamedChoice(action, actions, `${path}.action`);
  if (action === 'FailIndex' && !perIndex)
    errors.push(fieldInvalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, containers, `${path}.onExitCodes`));
  errors.push(...validatePatterns(onPodConditions, `${path}.onPodConditions`));
  if (onExitCodes && onPodConditions.length > 0)
    errors.push(fieldWrong(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(fieldWrong(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

/** One of the values; if it is missing, the message lists them as Go prints a list. */
function validateNamedChoice(value: string | undefined, values: readonly string[], path: string): FieldError[] {
  if (!value) return [fieldRequired(path, `valid values: [${values.map((each) => JSON.stringify(each)).join(' ')}]`)];
  return values.includes(value) ? [] : [fieldNotSupported(path, value, values)];
}

function validatePatterns(patterns: readonly PodFailurePolicyOnPodConditionsPattern[], path: string): FieldError[] {
  return [
    ...(patterns.length > patternsMax ? [fieldTooMany(path, patterns.length, patternsMax)] : []),
    ...patterns.flatMap(({ type, status }, i) => [
      ...validateQualifiedName(type ?? '', `${path}[${i}].type`),
      ...validateNamedChoice(status, statuses, `${path}[${i}].status`),
    ]),
  ];
}

function validateExitCodes(
  { operator, containerName, values = [] }: PodFailurePolicyOnExitCodesRequirement,
  containers: readonly string[],
  path: string,
): FieldError[] {
  const at = `${path}.values`;
  const errors = validateNamedChoice(operator, operators, `${path}.operator`);
  if (containerName !== undefined && !containers.includes(containerName))
    errors.push(
      fieldInvalid(
        `${path}.containerName`,
        containerName,
        'must be one of the container or initContainer names in the pod template',
      ),
    );
  if (values.length === 0) errors.push(fieldInvalid(at, values, 'at least one value is required'));
  else if (values.length > exitCodesMax) errors.push(fieldTooMany(at, values.length, exitCodesMax));
  const seen = new Set<number>();
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0) errors.push(fieldInvalid(`${at}[${i}]`, value, 'must not be 0 for the In operator'));
    if (seen.has(value)) errors.push(fieldDuplicate(`${at}[${i}]`, value));
    seen.add(value);
  }
  if (values.some((value, i) => i > 0 && values[i - 1]! > value)) errors.push(fieldInvalid(at, values, 'must be ordered'));
  return errors;
}

export function validateReplacementPolicy({ podReplacementPolicy, podFailurePolicy }: JobSpec, path: string): FieldError[] {
  // With a failure policy a pod must have ended before anything can be said about it.
  return validateOptionalChoice(podReplacementPolicy, path, podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']);
}

export function validateSuccessPolicy({ successPolicy, completions = 0 }: JobSpec, path: string): FieldError[] {
  const at = `${path}.rules`;
  const rules = successPolicy?.rules ?? [];
  const errors: FieldError[] = [];
  if (rules.length === 0)
    errors.push(fieldRequired(at, 'at least one rules must be specified when the successPolicy is specified'));
  if (rules.length > rulesMax) errors.push(fieldTooMany(at, rules.length, rulesMax));
  return [...errors, ...rules.flatMap((rule, i) => validateSuccessRule(rule, completions, `${at}[${i}]`))];
}

function validateSuccessRule(
  { succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule,
  completions: number,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (count === undefined && indexes === undefined)
    errors.push(fieldRequired(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  let total = 0;
  if (indexes !== undefined) {
    const at = `${path}.succeededIndexes`;
    if (indexes.length > indexesBytesMax) errors.push(fieldTooLong(at, indexesBytesMax));
    const counted = countOrError(indexes, completions, at, 'succeededIndexes');
    if (typeof counted === 'number') total = counted;
    else errors.push(counted);
  }
  if (count === undefined) return errors;
  const at = `${path}.succeededCount`;
  errors.push(...validateNotNegative(count, at));
  const atMost = (max: number, what: string) => {
    if (count > max) errors.push(fieldInvalid(at, count, `must be less than or equal to ${max} (the number of ${what})`));
  };
  atMost(completions, 'specified completions');
  if (indexes !== undefined) atMost(total, 'indexes in the specified succeededIndexes field');
  return errors;
}

/** How many indexes a list names, or what is wrong with it. */
export function countOrError(indexes: string, completions: number, path: string, name: string): number | FieldError {
  try {
    return countIndexes(indexes, completions);
  } catch (error) {
    if (!(error instanceof IndexesError)) throw error;
    return fieldInvalid(path, indexes, `error parsing ${name}: ${error.message}`);
  }
}
