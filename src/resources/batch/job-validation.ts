/** Rules of jobs by themselves (`ValidateJob` upstream). */
import type { KubeObject } from '../../machinery/meta.ts';
import { isDNS1123Label, isDNS1123Subdomain, regexMessage } from '../../machinery/names.ts';
import { inKeyOrder, isUsableSelector, selectorFromLabelSelector, validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateNotNegative } from '../shared/format-rules.ts';
import { nameWarnings } from '../shared/name-warnings.ts';
import { validatePodTemplate } from '../shared/pod-validation.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { validatePodFailurePolicy, validateReplacementPolicy, validateSuccessPolicy } from './job-policies-validation.ts';
import type { JobSpec } from './job-spec.ts';
import { controllerUidLabel, jobNameLabel, legacyControllerUidLabel, legacyJobNameLabel } from './job-strategy.ts';
import type { Job } from './job.ts';

export function validateJob(job: Job): FieldError[] {
  const { metadata, spec } = job;
  const { selector, template, completions = 0 } = spec;
  const errors = [...validateGeneratedSelector(job), ...validateJobSpec(spec, 'spec')];
  errors.push(...(selector ? validateLabelSelector(selector, 'spec.selector') : [fieldRequired('spec.selector')]));
  const labels = template.metadata?.labels;
  if (!(selector && !isUsableSelector(selector)) && !selectorFromLabelSelector(selector).matches(labels))
    errors.push(fieldInvalid('spec.template.metadata.labels', inKeyOrder(labels), '`selector` does not match template `labels`'));
  // The pods of an indexed job are named after their index; that of the last one is the longest.
  const host = `${metadata.name}-${completions - 1}`;
  if (isIndexed(spec) && completions > 0 && isDNS1123Label(host).length > 0)
    errors.push(fieldInvalid('metadata.name', metadata.name, `will not able to create pod with invalid DNS label: ${host}`));
  return errors;
}

export const isIndexed = ({ completionMode }: JobSpec): boolean => completionMode === 'Indexed';

/** The labels and the selector that the server made may not be others that the client put there before. */
function validateGeneratedSelector({ metadata, spec }: Job): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const expected = {
    [legacyControllerUidLabel]: metadata.uid,
    [legacyJobNameLabel]: metadata.name,
    [controllerUidLabel]: metadata.uid,
    [jobNameLabel]: metadata.name,
  };
  const labels = spec.template.metadata?.labels ?? {};
  const errors = Object.entries(expected).flatMap(([key, value]) => {
    const at = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) return [fieldRequired(at, `must be '${value}'`)];
    return labels[key] === value ? [] : [fieldInvalid(at, labels, `must be '${value}'`)];
  });
  if (!selectorFromLabelSelector(spec.selector).matches(expected))
    errors.push(fieldInvalid('spec.selector', spec.selector, '`selector` not auto-generated'));
  return errors;
}

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const satisfies readonly (keyof JobSpec)[];

/** Everything wrong with what a job is, its selector aside; `path` is that of the spec. */
export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors = counts.flatMap((name) => validateNotNegative(spec[name], `${path}.${name}`));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(fieldRequired(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  if (spec.managedBy !== undefined) errors.push(...validateManagedBy(spec.managedBy, `${path}.managedBy`));
  errors.push(...validateCompletionMode(spec, path));
  if (spec.podFailurePolicy) errors.push(...validatePodFailurePolicy(spec, `${path}.podFailurePolicy`));
  if (spec.successPolicy) {
    const at = `${path}.successPolicy`;
    if (isIndexed(spec)) errors.push(...validateSuccessPolicy(spec, at));
    else errors.push(fieldInvalid(at, spec.successPolicy, 'requires indexed completion mode'));
  }
  return [
    ...errors,
    ...validateReplacementPolicy(spec, `${path}.podReplacementPolicy`),
    ...validatePodTemplate(spec.template, `${path}.template`),
    ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`),
  ];
}

const managedByBytesMax = 63;
const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

/** `acme.io/foo` (`IsDomainPrefixedPath` upstream). */
function validateManagedBy(name: string, path: string): FieldError[] {
  if (name === '') return [fieldRequired(path)];
  const slash = name.indexOf('/');
  const [host, rest] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  const errors: FieldError[] = [];
  if (host === '' || rest === '') errors.push(fieldInvalid(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  else {
    errors.push(...invalidEach(path, host, isDNS1123Subdomain(host)));
    if (!new RegExp(`^${pathPattern}$`).test(rest))
      errors.push(fieldInvalid(path, rest, regexMessage('Invalid path', pathPattern)));
  }
  if (name.length > managedByBytesMax) errors.push(fieldTooLong(path, managedByBytesMax));
  return errors;
}

/** Bounds that keep lists of indexes in the status short. */
const indexedPodsMax = 100_000;
const manyCompletions = 100_000;
const manyCompletionsPodsMax = 10_000;

function validateCompletionMode(spec: JobSpec, path: string): FieldError[] {
  const { completionMode = 'NonIndexed', completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  const wrong = (name: keyof JobSpec, detail: string) => errors.push(fieldInvalid(`${path}.${name}`, spec[name], detail));
  if (completionMode === 'NonIndexed') {
    if (backoffLimitPerIndex !== undefined) wrong('backoffLimitPerIndex', 'requires indexed completion mode');
    if (maxFailedIndexes !== undefined) wrong('maxFailedIndexes', 'requires indexed completion mode');
    return errors;
  }
  if (completionMode !== 'Indexed')
    return [fieldNotSupported(`${path}.completionMode`, completionMode, ['NonIndexed', 'Indexed'])];

  if (completions === undefined) errors.push(fieldRequired(`${path}.completions`, 'when completion mode is Indexed'));
  if (parallelism > indexedPodsMax)
    wrong('parallelism', `must be less than or equal to ${indexedPodsMax} when completion mode is Indexed`);
  if (maxFailedIndexes !== undefined) {
    if (completions !== undefined && maxFailedIndexes > completions)
      wrong('maxFailedIndexes', 'must be less than or equal to completions');
    if (maxFailedIndexes > indexedPodsMax) wrong('maxFailedIndexes', `must be less than or equal to ${indexedPodsMax}`);
  }
  if (completions === undefined || completions <= manyCompletions || backoffLimitPerIndex === undefined) return errors;
  const bound = `must be less than or equal to ${manyCompletionsPodsMax} when completions are above ${manyCompletions} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined)
    errors.push(fieldRequired(`${path}.maxFailedIndexes`, `must be specified when completions is above ${manyCompletions}`));
  if (parallelism > manyCompletionsPodsMax) wrong('parallelism', bound);
  if (maxFailedIndexes !== undefined && maxFailedIndexes > manyCompletionsPodsMax) wrong('maxFailedIndexes', bound);
  return errors;
}

/** Pods of a job end: `Always`, the default of pods, must be replaced by the client. */
function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, path: string): FieldError[] {
  const policy = template.spec.restartPolicy ?? '';
  if (policy === '' || policy === 'Always') return [fieldRequired(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [fieldNotSupported(path, policy, ['OnFailure', 'Never'])];
  return podFailurePolicy && policy !== 'Never'
    ? [fieldInvalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

export const warnings = (job: Job, old: Job | undefined): string[] => [
  ...nameWarnings(job, old),
  ...jobSpecWarnings(job.spec, 'spec', job, old),
];

/** Warnings about the spec of jobs in an object, which had another one before if it is not new. */
export function jobSpecWarnings(spec: JobSpec, path: string, object: KubeObject, old: KubeObject | undefined): string[] {
  if (old && old.metadata.generation === object.metadata.generation) return [];
  const many = (spec.completions ?? 0) > manyCompletions && (spec.parallelism ?? 0) > manyCompletionsPodsMax;
  const found = podTemplateWarnings(spec.template, `${path}.template`, object, old);
  if (!isIndexed(spec) || !many) return found;
  return [
    `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
    ...found,
  ];
}
