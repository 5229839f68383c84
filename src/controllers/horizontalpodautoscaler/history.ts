import type { HorizontalPodAutoscaler } from '../../resources/autoscaling/horizontalpodautoscaler.ts';

/**
 * What stabilization and bounds on the pace need to know of the past. Upstream keeps it in memory; here it is an annotation,
 * which is written when a recommendation changes or something was scaled, not every time one is made.
 */
export interface History {
  /** The recommendation that holds since the last one in `recommendations`; undefined if there was none yet. */
  current?: number;
  /** Those before, and until when (seconds since the epoch) each was the newest; oldest first. */
  recommendations: readonly (readonly [replicas: number, until: number])[];
  /** By how many replicas the target was changed, and when (seconds since the epoch); oldest first. */
  changes: readonly (readonly [by: number, at: number])[];
}

/** For how long recommendations count, in seconds. */
export interface Windows {
  up: number;
  down: number;
}

export const historyAnnotation = 'hibernetes.dev/autoscaling-history';

const none: History = { recommendations: [], changes: [] };

/** Windows are an hour at the most, and looks 15 s apart: more is not ours. */
const entriesMax = 240;

/** The history of an autoscaler; an empty one where the annotation is missing, or is not what was written here. */
export function historyOf({ metadata }: HorizontalPodAutoscaler): History {
  try {
    const { current, recommendations, changes } = JSON.parse(
      metadata.annotations?.[historyAnnotation] ?? '{}',
    ) as Partial<History>;
    const isKnown = (current === undefined || Number.isInteger(current)) && isPairs(recommendations) && isPairs(changes);
    return isKnown ? { ...(current !== undefined && { current }), recommendations, changes } : none;
  } catch {
    return none;
  }
}

const isPairs = (value: unknown): value is [number, number][] =>
  Array.isArray(value) &&
  value.length <= entriesMax &&
  value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isInteger));

/** The history as an annotation; undefined for an empty one. */
export const historyText = ({ current, recommendations, changes }: History): string | undefined =>
  current === undefined && changes.length === 0 ? undefined : JSON.stringify({ current, recommendations, changes });

/** An empty history begins with the size that the target has, as if it had been recommended when the autoscaler was made. */
export function withFirstRecommendation(history: History, current: number, { metadata }: HorizontalPodAutoscaler): History {
  if (history.current !== undefined || history.recommendations.length > 0) return history;
  return { ...history, recommendations: [[current, Math.floor(Date.parse(metadata.creationTimestamp) / 1000)]] };
}

/**
 * The history with a recommendation made now, without those that cannot be the outcome of a window any more: the highest since
 * its time that the window for scaling down reaches, or the lowest that the one for scaling up does.
 */
export function withRecommendation(history: History, replicas: number, nowSeconds: number, windows: Windows): History {
  const { current } = history;
  const before = [...history.recommendations];
  if (current !== undefined && current !== replicas) before.push([current, nowSeconds]);
  let highest = replicas;
  let lowest = replicas;
  const kept: (readonly [number, number])[] = [];
  for (const [each, until] of before.slice(-entriesMax).reverse()) {
    const holdsDown = each > highest && until > nowSeconds - windows.down;
    const holdsUp = each < lowest && until > nowSeconds - windows.up;
    if (holdsDown || holdsUp) kept.push([each, until]);
    highest = Math.max(highest, each);
    lowest = Math.min(lowest, each);
  }
  return { ...history, current: replicas, recommendations: kept.reverse() };
}

/** The history with a change of the target made now, without what no period of `periodSeconds` reaches any more. */
export const withChange = (history: History, by: number, nowSeconds: number, periodSeconds: number): History => ({
  ...history,
  changes: [...history.changes.filter(([, at]) => at > nowSeconds - periodSeconds), [by, nowSeconds] as const].slice(-entriesMax),
});

/** The recommendations made in the last `windowSeconds`, the one that is made now aside. */
export function recentRecommendations(history: History, nowSeconds: number, windowSeconds: number): number[] {
  if (windowSeconds <= 0) return [];
  const recent = history.recommendations.filter(([, until]) => until > nowSeconds - windowSeconds).map(([replicas]) => replicas);
  return history.current === undefined ? recent : [...recent, history.current];
}

/** By how many replicas the target grew in the last `periodSeconds`; negative if it shrank. */
export const recentChange = ({ changes }: History, nowSeconds: number, periodSeconds: number): number =>
  changes.filter(([, at]) => at > nowSeconds - periodSeconds).reduce((sum, [by]) => sum + by, 0);
