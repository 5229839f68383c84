import type { HorizontalPodAutoscalerStatus } from '../../resources/autoscaling/horizontalpodautoscaler.ts';

type Conditions = NonNullable<HorizontalPodAutoscalerStatus['conditions']>;

export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

/** The conditions of an autoscaler on their way to its next status. Each keeps its place, and its time while it does not turn. */
export class ConditionList {
  readonly #conditions: Conditions;
  readonly #time: string;

  /** `time` is a `metav1.Time`. */
  constructor(conditions: Conditions | undefined, time: string) {
    this.#conditions = [...(conditions ?? [])];
    this.#time = time;
  }

  set(type: ConditionType, isTrue: boolean, { reason, message }: { reason: string; message: string }): void {
    const status = isTrue ? 'True' : 'False';
    const at = this.#conditions.findIndex((condition) => condition.type === type);
    const old = this.#conditions[at];
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : this.#time;
    const condition = { type, status, reason, message, ...(lastTransitionTime !== undefined && { lastTransitionTime }) };
    if (old) this.#conditions[at] = condition;
    else this.#conditions.push(condition);
  }

  get all(): Conditions {
    return this.#conditions;
  }
}
