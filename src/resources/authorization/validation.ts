import type { ObjectMeta } from '../../machinery/meta.ts';
import { isLabelValue, validateLabelName } from '../../machinery/names.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import type { ReviewedSelector, SelfSubjectAccessReviewSpec, SubjectAccessReviewSpec } from './attributes.ts';

/** Everything wrong with a review about oneself. */
export const validateReview = (spec: SelfSubjectAccessReviewSpec, metadata: Partial<ObjectMeta>): FieldError[] => [
  ...validateOneOf(spec),
  ...validateSelectors(spec),
  ...validateEmpty(metadata, 'must be empty'),
];

/** Everything wrong with a review about anybody. */
export const validateSubject = (spec: SubjectAccessReviewSpec, metadata: Partial<ObjectMeta>): FieldError[] => [
  ...validateSubjectSpec(spec),
  ...validateEmpty(metadata, 'must be empty'),
];

/** Everything wrong with a review about anybody in one namespace. */
export function validateLocalReview(spec: SubjectAccessReviewSpec, metadata: Partial<ObjectMeta>): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const { namespace = '', ...rest } = metadata;
  const errors = [...validateSubjectSpec(spec), ...validateEmpty(rest, 'must be empty except for namespace', metadata)];
  if (resourceAttributes && (resourceAttributes.namespace ?? '') !== namespace)
    errors.push(
      fieldInvalid('spec.resourceAttributes.namespace', resourceAttributes.namespace ?? '', 'must match metadata.namespace'),
    );
  if (nonResourceAttributes)
    errors.push(fieldInvalid('spec.nonResourceAttributes', shownPath(spec), 'disallowed on this kind of request'));
  return errors;
}

function validateSubjectSpec(spec: SubjectAccessReviewSpec): FieldError[] {
  const errors = validateOneOf(spec);
  if (!spec.user && !spec.groups?.length)
    errors.push(fieldInvalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified'));
  return [...errors, ...validateSelectors(spec)];
}

function validateOneOf(spec: SelfSubjectAccessReviewSpec): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes && nonResourceAttributes)
    return [
      fieldInvalid('spec.nonResourceAttributes', shownPath(spec), 'cannot be specified in combination with resourceAttributes'),
    ];
  if (resourceAttributes || nonResourceAttributes) return [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [fieldInvalid('spec.resourceAttributes', undefined, detail)];
}

/** Upstream shows its own form of the type. */
const shownPath = ({ nonResourceAttributes }: SelfSubjectAccessReviewSpec) => ({
  Path: nonResourceAttributes?.path ?? '',
  Verb: nonResourceAttributes?.verb ?? '',
});

const setByServer: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'managedFields',
  'selfLink',
  'uid',
]);

/** What the server sets on every object counts for nothing. */
function validateEmpty(metadata: Partial<ObjectMeta>, detail: string, shown = metadata): FieldError[] {
  const isEmpty = Object.entries(metadata).every(([key, value]) => setByServer.has(key) || isEmptyValue(value));
  return isEmpty ? [] : [fieldInvalid('metadata', shown, detail)];
}

const isEmptyValue = (value: unknown) =>
  value === undefined || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);

function validateSelectors({ resourceAttributes }: SelfSubjectAccessReviewSpec): FieldError[] {
  if (!resourceAttributes) return [];
  const { fieldSelector, labelSelector } = resourceAttributes;
  return [
    ...validateSelector(fieldSelector, 'fieldSelector', (key, at) => (key ? [] : [fieldRequired(at, 'must be specified')])),
    ...validateSelector(labelSelector, 'labelSelector', validateLabelName, isLabelValue),
  ];
}

/** Operators that are not known are left to the authorizer, which ignores them: clients may be newer than the server. */
function validateSelector(
  selector: ReviewedSelector | undefined,
  name: string,
  validateKey: (key: string, at: string) => readonly FieldError[],
  validateValue: (value: string) => readonly string[] = () => [],
): FieldError[] {
  if (!selector) return [];
  const path = `spec.resourceAttributes.${name}`;
  const { rawSelector = '', requirements = [] } = selector;
  const errors: FieldError[] = [];
  if (rawSelector && requirements.length > 0)
    errors.push(fieldInvalid(`${path}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'));
  if (!rawSelector && requirements.length === 0)
    errors.push(
      fieldRequired(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`),
    );
  const isField = name === 'fieldSelector';
  for (const [i, { key = '', operator, values = [] }] of requirements.entries()) {
    const at = `${path}.requirements[${i}]`;
    const keyErrors = validateKey(key, `${at}.key`);
    if (isField) errors.push(...keyErrors);
    if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
      errors.push(fieldRequired(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0)
      errors.push(fieldForbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    if (!isField) errors.push(...keyErrors);
    for (const [j, value] of values.entries())
      errors.push(...validateValue(value).map((message) => fieldInvalid(`${at}.values[${j}]`, value, message)));
  }
  return errors;
}
