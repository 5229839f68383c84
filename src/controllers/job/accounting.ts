/**
 * Counts every pod that ends exactly once, whatever is interrupted. A pod has a finalizer from the start. When it has ended its
 * uid is noted in `status.uncountedTerminatedPods` (of an indexed job that succeeds: its index in `completedIndexes`); only
 * when that is stored is the finalizer taken away; only when it is away does the uid turn into a count.
 */
import type { JobStatus } from '../../resources/batch/job.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { judgeFailure } from './failure-policy.ts';
import { countOf, formatIndexes, hasIndex, indexesOf, union } from './indexes.ts';
import { indexOf, isPodFailed, isTracked } from './pod-facts.ts';
import type { Verdict } from './verdict.ts';
import { isValidIndex, type JobView } from './view.ts';

/** Pods that are noted at once at most (upstream's `MaxUncountedPods`): it bounds the size of the status. */
export const uncountedMax = 500;

type Counters = Pick<JobStatus, 'succeeded' | 'failed' | 'completedIndexes' | 'failedIndexes' | 'uncountedTerminatedPods'>;

export interface Accounts {
  /** What the status is to say. */
  counters: Counters;
  /** Pods whose end is stored, so that they may go. */
  release: Pod[];
}

/** The next step of counting. `verdict`: once the end of the job is decided, whatever still runs is part of it. */
export function account(view: JobView, verdict: Verdict | undefined): Accounts {
  const { job, isIndexed, pods, uncounted } = view;
  const { status = {} } = job;
  const tracked = pods.filter(isTracked);
  const trackedUids = new Set(tracked.map(({ metadata }) => metadata.uid));
  const stillTracked = (uids: ReadonlySet<string>) => [...uids].filter((uid) => trackedUids.has(uid));
  const succeeded = stillTracked(uncounted.succeeded);
  const failed = stillTracked(uncounted.failed);
  const counted = {
    succeeded: (status.succeeded ?? 0) + uncounted.succeeded.size - succeeded.length,
    failed: (status.failed ?? 0) + uncounted.failed.size - failed.length,
  };

  const newIndexes: number[] = [];
  const release: Pod[] = [];
  const inOrder = isIndexed ? [...tracked].sort((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : tracked;
  for (const pod of inOrder) {
    const { uid } = pod.metadata;
    const end = endOf(view, pod, verdict);
    if (end === 'none') continue;
    if (end === 'release' || uncounted.failed.has(uid) || uncounted.succeeded.has(uid)) release.push(pod);
    else if (newIndexes.length + succeeded.length + failed.length >= uncountedMax) break;
    else if (end === 'failed') failed.push(uid);
    else if (isIndexed) newIndexes.push(indexOf(pod)!);
    else succeeded.push(uid);
  }

  const completed = union(view.completedBefore, indexesOf(newIndexes));
  return {
    counters: {
      ...(isIndexed && completed.length > 0 && { completedIndexes: formatIndexes(completed) }),
      ...(view.failedIndexes && { failedIndexes: formatIndexes(view.failedIndexes) }),
      ...positive('succeeded', isIndexed ? countOf(completed) : counted.succeeded),
      ...positive('failed', counted.failed),
      uncountedTerminatedPods: {
        ...(succeeded.length > 0 && { succeeded }),
        ...(failed.length > 0 && { failed }),
      },
    },
    release,
  };
}

/** Counts of 0 are left out, as in upstream's JSON. */
const positive = (name: 'succeeded' | 'failed', count: number) => (count > 0 ? { [name]: count } : {});

/** What a pod with the finalizer has come to: nothing yet, an end to be noted, or one that counts for nothing (any more). */
function endOf(view: JobView, pod: Pod, verdict: Verdict | undefined): 'none' | 'succeeded' | 'failed' | 'release' {
  const { job, isIndexed, completedBefore, awaitingReplacement, uncounted } = view;
  const { spec, metadata } = job;
  const index = indexOf(pod);
  const isCountable = !isIndexed || isValidIndex(index, spec.completions ?? 0);
  // One that was being deleted may end well after it was noted as failed. It is counted as it was noted, and must go.
  if (uncounted.failed.has(pod.metadata.uid)) return 'release';
  if (pod.status?.phase === 'Succeeded')
    return isCountable && !(isIndexed && hasIndex(completedBefore, index!)) ? 'succeeded' : 'release';

  const isFailed = isPodFailed(pod, spec);
  const isOver = metadata.deletionTimestamp !== undefined || verdict !== undefined;
  if (!isOver && !isFailed) return 'none';
  if (!isOver && index !== undefined && awaitingReplacement.get(index) === pod) return 'none';
  // What runs when the job has failed has failed with it; when it has succeeded, or is deleted, it counts for nothing.
  if (!isFailed && verdict?.type !== 'FailureTarget') return verdict?.isNoted === false ? 'none' : 'release';
  return isCountable && judgeFailure(spec, pod).action !== 'Ignore' ? 'failed' : 'release';
}
