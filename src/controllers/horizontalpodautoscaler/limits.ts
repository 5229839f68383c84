import type { HPAScalingRules } from '../../resources/autoscaling/horizontalpodautoscaler.ts';
import { recentChange, type History } from './history.ts';

/** A number of replicas, and why it is not the one that was wanted. */
export interface Limited {
  replicas: number;
  reason: string;
  message: string;
}

export interface Bounds {
  current: number;
  desired: number;
  min: number;
  max: number;
}

const withinRange = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const tooMany = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
const tooFew = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
const upLimit = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const downLimit = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};

/** Without rules of its own an autoscaler may double its target at a time, or make it 4. */
export function limitByDefault({ current, desired, min, max }: Bounds): Limited {
  const fastest = Math.max(2 * current, 4);
  if (desired < min) return { replicas: min, ...tooFew };
  const [allowed, why] = max > fastest ? [fastest, upLimit] : [max, tooMany];
  return desired > allowed ? { replicas: allowed, ...why } : { replicas: desired, ...withinRange };
}

/** The rules of `spec.behavior`, complete. */
export interface Behavior {
  scaleUp: HPAScalingRules;
  scaleDown: HPAScalingRules;
}

/** Keeps the change within what the rules allow for the time since the last ones. */
export function limitByBehavior(
  { current, desired, min, max }: Bounds,
  { scaleUp, scaleDown }: Behavior,
  history: History,
  nowSeconds: number,
): Limited {
  if (desired > current) {
    const fastest = Math.max(current, mostReplicas(current, scaleUp, history, nowSeconds));
    const [allowed, why] = max > fastest ? [fastest, upLimit] : [max, tooMany];
    if (desired > allowed) return { replicas: allowed, ...why };
  } else if (desired < current) {
    const fastest = Math.min(current, fewestReplicas(current, scaleDown, history, nowSeconds));
    const [allowed, why] = min < fastest ? [fastest, downLimit] : [min, tooFew];
    if (desired < allowed) return { replicas: allowed, ...why };
  }
  return { replicas: desired, ...withinRange };
}

function mostReplicas(current: number, rules: HPAScalingRules, history: History, nowSeconds: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const before = current - recentChange(history, nowSeconds, periodSeconds);
    return type === 'Pods' ? before + value : Math.ceil(before * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals);
}

function fewestReplicas(current: number, rules: HPAScalingRules, history: History, nowSeconds: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const before = current - recentChange(history, nowSeconds, periodSeconds);
    return type === 'Pods' ? before - value : Math.trunc(before * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
}

/** The longest time that one of the policies looks back, in seconds. */
export const longestPeriodSeconds = ({ scaleUp, scaleDown }: Behavior): number =>
  Math.max(0, ...[scaleUp, scaleDown].flatMap(({ policies = [] }) => policies.map(({ periodSeconds }) => periodSeconds)));
