/** `SetDefaults_HorizontalPodAutoscaler` upstream. */
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
} from './horizontalpodautoscaler.ts';
import type { MetricSpec } from './metrics.ts';

const utilizationPercent = 80;
const periodSeconds = 15;

export function defaultHorizontalPodAutoscaler(autoscaler: HorizontalPodAutoscaler): void {
  const spec = (autoscaler.spec ??= {} as HorizontalPodAutoscalerSpec);
  spec.maxReplicas ??= 0;
  spec.scaleTargetRef ??= { kind: '', name: '' };
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) spec.metrics = [cpuUtilization(utilizationPercent)];
  if (spec.behavior) {
    spec.behavior.scaleUp = { stabilizationWindowSeconds: 0, ...completeRules(spec.behavior.scaleUp, [pods(4), percent(100)]) };
    spec.behavior.scaleDown = completeRules(spec.behavior.scaleDown, [percent(100)]);
  }
  if (autoscaler.status) autoscaler.status.desiredReplicas ??= 0;
}

/** The average share of the requested CPU that the pods are to use. */
export const cpuUtilization = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

const pods = (value: number): HPAScalingPolicy => ({ type: 'Pods', value, periodSeconds });
const percent = (value: number): HPAScalingPolicy => ({ type: 'Percent', value, periodSeconds });

/** Policies that are there stay, also if there are none of them: validation says so. */
const completeRules = (rules: HPAScalingRules | undefined, policies: HPAScalingPolicy[]): HPAScalingRules => ({
  ...rules,
  selectPolicy: rules?.selectPolicy ?? 'Max',
  policies: rules?.policies ?? policies,
});
