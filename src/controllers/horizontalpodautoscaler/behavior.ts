import { parseQuantity } from '../../machinery/quantity.ts';
import type { HorizontalPodAutoscalerSpec, HPAScalingRules } from '../../resources/autoscaling/horizontalpodautoscaler.ts';
import type { Windows } from './history.ts';
import type { Behavior } from './limits.ts';
import type { Tolerances } from './replicas.ts';
import { defaultWindows } from './stabilize.ts';

/** How far usage may be off its target (`--horizontal-pod-autoscaler-tolerance`). */
const defaultTolerance = 0.1;

const toleranceOf = (rules: HPAScalingRules | undefined): number =>
  rules?.tolerance === undefined ? defaultTolerance : Number(parseQuantity(rules.tolerance).nano) / 1e9;

export const tolerancesOf = (behavior: HorizontalPodAutoscalerSpec['behavior']): Tolerances => ({
  scaleUp: toleranceOf(behavior?.scaleUp),
  scaleDown: toleranceOf(behavior?.scaleDown),
});

/** The rules of an autoscaler that has any; the API has filled in what it left out. */
export const behaviorOf = (behavior: HorizontalPodAutoscalerSpec['behavior']): Behavior | undefined =>
  behavior && { scaleUp: behavior.scaleUp ?? {}, scaleDown: behavior.scaleDown ?? {} };

export const windowsOf = ({ scaleUp, scaleDown }: Behavior): Windows => ({
  up: scaleUp.stabilizationWindowSeconds ?? defaultWindows.up,
  down: scaleDown.stabilizationWindowSeconds ?? defaultWindows.down,
});
