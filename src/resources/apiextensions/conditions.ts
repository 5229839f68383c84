import { rfc3339 } from '../../lib/clock.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from './customresourcedefinition.ts';

type Status = NonNullable<CustomResourceDefinition['status']>;

/** Holds a definition that is deleted until its objects are gone. */
export const finalizer = 'customresourcecleanup.apiextensions.k8s.io';

export const conditionOf = ({ status }: Pick<CustomResourceDefinition, 'status'>, type: string) =>
  status?.conditions?.find((condition) => condition.type === type);

export const isTrue = (crd: Pick<CustomResourceDefinition, 'status'>, type: string): boolean =>
  conditionOf(crd, type)?.status === 'True';

/** The status with a condition, which keeps its time while its status stays. The very status if it says so already. */
export function setCondition(
  status: Status,
  now: Date,
  wanted: Omit<CustomResourceDefinitionCondition, 'lastTransitionTime' | 'observedGeneration'>,
): Status {
  const conditions = status.conditions ?? [];
  const old = conditions.find(({ type }) => type === wanted.type);
  if (old && old.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return status;
  const next = { lastTransitionTime: old?.status === wanted.status ? old.lastTransitionTime : rfc3339(now), ...wanted };
  return {
    ...status,
    conditions: old ? conditions.map((each) => (each === old ? next : each)) : [...conditions, next],
  };
}
