/** `validateMetrics` of upstream's autoscaling/validation. */
import { isPathSegmentName } from '../../machinery/names.ts';
import { parseQuantity, signOfQuantity } from '../../machinery/quantity.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateLabel } from '../shared/format-rules.ts';
import { validateContainerResourceName } from '../shared/resources-validation.ts';
import type {
  ContainerResourceMetricSource,
  ExternalMetricSource,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from './metrics.ts';
import { validateReference, wrongApiVersion, type GroupRule } from './reference-validation.ts';

/** The field that a metric of each type has, in the order in which upstream looks at them. */
const sources = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;
const types = Object.keys(sources).sort();

export function validateMetrics(
  metrics: readonly MetricSpec[],
  old: readonly MetricSpec[],
  minReplicas: number,
  path: string,
): FieldError[] {
  const wasWrong = old.some(
    ({ type, object }) => type === 'Object' && object && wrongApiVersion(object.describedObject.apiVersion ?? '', 'optional'),
  );
  const group = wasWrong ? 'unchecked' : 'optional';
  const errors = metrics.flatMap((metric, i) => validateMetric(metric, group, `${path}[${i}]`));
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(fieldForbidden(path, 'must specify at least one Object or External metric to support scaling to zero replicas'));
  return errors;
}

function validateMetric(metric: MetricSpec, group: GroupRule, path: string): FieldError[] {
  const { type = '' } = metric;
  const known = Object.hasOwn(sources, type);
  const unsupported = fieldNotSupported(`${path}.type`, type, types);
  const errors: FieldError[] = [];
  if (!type) errors.push(fieldRequired(`${path}.type`, 'must specify a metric source type'));
  if (!known) errors.push(unsupported);
  const present = Object.values(sources).filter((name) => metric[name] !== undefined);
  if (present[0]) errors.push(...validateSource(metric, present[0], group, `${path}.${present[0]}`));
  const expected = known ? sources[type as keyof typeof sources] : undefined;
  // Upstream says it again here.
  if (!expected) errors.push(unsupported);
  else if (!metric[expected])
    errors.push(fieldRequired(`${path}.${expected}`, 'must populate information for the given metric source'));
  if (present.length > 1)
    for (const name of present)
      if (name !== expected) errors.push(fieldForbidden(`${path}.${name}`, 'must populate the given metric source only'));
  return errors;
}

function validateSource(
  metric: MetricSpec,
  name: (typeof sources)[keyof typeof sources],
  group: GroupRule,
  path: string,
): FieldError[] {
  switch (name) {
    case 'object':
      return validateObject(metric.object!, group, path);
    case 'external':
      return validateExternal(metric.external!, path);
    case 'pods':
      return validatePods(metric.pods!, path);
    case 'resource':
      return validateResource(metric.resource!, path);
    case 'containerResource':
      return validateContainerResource(metric.containerResource!, path);
  }
}

const noReference = { kind: '', name: '' };

function validateObject({ describedObject, metric, target }: ObjectMetricSource, group: GroupRule, path: string): FieldError[] {
  const errors = [
    ...validateReference(describedObject ?? noReference, group, `${path}.describedObject`),
    ...validateIdentifier(metric, `${path}.metric`),
    ...validateTarget(target, `${path}.target`),
  ];
  if (target?.value === undefined && target?.averageValue === undefined)
    errors.push(fieldRequired(`${path}.target.averageValue`, 'must set either a target value or averageValue'));
  return errors;
}

function validateExternal({ metric, target }: ExternalMetricSource, path: string): FieldError[] {
  const errors = [...validateIdentifier(metric, `${path}.metric`), ...validateTarget(target, `${path}.target`)];
  const [whole, each] = [target?.value !== undefined, target?.averageValue !== undefined];
  if (!whole && !each)
    errors.push(fieldRequired(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target'));
  if (whole && each)
    errors.push(fieldForbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target'));
  return errors;
}

function validatePods({ metric, target }: PodsMetricSource, path: string): FieldError[] {
  const errors = [...validateIdentifier(metric, `${path}.metric`), ...validateTarget(target, `${path}.target`)];
  if (target?.averageValue === undefined)
    errors.push(fieldRequired(`${path}.target.averageValue`, 'must specify a positive target averageValue'));
  return errors;
}

function validateResource({ name, target }: ResourceMetricSource, path: string): FieldError[] {
  const errors = name ? [] : [fieldRequired(`${path}.name`, 'must specify a resource name')];
  return [...errors, ...validateUsage(target, `${path}.target`)];
}

function validateContainerResource({ name, container, target }: ContainerResourceMetricSource, path: string): FieldError[] {
  return [
    ...(name
      ? validateContainerResourceName(name, `${path}.name`)
      : [fieldRequired(`${path}.name`, 'must specify a resource name')]),
    ...(container
      ? validateLabel(container, `${path}.container`)
      : [fieldRequired(`${path}.container`, 'must specify a container')]),
    ...validateUsage(target, `${path}.target`),
  ];
}

/** The target of a resource: a share of what is requested, or an amount. */
function validateUsage(target: MetricTarget | undefined, path: string): FieldError[] {
  const errors = validateTarget(target, path);
  const [share, amount] = [target?.averageUtilization !== undefined, target?.averageValue !== undefined];
  if (!share && !amount)
    errors.push(fieldRequired(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization'));
  if (share && amount)
    errors.push(fieldForbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization'));
  return errors;
}

const targetTypes = ['Utilization', 'Value', 'AverageValue'];

function validateTarget(target: MetricTarget | undefined, path: string): FieldError[] {
  const { type = '', averageUtilization } = target ?? {};
  const errors: FieldError[] = [];
  if (!type) errors.push(fieldRequired(`${path}.type`, 'must specify a metric target type'));
  if (!targetTypes.includes(type))
    errors.push(fieldInvalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  for (const name of ['value', 'averageValue'] as const) {
    const quantity = target?.[name];
    if (quantity !== undefined && signOfQuantity(parseQuantity(quantity)) <= 0)
      errors.push(fieldInvalid(`${path}.${name}`, quantity, 'must be positive'));
  }
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(fieldInvalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  return errors;
}

function validateIdentifier(metric: MetricIdentifier | undefined, path: string): FieldError[] {
  const { name = '' } = metric ?? {};
  return name
    ? invalidEach(`${path}.name`, name, isPathSegmentName(name))
    : [fieldRequired(`${path}.name`, 'must specify a metric name')];
}
