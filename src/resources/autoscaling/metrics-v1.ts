/**
 * Metrics as autoscaling/v1 writes them down. It has a field for the share of CPU only; upstream keeps all others in
 * annotations, in the form of an older version, which clients of v1 have come to know.
 */
import { field, int32, object, quantity, string, type TypeOf } from '../../machinery/schema.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from './metrics.ts';

const name = (type: string) => `io.k8s.api.autoscaling.v1.${type}`;

/** Nobody checks annotations, so no field is sure to be there. */
const ReferenceSchema = object(name('CrossVersionObjectReference'), {
  apiVersion: field(string, { doc: 'The group and version of the object.' }),
  kind: field(string, { doc: 'The kind of the object.' }),
  name: field(string, { doc: 'The name of the object.' }),
});

const usage = { name: string, targetAverageUtilization: int32, targetAverageValue: quantity };
const currentUsage = { name: string, currentAverageUtilization: int32, currentAverageValue: quantity };
const external = { metricName: string, metricSelector: LabelSelectorSchema };
const ofObject = { target: ReferenceSchema, metricName: string, selector: LabelSelectorSchema, averageValue: quantity };
const ofPods = { metricName: string, selector: LabelSelectorSchema };

export const MetricSpecV1Schema = object(name('MetricSpec'), {
  type: string,
  containerResource: object(name('ContainerResourceMetricSource'), { ...usage, container: string }),
  external: object(name('ExternalMetricSource'), { ...external, targetValue: quantity, targetAverageValue: quantity }),
  object: object(name('ObjectMetricSource'), { ...ofObject, targetValue: quantity }),
  pods: object(name('PodsMetricSource'), { ...ofPods, targetAverageValue: quantity }),
  resource: object(name('ResourceMetricSource'), usage),
});
type MetricSpecV1 = TypeOf<typeof MetricSpecV1Schema>;

export const MetricStatusV1Schema = object(name('MetricStatus'), {
  type: string,
  containerResource: object(name('ContainerResourceMetricStatus'), { ...currentUsage, container: string }),
  external: object(name('ExternalMetricStatus'), { ...external, currentValue: quantity, currentAverageValue: quantity }),
  object: object(name('ObjectMetricStatus'), { ...ofObject, currentValue: quantity }),
  pods: object(name('PodsMetricStatus'), { ...ofPods, currentAverageValue: quantity }),
  resource: object(name('ResourceMetricStatus'), currentUsage),
});
type MetricStatusV1 = TypeOf<typeof MetricStatusV1Schema>;

/** What stands in fields that cannot be left out. */
const zero = '0';

export function specToV1({ type, containerResource, external, object, pods, resource }: MetricSpec): MetricSpecV1 {
  return compact({
    type,
    containerResource: containerResource && { ...usageToV1(containerResource), container: containerResource.container },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? zero,
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? zero,
      selector: pods.metric.selector,
    },
    resource: resource && usageToV1(resource),
  });
}

const usageToV1 = ({ name, target }: { name: string; target: MetricTarget }) => ({
  name,
  targetAverageUtilization: target.averageUtilization,
  targetAverageValue: target.averageValue,
});

/** The type of a target follows from what is said. */
export function specFromV1({ type = '', containerResource, external, object, pods, resource }: MetricSpecV1): MetricSpec {
  return compact({
    type,
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      container: containerResource.container ?? '',
      target: usageFromV1(containerResource),
    },
    external: external && {
      metric: { name: external.metricName ?? '', selector: external.metricSelector },
      target: {
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      },
    },
    object: object && {
      describedObject: referenceFrom(object.target),
      metric: { name: object.metricName ?? '', selector: object.selector },
      target:
        object.averageValue === undefined
          ? { type: 'Value', value: object.targetValue ?? zero }
          : { type: 'AverageValue', value: withoutZero(object.targetValue), averageValue: object.averageValue },
    },
    pods: pods && {
      metric: { name: pods.metricName ?? '', selector: pods.selector },
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue ?? zero },
    },
    resource: resource && { name: resource.name ?? '', target: usageFromV1(resource) },
  });
}

/** Beside an average, a zero is what stands for nothing. */
const withoutZero = (value: string | undefined) => (value === zero ? undefined : value);

const referenceFrom = ({ apiVersion, kind = '', name = '' }: TypeOf<typeof ReferenceSchema> = {}) => ({ apiVersion, kind, name });

function usageFromV1({ targetAverageUtilization, targetAverageValue }: NonNullable<MetricSpecV1['resource']>): MetricTarget {
  return {
    type: targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
    averageUtilization: targetAverageUtilization,
    averageValue: targetAverageValue,
  };
}

/** A status is not checked when it is written, so parts of it may be missing. */
type Unchecked<T> = { [K in keyof T]?: Partial<NonNullable<T[K]>> };

export function statusToV1({ type, ...sources }: MetricStatus): MetricStatusV1 {
  const { containerResource, external, object, pods, resource } = sources as Unchecked<typeof sources>;
  return compact({
    type,
    containerResource: containerResource && { ...usageNow(containerResource), container: containerResource.container },
    external: external && {
      metricName: external.metric?.name,
      metricSelector: external.metric?.selector,
      currentValue: external.current?.value ?? zero,
      currentAverageValue: external.current?.averageValue,
    },
    object: object && {
      target: object.describedObject,
      metricName: object.metric?.name,
      currentValue: object.current?.value ?? zero,
      selector: object.metric?.selector,
      averageValue: object.current?.averageValue,
    },
    pods: pods && {
      metricName: pods.metric?.name,
      currentAverageValue: pods.current?.averageValue ?? zero,
      selector: pods.metric?.selector,
    },
    resource: resource && usageNow(resource),
  });
}

const usageNow = ({ name, current }: { name?: string; current?: MetricValueStatus }) => ({
  name,
  currentAverageUtilization: current?.averageUtilization,
  currentAverageValue: current?.averageValue ?? zero,
});

export function statusFromV1({ type = '', containerResource, external, object, pods, resource }: MetricStatusV1): MetricStatus {
  const usage = ({ currentAverageUtilization, currentAverageValue }: NonNullable<MetricStatusV1['resource']>) => ({
    averageUtilization: currentAverageUtilization,
    averageValue: currentAverageValue ?? zero,
  });
  return compact({
    type,
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      container: containerResource.container ?? '',
      current: usage(containerResource),
    },
    external: external && {
      metric: { name: external.metricName ?? '', selector: external.metricSelector },
      current: { value: external.currentValue ?? zero, averageValue: external.currentAverageValue },
    },
    object: object && {
      describedObject: referenceFrom(object.target),
      metric: { name: object.metricName ?? '', selector: object.selector },
      current: { value: object.currentValue ?? zero, averageValue: object.averageValue },
    },
    pods: pods && {
      metric: { name: pods.metricName ?? '', selector: pods.selector },
      current: { averageValue: pods.currentAverageValue ?? zero },
    },
    resource: resource && { name: resource.name ?? '', current: usage(resource) },
  });
}

/** Without what is undefined, at any depth. */
export function compact<T>(value: T): T {
  if (Array.isArray(value)) return value.map(compact) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, compact(each)]])),
  ) as T;
}
