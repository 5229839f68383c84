/** `validateHorizontalPodAutoscalerSpec` and `ValidateHorizontalPodAutoscalerStatusUpdate` upstream. */
import { parseQuantity, signOfQuantity } from '../../machinery/quantity.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateNotNegative } from '../shared/format-rules.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
} from './horizontalpodautoscaler.ts';
import { validateMetrics } from './metrics-validation.ts';
import type { CrossVersionObjectReference } from './metrics.ts';
import { validateReference, type GroupRule } from './reference-validation.ts';

/** Everything wrong with a spec. What was accepted before is not refused for what it says still (`old`). */
export function validateAutoscalerSpec(
  spec: HorizontalPodAutoscalerSpec,
  old: HorizontalPodAutoscalerSpec | undefined,
): FieldError[] {
  const { minReplicas = 1, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  const errors: FieldError[] = [];
  const min = old?.minReplicas === 0 ? 0 : 1;
  if (minReplicas < min) errors.push(fieldInvalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${min}`));
  const at = 'spec.maxReplicas';
  if (maxReplicas === 0) errors.push(fieldRequired(at, 'must be set and greater than 0'));
  else if (maxReplicas < 0) errors.push(fieldInvalid(at, maxReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < minReplicas) errors.push(fieldInvalid(at, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  errors.push(
    ...validateReference(scaleTargetRef, targetGroup(scaleTargetRef, old?.scaleTargetRef), 'spec.scaleTargetRef'),
    ...validateMetrics(metrics, old?.metrics ?? [], minReplicas, 'spec.metrics'),
  );
  for (const direction of ['scaleUp', 'scaleDown'] as const)
    errors.push(...validateRules(behavior?.[direction], `spec.behavior.${direction}`));
  return errors;
}

function targetGroup(target: CrossVersionObjectReference, old: CrossVersionObjectReference | undefined): GroupRule {
  if (old && old.apiVersion === target.apiVersion && old.kind === target.kind) return 'unchecked';
  return target.kind === 'ReplicationController' ? 'optional' : 'required';
}

const windowSecondsMax = 3600;
const periodSecondsMax = 1800;
const selectPolicies = ['Disabled', 'Max', 'Min'];
const policyTypes = ['Percent', 'Pods'];

function validateRules(rules: HPAScalingRules | undefined, path: string): FieldError[] {
  if (!rules) return [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const at = `${path}.stabilizationWindowSeconds`;
  if (window < 0) errors.push(fieldInvalid(at, window, 'must be greater than or equal to zero'));
  if (window > windowSecondsMax) errors.push(fieldInvalid(at, window, `must be less than or equal to ${windowSecondsMax}`));
  if (selectPolicy !== undefined && !selectPolicies.includes(selectPolicy))
    errors.push(fieldNotSupported(`${path}.selectPolicy`, selectPolicy, selectPolicies));
  if (policies.length === 0) errors.push(fieldRequired(`${path}.policies`, 'must specify at least one Policy'));
  errors.push(...policies.flatMap((policy, i) => validatePolicy(policy, `${path}.policies[${i}]`)));
  if (tolerance !== undefined && signOfQuantity(parseQuantity(tolerance)) < 0)
    errors.push(fieldInvalid(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  return errors;
}

function validatePolicy({ type = '', value = 0, periodSeconds = 0 }: HPAScalingPolicy, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!policyTypes.includes(type)) errors.push(fieldNotSupported(`${path}.type`, type, policyTypes));
  if (value <= 0) errors.push(fieldInvalid(`${path}.value`, value, 'must be greater than zero'));
  const at = `${path}.periodSeconds`;
  if (periodSeconds <= 0) errors.push(fieldInvalid(at, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > periodSecondsMax)
    errors.push(fieldInvalid(at, periodSeconds, `must be less than or equal to ${periodSecondsMax}`));
  return errors;
}

export const validateAutoscalerStatus = ({ status }: HorizontalPodAutoscaler): FieldError[] => [
  ...validateNotNegative(status?.currentReplicas, 'status.currentReplicas'),
  ...validateNotNegative(status?.desiredReplicas, 'status.desiredReplicas'),
];
