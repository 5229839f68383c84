/** HorizontalPodAutoscalers as autoscaling/v1 has them (upstream's autoscaling/v1 conversion). */
import { MalformedValue } from '../../machinery/decode/scalars.ts';
import { TypeMismatch, walkObject } from '../../machinery/decode/walk.ts';
import { kindSchema } from '../../machinery/meta.ts';
import {
  field,
  int32,
  int64,
  list,
  object,
  required,
  string,
  time,
  type ObjectSchema,
  type TypeOf,
} from '../../machinery/schema.ts';
import { defineVersion } from '../../machinery/versions.ts';
import { cpuUtilization } from './horizontalpodautoscaler-defaults.ts';
import {
  HorizontalPodAutoscalerBehaviorSchema,
  HorizontalPodAutoscalerConditionSchema,
  horizontalPodAutoscalers,
  type HorizontalPodAutoscaler as Stored,
} from './horizontalpodautoscaler.ts';
import {
  compact,
  MetricSpecV1Schema,
  MetricStatusV1Schema,
  specFromV1,
  specToV1,
  statusFromV1,
  statusToV1,
} from './metrics-v1.ts';
import type { MetricSpec } from './metrics.ts';

export const CrossVersionObjectReferenceSchema = object(
  'io.k8s.api.autoscaling.v1.CrossVersionObjectReference',
  {
    apiVersion: field(string, { doc: 'The group and version of the object.' }),
    kind: required(string, { doc: 'The kind of the object.' }),
    name: required(string, { doc: 'The name of the object.' }),
  },
  { atomic: true },
);

export const HorizontalPodAutoscalerSpecSchema = object('io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec', {
  maxReplicas: required(int32, { doc: 'The most pods there may be.' }),
  minReplicas: field(int32, { doc: 'The fewest pods there may be. 1 if left out.' }),
  scaleTargetRef: required(CrossVersionObjectReferenceSchema, {
    doc: 'The object with the pods, which has a scale subresource.',
  }),
  targetCPUUtilizationPercentage: field(int32, { doc: 'What share of the requested CPU the pods should use on average.' }),
});

export const HorizontalPodAutoscalerStatusSchema = object('io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus', {
  currentCPUUtilizationPercentage: field(int32, { doc: 'What share of the requested CPU the pods use.' }),
  currentReplicas: required(int32, { doc: 'How many pods there were when last looked at.' }),
  desiredReplicas: required(int32, { doc: 'How many there should be.' }),
  lastScaleTime: field(time, { doc: 'When the size was changed last.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
});

const HorizontalPodAutoscalerSchema = kindSchema('io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler', {
  spec: required(HorizontalPodAutoscalerSpecSchema),
  status: HorizontalPodAutoscalerStatusSchema,
});
export type HorizontalPodAutoscaler = TypeOf<typeof HorizontalPodAutoscalerSchema>;

export const horizontalPodAutoscalersV1 = defineVersion<Stored, HorizontalPodAutoscaler>(horizontalPodAutoscalers, {
  version: 'v1',
  schema: HorizontalPodAutoscalerSchema,
  toStored,
  fromStored,
});

/** What v1 has no fields for. */
const annotation = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
  scaleDownTolerance: 'autoscaling.alpha.kubernetes.io/scale-down-tolerance',
  scaleUpTolerance: 'autoscaling.alpha.kubernetes.io/scale-up-tolerance',
} as const;
const ownAnnotations: ReadonlySet<string> = new Set(Object.values(annotation));

type Annotations = Record<string, string> | undefined;

const withoutOwn = (annotations: Annotations): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => !ownAnnotations.has(name)));

/** A metric that v1 has a field for. */
const isCpuUtilization = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;

function fromStored({ metadata, spec, status, ...rest }: Stored): object {
  const { metrics = [], behavior, ...wanted } = spec;
  const { currentMetrics = [], conditions = [], ...state } = status ?? {};
  const others = metrics.filter((metric) => !isCpuUtilization(metric));
  const cpu = currentMetrics.findLast(
    ({ type, resource }) => type === 'Resource' && resource?.name === 'cpu' && resource.current?.averageUtilization !== undefined,
  );
  const annotations = withoutOwn(metadata.annotations);
  if (others.length > 0) annotations[annotation.metrics] = JSON.stringify(others.map(specToV1));
  if (currentMetrics.length > 0) annotations[annotation.currentMetrics] = JSON.stringify(currentMetrics.map(statusToV1));
  if (behavior) annotations[annotation.behavior] = JSON.stringify(withKeys(behavior, upperFirst));
  if (conditions.length > 0) annotations[annotation.conditions] = JSON.stringify(conditions);
  return {
    ...rest,
    metadata: { ...withoutAnnotations(metadata), ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: compact({
      ...wanted,
      targetCPUUtilizationPercentage: metrics.find(isCpuUtilization)?.resource!.target.averageUtilization,
    }),
    ...(status && {
      status: compact({
        ...state,
        currentReplicas: status.currentReplicas ?? 0,
        desiredReplicas: status.desiredReplicas ?? 0,
        currentCPUUtilizationPercentage: cpu?.resource!.current.averageUtilization,
      }),
    }),
  };
}

/** The object may be a part of one, and hold nulls. */
function toStored({ metadata, spec, status, ...rest }: Partial<HorizontalPodAutoscaler>): object {
  const annotations = metadata?.annotations;
  return {
    ...rest,
    ...(metadata && { metadata: keepOthers(metadata) }),
    ...(spec && { spec: specToStored(spec, annotations) }),
    ...(status && { status: statusToStored(status, annotations) }),
  };
}

function keepOthers(metadata: Stored['metadata']): object {
  if (!metadata.annotations) return metadata;
  const annotations = withoutOwn(metadata.annotations);
  const emptied = Object.keys(annotations).length === 0 && Object.keys(metadata.annotations).length > 0;
  return { ...withoutAnnotations(metadata), ...(!emptied && { annotations }) };
}

function specToStored({ targetCPUUtilizationPercentage, ...spec }: HorizontalPodAutoscaler['spec'], annotations: Annotations) {
  const others = listIn(metricSpecs, annotations?.[annotation.metrics]).map(specFromV1);
  const metrics =
    typeof targetCPUUtilizationPercentage === 'number' ? [...others, cpuUtilization(targetCPUUtilizationPercentage)] : others;
  const behavior = valueIn(
    HorizontalPodAutoscalerBehaviorSchema,
    withKeys(parsed(annotations?.[annotation.behavior]), lowerFirst),
  );
  return {
    ...spec,
    ...(metrics.length > 0 && { metrics }),
    ...(behavior && Object.keys(behavior).length > 0 && { behavior }),
  };
}

function statusToStored(
  { currentCPUUtilizationPercentage: percent, ...status }: NonNullable<HorizontalPodAutoscaler['status']>,
  annotations: Annotations,
) {
  // They say more than the one number.
  const known = listIn(metricStatuses, annotations?.[annotation.currentMetrics]).map(statusFromV1);
  const cpu = { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percent } } };
  const currentMetrics = known.length === 0 && typeof percent === 'number' ? [cpu] : known;
  const conditions = listIn(conditionList, annotations?.[annotation.conditions]);
  return {
    ...status,
    ...(currentMetrics.length > 0 && { currentMetrics }),
    ...(conditions.length > 0 && { conditions }),
  };
}

function withoutAnnotations<T extends { annotations?: unknown }>(metadata: T): Omit<T, 'annotations'> {
  const { annotations: _, ...rest } = metadata;
  return rest;
}

/** What clients wrote into an annotation may be anything; what does not fit says nothing. */
function parsed(text: string | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function valueIn<T>(schema: ObjectSchema<T>, value: unknown): T | undefined {
  if (value === undefined) return undefined;
  try {
    return walkObject(schema, value).value as T;
  } catch (error) {
    if (error instanceof TypeMismatch || error instanceof MalformedValue) return undefined;
    throw error;
  }
}

const listsOf = <T>(schema: ObjectSchema<T>) => object('', { items: list(schema) });
const metricSpecs = listsOf(MetricSpecV1Schema);
const metricStatuses = listsOf(MetricStatusV1Schema);
const conditionList = listsOf(HorizontalPodAutoscalerConditionSchema);

const listIn = <T>(schema: ObjectSchema<{ items?: T[] }>, text: string | undefined): T[] =>
  valueIn(schema, { items: parsed(text) })?.items ?? [];

const upperFirst = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** How deep a behavior is: rules, policies, policy. */
const behaviorDepth = 4;

/** Upstream writes its own form of the behavior down, whose names begin with capitals. */
function withKeys(value: unknown, rename: (name: string) => string, depth = behaviorDepth): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((each) => withKeys(each, rename, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [rename(key), withKeys(each, rename, depth - 1)]));
}
