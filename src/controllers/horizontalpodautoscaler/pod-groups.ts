import type { Pod } from '../../resources/core/pod.ts';
import { readyCondition } from '../support/pods.ts';
import type { PodMetrics } from './metrics-source.ts';

/** For how long after its start a pod may use more CPU than it will (`--horizontal-pod-autoscaler-cpu-initialization-period`). */
const cpuInitializationMs = 5 * 60 * 1000;
/** Not having been ready longer than this after the start is not being ready yet (`--horizontal-pod-autoscaler-initial-readiness-delay`). */
const initialReadinessMs = 30 * 1000;

/** Pods by what their metrics are worth. The sets have names. */
export interface PodGroups {
  /** How many count as they are. */
  readyCount: number;
  /** Not yet ready: what they use says nothing of what they will. */
  unready: ReadonlySet<string>;
  /** Nothing is known of what they use. */
  missing: ReadonlySet<string>;
}

/** Sorts pods, and takes the metrics of those that do not count out of `metrics`: pods that end, and unready ones. */
export function groupPods(pods: readonly Pod[], metrics: PodMetrics, resource: string | undefined, now: Date): PodGroups {
  const unready = new Set<string>();
  const missing = new Set<string>();
  let readyCount = 0;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const metric = metrics.get(name);
    if (deletionTimestamp !== undefined || pod.status?.phase === 'Failed') metrics.delete(name);
    else if (pod.status?.phase === 'Pending') unready.add(name);
    else if (!metric) missing.add(name);
    else if (resource === 'cpu' && isStarting(pod, metric.timestampMs - metric.windowMs, now)) unready.add(name);
    else readyCount++;
  }
  for (const name of unready) metrics.delete(name);
  return { readyCount, unready, missing };
}

/** Whether a pod is not ready, or became so only after the measurement had begun. */
function isStarting(pod: Pod, measuredFromMs: number, now: Date): boolean {
  const ready = readyCondition(pod);
  const startMs = Date.parse(pod.status?.startTime ?? '');
  if (!ready || Number.isNaN(startMs)) return true;
  const changedMs = Date.parse(ready.lastTransitionTime ?? '') || 0;
  if (startMs + cpuInitializationMs > now.getTime()) return ready.status === 'False' || measuredFromMs < changedMs;
  return ready.status === 'False' && startMs + initialReadinessMs > changedMs;
}
