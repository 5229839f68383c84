import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  field,
  int32,
  int64,
  list,
  listOf,
  object,
  quantity,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { horizontalPodAutoscalerColumns } from './horizontalpodautoscaler-columns.ts';
import { defaultHorizontalPodAutoscaler } from './horizontalpodautoscaler-defaults.ts';
import { validateAutoscalerSpec, validateAutoscalerStatus } from './horizontalpodautoscaler-validation.ts';
import { CrossVersionObjectReferenceSchema, MetricSpecSchema, MetricStatusSchema } from './metrics.ts';

export const HPAScalingPolicySchema = object('io.k8s.api.autoscaling.v2.HPAScalingPolicy', {
  periodSeconds: required(int32, { doc: 'How many seconds the bound is about, 1800 at most.' }),
  type: required(string, { doc: 'Pods or Percent.' }),
  value: required(int32, { doc: 'How much may change in that time.' }),
});
export type HPAScalingPolicy = TypeOf<typeof HPAScalingPolicySchema>;

export const HPAScalingRulesSchema = object('io.k8s.api.autoscaling.v2.HPAScalingRules', {
  policies: field(list(HPAScalingPolicySchema), { doc: 'Bounds on the change.' }),
  selectPolicy: field(string, { doc: 'Which bound counts: Max (the default), Min, or Disabled for no change at all.' }),
  stabilizationWindowSeconds: field(int32, {
    doc: 'How many seconds back recommendations are looked at, so that the size does not flap. 300 for down, 0 for up if left out.',
  }),
  tolerance: field(quantity, { doc: 'How far the metrics may be off before anything is done, as 0.05. 0.1 if left out.' }),
});
export type HPAScalingRules = TypeOf<typeof HPAScalingRulesSchema>;

export const HorizontalPodAutoscalerBehaviorSchema = object('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior', {
  scaleDown: field(HPAScalingRulesSchema, { doc: 'How fast pods may go. Down to minReplicas, after 300 seconds, if left out.' }),
  scaleUp: field(HPAScalingRulesSchema, {
    doc: 'How fast pods may come. By 4 pods or 100 % in 15 seconds, whichever is more, if left out.',
  }),
});
export type HorizontalPodAutoscalerBehavior = TypeOf<typeof HorizontalPodAutoscalerBehaviorSchema>;

export const HorizontalPodAutoscalerSpecSchema = object('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec', {
  behavior: field(HorizontalPodAutoscalerBehaviorSchema, { doc: 'How fast the size may change, up and down.' }),
  maxReplicas: required(int32, { doc: 'The most pods there may be.' }),
  metrics: field(list(MetricSpecSchema), {
    doc: 'What is aimed at; the metric that asks for most pods counts. 80 % of the requested cpu if left out.',
  }),
  minReplicas: field(int32, { doc: 'The fewest pods there may be. 1 if left out.' }),
  scaleTargetRef: required(CrossVersionObjectReferenceSchema, {
    doc: 'The object with the pods, which has a scale subresource.',
  }),
});
export type HorizontalPodAutoscalerSpec = TypeOf<typeof HorizontalPodAutoscalerSpecSchema>;

export const HorizontalPodAutoscalerConditionSchema = object('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'ScalingActive, AbleToScale or ScalingLimited.' }),
});

export const HorizontalPodAutoscalerStatusSchema = object('io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus', {
  conditions: field(
    listOf(HorizontalPodAutoscalerConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
    { doc: 'Whether the autoscaler can do its work: ScalingActive, AbleToScale and ScalingLimited.' },
  ),
  currentMetrics: field(list(MetricStatusSchema), { doc: 'The metrics as they were last read.' }),
  currentReplicas: field(int32, { doc: 'How many pods there were then.' }),
  desiredReplicas: required(int32, { doc: 'How many there should be.' }),
  lastScaleTime: field(time, { doc: 'When the size was changed last.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
});
export type HorizontalPodAutoscalerStatus = TypeOf<typeof HorizontalPodAutoscalerStatusSchema>;

const HorizontalPodAutoscalerSchema = kindSchema('io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler', {
  spec: required(HorizontalPodAutoscalerSpecSchema),
  status: HorizontalPodAutoscalerStatusSchema,
});
export type HorizontalPodAutoscaler = TypeOf<typeof HorizontalPodAutoscalerSchema>;

export const horizontalPodAutoscalers = defineResource<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  generation: false,
  description: 'Changes the number of pods of a workload so that metrics stay near their targets.',
  schema: HorizontalPodAutoscalerSchema,
  strategy: {
    defaults: defaultHorizontalPodAutoscaler,
    validateCreate: ({ spec }) => validateAutoscalerSpec(spec, undefined),
    validateUpdate: ({ spec }, old) => validateAutoscalerSpec(spec, old.spec),
    validateStatusUpdate: validateAutoscalerStatus,
  },
  columns: horizontalPodAutoscalerColumns,
});
