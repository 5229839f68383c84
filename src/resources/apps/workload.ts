/** What the kinds that make pods from a template have in common. */
import type { KubeObject } from '../../machinery/meta.ts';
import { regexMessage } from '../../machinery/names.ts';
import type { Column } from '../../machinery/resource.ts';
import { inKeyOrder, isUsableSelector, selectorFromLabelSelector, validateLabelSelector, type LabelSelector } from '../../machinery/selectors.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import type { PodTemplateSpec } from '../shared/pod-spec.ts';
import { validatePodTemplate } from '../shared/pod-validation.ts';
import { containerColumns, formatLabelSelector, selectorColumn } from '../shared/template-columns.ts';

/** A negative number where only 0 and more makes sense. */
export const validateNonNegative = (value: number | undefined, path: string): FieldError[] =>
  value !== undefined && value < 0 ? [fieldInvalid(path, value, 'must be greater than or equal to 0')] : [];

/** Each of the named numbers of an object must be 0 or more. */
export const validateAllNonNegative = <T extends object>(
  object: T,
  path: string,
  names: readonly (keyof T & string)[],
): FieldError[] => names.flatMap((name) => validateNonNegative(object[name] as number | undefined, `${path}.${name}`));

/** A count that only grows. */
export function validateNotDecremented(count: number | undefined, old: number | undefined, path: string): FieldError[] {
  if (old === undefined || (count !== undefined && count >= old)) return [];
  return [fieldInvalid(path, count ?? 0, 'cannot be decremented')];
}

/** The selector of a workload: there, valid, and not empty. ReplicaSets say `deployment` too. */
export function validateWorkloadSelector(
  selector: LabelSelector | undefined,
  path: string,
  kind: 'deployment' | 'statefulset' = 'deployment',
): FieldError[] {
  if (!selector) return [fieldRequired(path)];
  const errors = validateLabelSelector(selector, path);
  if (isEmptySelector(selector)) errors.push(fieldInvalid(path, selector, `empty selector is invalid for ${kind}`));
  return errors;
}

export const isEmptySelector = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0;

/**
 * The template of a workload: a good one, whose labels match the selector and whose pods always restart. With a selector that
 * is none, only that is said.
 */
export function validateTemplate(
  template: PodTemplateSpec,
  selector: LabelSelector | undefined,
  path: string,
  kind: 'ReplicaSet' | 'StatefulSet' = 'ReplicaSet',
): FieldError[] {
  if (selector && !isUsableSelector(selector))
    return [fieldInvalid('spec.selector', selector, kind === 'StatefulSet' ? '' : 'invalid label selector')];
  const errors: FieldError[] = [];
  const labels = template.metadata?.labels;
  // Without a selector nothing matches, which is said besides.
  if (!(selector && isEmptySelector(selector)) && !selectorFromLabelSelector(selector).matches(labels))
    errors.push(fieldInvalid(`${path}.metadata.labels`, inKeyOrder(labels), '`selector` does not match template `labels`'));
  return [...errors, ...validatePodTemplate(template, path), ...validateAlwaysRestarts(template, path, kind)];
}

/** What keeps a number of pods running has no use for pods that end by themselves. */
export function validateAlwaysRestarts({ spec }: PodTemplateSpec, path: string, kind: string): FieldError[] {
  const { restartPolicy, activeDeadlineSeconds } = spec;
  const errors: FieldError[] = [];
  if (restartPolicy !== 'Always') errors.push(fieldNotSupported(`${path}.spec.restartPolicy`, restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined)
    errors.push(fieldForbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`));
  return errors;
}

const percentPattern = /^[0-9]+%$/;

/** A count of 0 or more, or a percentage (`25%`). */
export function validateCountOrPercent(value: number | string | undefined, path: string): FieldError[] {
  if (typeof value !== 'string') return validateNonNegative(value, path);
  if (percentPattern.test(value)) return [];
  const message = regexMessage(
    "a valid percent string must be a numeric string followed by an ending '%'",
    '[0-9]+%',
    '1%',
    '93%',
  );
  return [fieldInvalid(path, value, message)];
}

/** The number in a count or percentage; 0 in anything else. */
export const amountOf = (value: number | string | undefined): number =>
  typeof value === 'number' ? value : value !== undefined && percentPattern.test(value) ? Number(value.slice(0, -1)) : 0;

/** A percentage above 100. */
export const validateAtMost100Percent = (value: number | string | undefined, path: string): FieldError[] =>
  typeof value === 'string' && amountOf(value) > 100 ? [fieldInvalid(path, value, 'must not be greater than 100%')] : [];

type Workload = KubeObject & { spec: { selector: LabelSelector; template: PodTemplateSpec } };

/** The wide columns of workloads: what runs in the pods, and which pods they are. */
export const templateColumns: readonly Column<Workload>[] = [
  ...containerColumns<Workload>((o) => o.spec.template, 1),
  selectorColumn((o) => formatLabelSelector(o.spec.selector)),
];

/** A selector cannot change: the pods that it lost would be left behind. */
export const validateSameSelector = (selector: LabelSelector, old: LabelSelector, path: string): FieldError[] =>
  canonical(selector) === canonical(old) ? [] : [fieldInvalid(path, selector, 'field is immutable')];

const canonical = (selector: LabelSelector = {}) =>
  JSON.stringify([
    Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    (selector.matchExpressions ?? []).map(({ key, operator, values }) => [key, operator, values ?? []]),
  ]);
