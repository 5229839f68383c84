import { formatQuantity, milliQuantityOf, parseQuantity, quantityMilliValue } from '../../machinery/quantity.ts';
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../resources/autoscaling/metrics.ts';
import { selectorText } from './metric-names.ts';
import { MetricsError, type MetricsSource } from './metrics-source.ts';
import { averageReplicas, perPodReplicas, utilizationReplicas, valueReplicas, type Scaled } from './replicas.ts';

/** What one metric asks for. */
export interface Proposal {
  replicas: number;
  /** What asks, in messages: `cpu resource utilization (percentage of request)`. */
  metric: string;
  status: MetricStatus;
}

/** That a metric says nothing. */
export interface MetricFailure {
  /** Of event and condition: `FailedGetResourceMetric`. */
  reason: string;
  /** What went wrong, as event and condition say it. */
  cause: string;
  /** The same with what was tried before it. */
  error: string;
}

/** Everything that a metric is reckoned from. */
export interface Basis extends Scaled {
  namespace: string;
  /** The replicas that there are. */
  statusReplicas: number;
  source: MetricsSource;
}

/** What each kind of metric needs in order to make a proposal, and how it says that it cannot. */
export function computeMetric(spec: MetricSpec, basis: Basis): Proposal | MetricFailure {
  switch (spec.type) {
    case 'Resource': {
      const { name, target } = spec.resource!;
      return attempt('FailedGetResourceMetric', `failed to get ${name} resource metric value`, () => {
        const { current, ...proposal } = resourceProposal(basis, target, name);
        return { ...proposal, status: { type: 'Resource', resource: { name, current } } };
      });
    }
    case 'ContainerResource': {
      const { name, container, target } = spec.containerResource!;
      return attempt('FailedGetContainerResourceMetric', `failed to get ${container} container metric value`, () => {
        const { current, ...proposal } = resourceProposal(basis, target, name, container);
        return { ...proposal, status: { type: 'ContainerResource', containerResource: { name, container, current } } };
      });
    }
    case 'Pods':
      return attempt('FailedGetPodsMetric', 'failed to get pods metric value', () => podsProposal(basis, spec.pods!));
    case 'Object':
      return objectProposal(basis, spec.object!);
    case 'External':
      return externalProposal(basis, spec.external!);
    default: {
      const error = `unknown metric source type ${JSON.stringify(spec.type)}`;
      return { reason: 'InvalidMetricSourceType', cause: error, error };
    }
  }
}

/** What `propose` gives, or why it could not: `context`, from the outermost inwards, is what was tried. */
function attempt(reason: string, context: string, propose: () => Proposal, innerContext?: string): Proposal | MetricFailure {
  try {
    return propose();
  } catch (error) {
    if (!(error instanceof MetricsError)) throw error;
    return { reason, cause: error.message, error: [context, innerContext, error.message].filter(Boolean).join(': ') };
  }
}

/** Does something, of which a failure says what it was. */
function trying<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof MetricsError ? new MetricsError(`${what}: ${error.message}`) : error;
  }
}

const milli = (quantity: string): number => quantityMilliValue(parseQuantity(quantity));
const decimal = (value: number): string => formatQuantity(milliQuantityOf(value));
const resourceAmount = (resource: string, value: number): string =>
  formatQuantity(milliQuantityOf(value, resource === 'memory' ? 'BinarySI' : 'DecimalSI'));

function resourceProposal(
  basis: Basis,
  target: MetricTarget,
  resource: string,
  container?: string,
): { replicas: number; metric: string; current: MetricValueStatus } {
  const measure = () =>
    trying(`unable to get metrics for resource ${resource}`, () => basis.source.resource(resource, basis.pods, container));
  if (target.averageValue !== undefined) {
    const value = milli(target.averageValue);
    const found = trying(`failed to get ${resource} usage`, () => averageReplicas(basis, measure(), { resource, value }));
    const current = { averageValue: resourceAmount(resource, found.average) };
    return { replicas: found.replicas, metric: `${resource} resource`, current };
  }
  const percent = target.averageUtilization;
  if (percent === undefined)
    throw new MetricsError(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  const found = trying(`failed to get ${resource} utilization`, () =>
    utilizationReplicas(basis, measure(), { resource, percent, ...(container !== undefined && { container }) }),
  );
  return {
    replicas: found.replicas,
    metric: `${resource} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`,
    current: { averageUtilization: found.percent, averageValue: resourceAmount(resource, found.average) },
  };
}

function podsProposal(basis: Basis, { metric, target }: NonNullable<MetricSpec['pods']>): Proposal {
  const metrics = trying(`unable to get metric ${metric.name}`, () => basis.source.pods(metric, basis.pods));
  const { replicas, average } = averageReplicas(basis, metrics, { value: milli(target.averageValue ?? '0') });
  const status = { type: 'Pods', pods: { metric, current: { averageValue: decimal(average) } } };
  return { replicas, metric: `pods metric ${metric.name}`, status };
}

function objectProposal(
  basis: Basis,
  { metric, target, describedObject }: NonNullable<MetricSpec['object']>,
): Proposal | MetricFailure {
  const [reason, context] = ['FailedGetObjectMetric', 'failed to get object metric value'];
  // What went wrong follows the name without a colon of its own, as upstream has it.
  const measure = () => {
    try {
      return basis.source.object(metric, basis.namespace, describedObject);
    } catch (error) {
      if (!(error instanceof MetricsError)) throw error;
      const on = `${describedObject.kind} ${basis.namespace}/${describedObject.name}`;
      throw new MetricsError(`unable to get metric ${metric.name}: ${error.message} on ${on}`);
    }
  };
  const statusOf = (current: MetricValueStatus) => ({ type: 'Object', object: { describedObject, metric, current } });
  const { type, value, averageValue } = target;
  if (type === 'Value' && value !== undefined)
    return attempt(reason, context, () => {
      const usage = measure();
      const replicas = valueReplicas(basis, usage, milli(value));
      return { replicas, metric: `${describedObject.kind} metric ${metric.name}`, status: statusOf({ value: decimal(usage) }) };
    });
  if (type === 'AverageValue' && averageValue !== undefined) {
    const propose = () => {
      const { replicas, average } = perPodReplicas(basis.statusReplicas, basis.tolerances, measure(), milli(averageValue));
      return { replicas, metric: externalName(metric), status: statusOf({ averageValue: decimal(average) }) };
    };
    return attempt(reason, context, propose, `failed to get ${metric.name} object metric`);
  }
  return attempt(reason, context, () => {
    throw new MetricsError('invalid object metric source: neither a value target nor an average value target was set');
  });
}

function externalProposal(basis: Basis, { metric, target }: NonNullable<MetricSpec['external']>): Proposal | MetricFailure {
  const [reason, context] = ['FailedGetExternalMetric', `failed to get ${metric.name} external metric value`];
  const measure = () =>
    trying(`unable to get external metric ${basis.namespace}/${metric.name}/${selectorText(metric.selector)}`, () =>
      basis.source.external(metric, basis.namespace).reduce((sum, value) => sum + value, 0),
    );
  const statusOf = (current: MetricValueStatus) => ({ type: 'External', external: { metric, current } });
  const { value, averageValue } = target;
  if (averageValue !== undefined) {
    const propose = () => {
      const { replicas, average } = perPodReplicas(basis.statusReplicas, basis.tolerances, measure(), milli(averageValue));
      return { replicas, metric: externalName(metric), status: statusOf({ averageValue: decimal(average) }) };
    };
    return attempt(reason, context, propose, `failed to get ${metric.name} external metric`);
  }
  if (value !== undefined) {
    const propose = () => {
      const usage = measure();
      const replicas = valueReplicas(basis, usage, milli(value));
      return { replicas, metric: externalName(metric), status: statusOf({ value: decimal(usage) }) };
    };
    return attempt(reason, context, propose, `failed to get external metric ${metric.name}`);
  }
  return attempt(reason, context, () => {
    throw new MetricsError('invalid external metric source: neither a value target nor an average value target was set');
  });
}

const externalName = ({ name, selector }: { name: string; selector?: Parameters<typeof selectorText>[0] }): string =>
  `external metric ${name}(${selectorText(selector)})`;
