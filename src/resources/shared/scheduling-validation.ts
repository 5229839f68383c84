/** Where a pod may run: affinity, tolerations, spreading (`validateAffinity`, `ValidateTolerations`, … upstream). */
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, validateLabelName } from '../../machinery/names.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  type FieldError,
} from '../../machinery/status.ts';
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from './affinity.ts';
import { invalidEach, validateOptionalChoice, validatePositive } from './format-rules.ts';
import type { LabelSelector } from './label-selector.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const nodePath = `${path}.nodeAffinity`;
  if (nodeAffinity?.[required]) errors.push(...validateNodeSelector(nodeAffinity[required], `${nodePath}.${required}`));
  for (const [i, { weight, preference }] of (nodeAffinity?.[preferred] ?? []).entries()) {
    const at = `${nodePath}.${preferred}[${i}]`;
    errors.push(...validateWeight(weight, at), ...validateNodeSelectorTerm(preference ?? {}, false, `${at}.preference`));
  }
  if (podAffinity) errors.push(...validatePodAffinity(podAffinity, `${path}.podAffinity`));
  if (podAntiAffinity) errors.push(...validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`));
  return errors;
}

const validateWeight = (weight: number | undefined, path: string): FieldError[] =>
  weight !== undefined && weight >= 1 && weight <= 100
    ? []
    : [fieldInvalid(`${path}.weight`, weight ?? 0, 'must be in the range 1-100')];

/** A selector of nodes that has to match: one of its terms, at least. */
export function validateNodeSelector({ nodeSelectorTerms }: NodeSelector, path: string): FieldError[] {
  const at = `${path}.nodeSelectorTerms`;
  if (!nodeSelectorTerms?.length) return [fieldRequired(at, 'must have at least one node selector term')];
  return nodeSelectorTerms.flatMap((term, i) => validateNodeSelectorTerm(term, true, `${at}[${i}]`));
}

/** Values of labels are only checked where the term is required: a preference that never matches does no harm. */
function validateNodeSelectorTerm(term: NodeSelectorTerm, isRequired: boolean, path: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((r, i) => validateRequirement(r, isRequired, `${path}.matchExpressions[${i}]`)),
    ...(term.matchFields ?? []).flatMap((r, i) => validateFieldRequirement(r, `${path}.matchFields[${i}]`)),
  ];
}

function validateRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  checkValues: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${path}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.push(fieldRequired(at, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(fieldForbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) errors.push(fieldRequired(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      break;
    default:
      errors.push(fieldInvalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(key ?? '', `${path}.key`));
  if (checkValues)
    for (const [i, value] of values.entries()) errors.push(...invalidEach(`${at}[${i}]`, value, isLabelValue(value)));
  return errors;
}

/** The only field of a node that can be selected is its name. */
function validateFieldRequirement({ key, operator, values = [] }: NodeSelectorRequirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(fieldInvalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  else if (values.length !== 1)
    errors.push(
      fieldRequired(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
    );
  if (key !== 'metadata.name') errors.push(fieldInvalid(`${path}.key`, key ?? '', 'not a valid field selector key'));
  else
    for (const [i, value] of values.entries())
      errors.push(...invalidEach(`${path}.values[${i}]`, value, isDNS1123Subdomain(value)));
  return errors;
}

function validatePodAffinity(affinity: PodAffinity, path: string): FieldError[] {
  return [
    ...(affinity[required] ?? []).flatMap((term, i) => validatePodAffinityTerm(term, `${path}.${required}[${i}]`)),
    ...(affinity[preferred] ?? []).flatMap(({ weight, podAffinityTerm }, i) => {
      const at = `${path}.${preferred}[${i}]`;
      return [
        ...validateWeight(weight, at),
        ...validatePodAffinityTerm(podAffinityTerm ?? { topologyKey: '' }, `${at}.podAffinityTerm`),
      ];
    }),
  ];
}

function validatePodAffinityTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) => invalidEach(`${path}.namespace`, name, isDNS1123Label(name))),
    ...validateLabelKeys(term.matchLabelKeys, term.mismatchLabelKeys, term.labelSelector, path),
  ];
  if (!term.topologyKey) errors.push(fieldRequired(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...validateLabelName(term.topologyKey ?? '', `${path}.topologyKey`)];
}

/** Keys whose value comes from the pod itself: proper label keys, beside a selector that does not name them already. */
function validateLabelKeys(
  match: readonly string[] = [],
  mismatch: readonly string[] = [],
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, keys] of [
    ['matchLabelKeys', match],
    ['mismatchLabelKeys', mismatch],
  ] as const) {
    if (keys.length > 0 && !selector)
      errors.push(fieldForbidden(`${path}.${name}`, 'must not be specified when labelSelector is not set'));
    else errors.push(...keys.flatMap((key, i) => validateLabelName(key, `${path}.${name}[${i}]`)));
  }
  // On create the server adds one expression for each key, so that only a second one is the client's.
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const i = match.indexOf(key);
    if (i >= 0 && seen.has(key))
      errors.push(fieldInvalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
  for (const [i, key] of match.entries())
    if (mismatch.includes(key))
      errors.push(fieldInvalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  return errors;
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const validateTaintEffect = (effect: string, path: string): FieldError[] => validateOptionalChoice(effect, path, effects);

export function validateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds }] of tolerations.entries()) {
    const at = `${path}[${i}]`;
    if (key) errors.push(...validateLabelName(key, `${at}.key`));
    else if (operator !== 'Exists')
      errors.push(
        fieldInvalid(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(fieldInvalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    if (operator === '' || operator === 'Equal') {
      const wrong = isLabelValue(value);
      if (wrong.length > 0) errors.push(fieldInvalid(`${at}.operator`, value, wrong.join(';')));
    } else if (operator === 'Exists') {
      if (value) errors.push(fieldInvalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else {
      // Lt and Gt are behind a feature gate that is off, but upstream's message lists them to who tries them.
      const comparisons = operator === 'Lt' || operator === 'Gt' ? ['Lt', 'Gt'] : [];
      errors.push(fieldNotSupported(`${at}.operator`, operator, ['Equal', 'Exists', ...comparisons]));
    }
    if (effect) errors.push(...validateTaintEffect(effect, `${at}.effect`));
  }
  return errors;
}

export function validateSpreadConstraints(constraints: readonly TopologySpreadConstraint[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, constraint] of constraints.entries()) {
    const at = `${path}[${i}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, labelSelector, matchLabelKeys } = constraint;
    errors.push(...validatePositive(maxSkew ?? 0, `${at}.maxSkew`));
    if (!topologyKey) errors.push(fieldRequired(`${at}.topologyKey`, 'can not be empty'));
    errors.push(
      ...validateOptionalChoice(whenUnsatisfiable ?? '', `${at}.whenUnsatisfiable`, ['DoNotSchedule', 'ScheduleAnyway']),
    );
    if (constraints.slice(i + 1).some((c) => c.topologyKey === topologyKey && c.whenUnsatisfiable === whenUnsatisfiable))
      errors.push(fieldDuplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`));
    if (minDomains !== undefined) {
      errors.push(...validatePositive(minDomains, `${at}.minDomains`));
      if (whenUnsatisfiable !== 'DoNotSchedule')
        errors.push(
          fieldInvalid(
            `${at}.minDomains`,
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable ?? ''}`,
          ),
        );
    }
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const)
      errors.push(...validateOptionalChoice(constraint[policy], `${at}.${policy}`, ['Honor', 'Ignore']));
    errors.push(...validateLabelKeys(matchLabelKeys, [], labelSelector, at));
    errors.push(...validateLabelSelector(labelSelector, `${at}.labelSelector`));
  }
  return errors;
}
