import type { Pod } from '../../resources/core/pod.ts';
import type { PodCondition } from '../../resources/shared/pod-status.ts';

/** The condition of a pod that somebody other than its owner ends. */
export const disruptionTarget = 'DisruptionTarget';

/** The conditions of a pod with `condition` in place of the one of its type, which speaks of the pod as it is now. */
export function withPodCondition(pod: Pod, condition: PodCondition): PodCondition[] {
  const conditions = pod.status?.conditions ?? [];
  const { generation } = pod.metadata;
  const next = { ...condition, ...(generation !== undefined && { observedGeneration: generation }) };
  return conditions.some(({ type }) => type === condition.type)
    ? conditions.map((other) => (other.type === condition.type ? next : other))
    : [...conditions, next];
}
