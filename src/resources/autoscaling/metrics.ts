/** What a HorizontalPodAutoscaler scales by. Facts: OpenAPI of Kubernetes 1.36. */
import { field, int32, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';

export const CrossVersionObjectReferenceSchema = object('io.k8s.api.autoscaling.v2.CrossVersionObjectReference', {
  apiVersion: field(string, { doc: 'The group and version of the object.' }),
  kind: required(string, { doc: 'The kind of the object.' }),
  name: required(string, { doc: 'The name of the object.' }),
});
export type CrossVersionObjectReference = TypeOf<typeof CrossVersionObjectReferenceSchema>;

export const MetricIdentifierSchema = object('io.k8s.api.autoscaling.v2.MetricIdentifier', {
  name: required(string, { doc: 'The name of the metric.' }),
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
  averageUtilization: field(int32, { doc: 'What share of their requests the pods use on average, in percent.' }),
  averageValue: field(quantity, { doc: 'The value for each pod on average.' }),
  value: field(quantity, { doc: 'The value as a whole.' }),
});
export type MetricValueStatus = TypeOf<typeof MetricValueStatusSchema>;

export const ContainerResourceMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ContainerResourceMetricSource', {
  container: required(string, { doc: 'The container of the pods.' }),
  name: required(string, { doc: 'The resource, as cpu.' }),
  target: required(MetricTargetSchema, { doc: 'What is aimed at.' }),
});
export type ContainerResourceMetricSource = TypeOf<typeof ContainerResourceMetricSourceSchema>;

export const ExternalMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ExternalMetricSource', {
  metric: required(MetricIdentifierSchema, { doc: 'The metric.' }),
  target: required(MetricTargetSchema, { doc: 'What is aimed at.' }),
});
export type ExternalMetricSource = TypeOf<typeof ExternalMetricSourceSchema>;

export const ObjectMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ObjectMetricSource', {
  describedObject: required(CrossVersionObjectReferenceSchema, { doc: 'The object that has the metric.' }),
  metric: required(MetricIdentifierSchema, { doc: 'The metric.' }),
  target: required(MetricTargetSchema, { doc: 'What is aimed at.' }),
});
export type ObjectMetricSource = TypeOf<typeof ObjectMetricSourceSchema>;

export const PodsMetricSourceSchema = object('io.k8s.api.autoscaling.v2.PodsMetricSource', {
  metric: required(MetricIdentifierSchema, { doc: 'The metric.' }),
  target: required(MetricTargetSchema, { doc: 'What is aimed at. Only averageValue is allowed.' }),
});
export type PodsMetricSource = TypeOf<typeof PodsMetricSourceSchema>;

export const ResourceMetricSourceSchema = object('io.k8s.api.autoscaling.v2.ResourceMetricSource', {
  name: required(string, { doc: 'The resource, as cpu.' }),
  target: required(MetricTargetSchema, { doc: 'What is aimed at.' }),
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
  container: required(string, { doc: 'The container of the pods.' }),
  current: required(MetricValueStatusSchema, { doc: 'The value now.' }),
  name: required(string, { doc: 'The resource, as cpu.' }),
});

export const ExternalMetricStatusSchema = object('io.k8s.api.autoscaling.v2.ExternalMetricStatus', {
  current: required(MetricValueStatusSchema, { doc: 'The value now.' }),
  metric: required(MetricIdentifierSchema, { doc: 'The metric.' }),
});

export const ObjectMetricStatusSchema = object('io.k8s.api.autoscaling.v2.ObjectMetricStatus', {
  current: required(MetricValueStatusSchema, { doc: 'The value now.' }),
  describedObject: required(CrossVersionObjectReferenceSchema, { doc: 'The object that has the metric.' }),
  metric: required(MetricIdentifierSchema, { doc: 'The metric.' }),
});

export const PodsMetricStatusSchema = object('io.k8s.api.autoscaling.v2.PodsMetricStatus', {
  current: required(MetricValueStatusSchema, { doc: 'The value now.' }),
  metric: required(MetricIdentifierSchema, { doc: 'The metric.' }),
});

export const ResourceMetricStatusSchema = object('io.k8s.api.autoscaling.v2.ResourceMetricStatus', {
  current: required(MetricValueStatusSchema, { doc: 'The value now.' }),
  name: required(string, { doc: 'The resource, as cpu.' }),
});

export const MetricStatusSchema = object('io.k8s.api.autoscaling.v2.MetricStatus', {
  containerResource: field(ContainerResourceMetricStatusSchema, { doc: 'A resource that one container of each pod uses.' }),
  external: field(ExternalMetricStatusSchema, { doc: 'Something outside of the cluster.' }),
  object: field(ObjectMetricStatusSchema, { doc: 'A metric of one object.' }),
  pods: field(PodsMetricStatusSchema, { doc: 'A metric of each pod.' }),
  resource: field(ResourceMetricStatusSchema, { doc: 'A resource that the pods use.' }),
  type: required(string, { doc: 'Which of the others is meant: Resource, ContainerResource, Pods, Object or External.' }),
});
export type MetricStatus = TypeOf<typeof MetricStatusSchema>;
