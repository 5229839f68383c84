import type { HorizontalPodAutoscaler } from '../../resources/autoscaling/horizontalpodautoscaler.ts';
import { behaviorOf, windowsOf } from './behavior.ts';
import { withRecommendation, type History } from './history.ts';
import { limitByBehavior, limitByDefault } from './limits.ts';
import { defaultWindows, readyForNewScale, stabilized, stabilizedByDefault, stabilizedDown, stabilizedUp } from './stabilize.ts';

/** What becomes of a recommendation: the size that follows from it, and what the conditions say about that. */
export interface Normalized {
  replicas: number;
  ableToScale: { reason: string; message: string };
  isLimited: boolean;
  scalingLimited: { reason: string; message: string };
  /** The history with the recommendation in it. */
  history: History;
}

/** Holds a recommendation (`desired`) against recent ones, and keeps it within the bounds of the autoscaler. */
export function normalize(
  { spec }: HorizontalPodAutoscaler,
  current: number,
  desired: number,
  history: History,
  nowSeconds: number,
): Normalized {
  const behavior = behaviorOf(spec.behavior);
  const windows = behavior ? windowsOf(behavior) : defaultWindows;
  const stable = behavior
    ? stabilized(current, desired, history, nowSeconds, windows)
    : stabilizedByDefault(desired, history, nowSeconds);
  const why = behavior && desired >= current ? stabilizedUp : stabilizedDown;
  const bounds = { current, desired: stable, min: spec.minReplicas ?? 1, max: spec.maxReplicas };
  const { replicas, ...scalingLimited } = behavior
    ? limitByBehavior(bounds, behavior, history, nowSeconds)
    : limitByDefault(bounds);
  return {
    replicas,
    ableToScale: stable === desired ? readyForNewScale : why,
    isLimited: replicas !== stable,
    scalingLimited,
    history: withRecommendation(history, desired, nowSeconds, windows),
  };
}
