/** What the conditions of all kinds have in common. */
export interface ConditionLike {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export const findCondition = <C extends ConditionLike>(conditions: readonly C[] | undefined, type: string): C | undefined =>
  conditions?.find((condition) => condition.type === type);

export const withoutCondition = <C extends ConditionLike>(conditions: readonly C[] | undefined, type: string): C[] =>
  (conditions ?? []).filter((condition) => condition.type !== type);

/**
 * The conditions with `condition` in place of the one of its type, at the end of the list. Nothing changes while status and
 * reason stay the same (so a new message alone does not write), and `lastTransitionTime` stays while the status does.
 */
export function withCondition<C extends ConditionLike>(conditions: readonly C[] | undefined, condition: C): C[] {
  const current = findCondition(conditions, condition.type);
  if (current && current.status === condition.status && current.reason === condition.reason) return [...(conditions ?? [])];
  const same = current?.status === condition.status;
  const next = same ? { ...condition, lastTransitionTime: current!.lastTransitionTime } : condition;
  return [...withoutCondition(conditions, condition.type), next];
}
