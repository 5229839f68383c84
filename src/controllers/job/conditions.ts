import { rfc3339 } from '../../lib/clock.ts';
import type { JobConditionType } from '../../resources/batch/job-conditions.ts';
import type { JobCondition } from '../../resources/batch/job.ts';

export const jobCondition = (
  type: JobConditionType,
  status: 'True' | 'False',
  reason: string,
  message: string,
  now: Date,
): JobCondition => {
  const time = rfc3339(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
};

/** The conditions with this one in place of the one of its type, or at the end. What was never true is not said to be false. */
export function withJobCondition(conditions: readonly JobCondition[] = [], condition: JobCondition): JobCondition[] {
  const current = conditions.find(({ type }) => type === condition.type);
  if (!current) return condition.status === 'False' ? [...conditions] : [...conditions, condition];
  const isSame =
    current.status === condition.status && current.reason === condition.reason && current.message === condition.message;
  return isSame ? [...conditions] : conditions.map((other) => (other === current ? condition : other));
}
