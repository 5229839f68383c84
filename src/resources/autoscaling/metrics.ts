/** What a HorizontalPodAutoscaler scales by. Facts: OpenAPI of Kubernetes 1.36. */
import { field, int32, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';

export const CrossVersionObjectReferenceSchema = object('io.k8s.api.autoscaling.v2.CrossVersionObjectReference', {
  apiVersion: string,
  kind: required(string),
  name: required(string),
});
export type CrossVersionObjectReference = TypeOf<typeof CrossVersionObjectReferenceSchema>;

export const MetricIdentifierSchema = object('io.k8s.api.autoscaling.v2.MetricIdentifier', {
  name: required(string),
  selector: field(LabelSelectorSchema, { doc: 'Which series of the metric, for metrics that have many.' }),
});
export type MetricIdentifier = TypeOf<typeof MetricIdentifierSchema>;

export const MetricTargetSchema = object('io.k8s.api.autoscaling.v2.MetricTarget', {
  averageUtilization: field(int32, { doc: 'What share of their requests the pods should use on average, in percent.' }),
  averageValue: field(quantity, { doc: 'The value for each pod on average.' }),
  type: required(string, { doc: 'Which of the others is meant: Utilization, AverageValue or Value.' }),
  value: field(quantity, { doc: 'The value as a whole.' }),
});
export type MetricTarget = TypeOf<typeof MetricTargetSchema>;

export const MetricValueStatusSchema = object('io.k8s.api.autoscaling.v2.MetricValueStatus', {
  averageUtilization: int32,
  averageValue: quantity,
  value: quantity,
});
export type MetricValueStatus = TypeOf<typeof MetricValueStatusSchema>;

export const ContainerResourceMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ContainerResourceMetricSource', {
  container: required(string),
  name: required(string),
  target: required(MetricTargetSchema),
});
export type ContainerResourceMetricSource = TypeOf<typeof ContainerResourceMetricSourceSchema>;

export const ExternalMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ExternalMetricSource', {
  metric: required(MetricIdentifierSchema),
  target: required(MetricTargetSchema),
});
export type ExternalMetricSource = TypeOf<typeof ExternalMetricSourceSchema>;

export const ObjectMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ObjectMetricSource', {
  describedObject: required(CrossVersionObjectReferenceSchema),
  metric: required(MetricIdentifierSchema),
  target: required(MetricTargetSchema),
});
export type ObjectMetricSource = TypeOf<typeof ObjectMetricSourceSchema>;

export const PodsMetricSourceSchema = object('io.k8s.api.autoscaling.v2.PodsMetricSource', {
  metric: required(MetricIdentifierSchema),
  target: required(MetricTargetSchema),
});
export type PodsMetricSource = TypeOf<typeof PodsMetricSourceSchema>;

export const ResourceMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ResourceMetricSource', {
  name: required(string),
  target: required(MetricTargetSchema),
});
export type ResourceMetricSource = TypeOf<typeof ResourceMetricSourceSchema>;

export const MetricSpecSchema = object('io.k8s.api.autoscaling.v2.MetricSpec', {
  containerResource: field(ContainerResourceMetricSourceSchema, { doc: 'A resource that one container of each pod uses.' }),
  external: field(ExternalMetricSourceSchema, { doc: 'Something outside of the cluster, as the length of a queue.' }),
  object: field(ObjectMetricSourceSchema, { doc: 'A metric of one object.' }),
  pods: field(PodsMetricSourceSchema, { doc: 'A metric of each pod.' }),
  resource: field(ResourceMetricSourceSchema, { doc: 'A resource that the pods use, as cpu.' }),
  type: required(string, { doc: 'Which of the others is meant: Resource, ContainerResource, Pods, Object or External.' }),
});
export type MetricSpec = TypeOf<typeof MetricSpecSchema>;

export const ContainerResourceMetricStatusSchema = object('io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus', {
  container: required(string),
  current: required(MetricValueStatusSchema),
  name: required(string),
});

export const ExternalMetricStatusSchema = object('io.k8s.api.autoscaling.v2.ExternalMetricStatus', {
  current: required(MetricValueStatusSchema),
  metric: required(MetricIdentifierSchema),
});

export const ObjectMetricStatusSchema = object('io.k8s.api.autoscaling.v2.ObjectMetricStatus', {
  current: required(MetricValueStatusSchema),
  describedObject: required(CrossVersionObjectReferenceSchema),
  metric: required(MetricIdentifierSchema),
});

export const PodsMetricStatusSchema = object('io.k8s.api.autoscaling.v2.PodsMetricStatus', {
  current: required(MetricValueStatusSchema),
  metric: required(MetricIdentifierSchema),
});

export const ResourceMetricStatusSchema = object('io.k8s.api.autoscaling.v2.ResourceMetricStatus', {
  current: required(MetricValueStatusSchema),
  name: required(string),
});

export const MetricStatusSchema = object('io.k8s.api.autoscaling.v2.MetricStatus', {
  containerResource: ContainerResourceMetricStatusSchema,
  external: ExternalMetricStatusSchema,
  object: ObjectMetricStatusSchema,
  pods: PodsMetricStatusSchema,
  resource: ResourceMetricStatusSchema,
  type: required(string),
});
export type MetricStatus = TypeOf<typeof MetricStatusSchema>;
