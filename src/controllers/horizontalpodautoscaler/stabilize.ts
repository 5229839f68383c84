import { recentRecommendations, type History, type Windows } from './history.ts';

/** For how long a target is not made smaller than it was recommended to be, unless its rules say otherwise, in seconds. */
export const downscaleWindowSeconds = 300;

export const defaultWindows: Windows = { up: 0, down: downscaleWindowSeconds };

/**
 * The recommendation nearest to the current size among the recent ones: never lower than the highest of the window for
 * scaling down, never higher than the lowest of the one for scaling up.
 */
export function stabilized(current: number, desired: number, history: History, nowSeconds: number, windows: Windows): number {
  const lowest = Math.min(desired, ...recentRecommendations(history, nowSeconds, windows.up));
  const highest = Math.max(desired, ...recentRecommendations(history, nowSeconds, windows.down));
  return Math.min(Math.max(current, lowest), highest);
}

/** Without rules only scaling down is held back. */
export const stabilizedByDefault = (desired: number, history: History, nowSeconds: number): number =>
  Math.max(desired, ...recentRecommendations(history, nowSeconds, downscaleWindowSeconds));

/** Why the stabilized recommendation is not the newest. */
export const stabilizedUp = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};
export const stabilizedDown = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
export const readyForNewScale = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
