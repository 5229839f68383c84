import { isConditionTrue } from '../../resources/batch/job-conditions.ts';
import { isIndexed } from '../../resources/batch/job-validation.ts';
import type { Job } from '../../resources/batch/job.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { isPodActive, isPodTerminating } from '../support/pods.ts';
import { judgeFailure } from './failure-policy.ts';
import { countOf, hasIndex, indexesOf, parseIndexes, union, type Indexes } from './indexes.ts';
import { endedAtMs, failuresBefore, indexOf, isPodFailed, isTracked } from './pod-facts.ts';

/** A job and its pods, with what follows from them. */
export interface JobView {
  job: Job;
  isIndexed: boolean;
  pods: readonly Pod[];
  active: readonly Pod[];
  terminating: readonly Pod[];
  /** Of the status: pods whose end is noted, but in no count yet. */
  uncounted: { succeeded: ReadonlySet<string>; failed: ReadonlySet<string> };
  /** How many succeeded and failed, noted or not. */
  succeeded: number;
  failed: number;
  /** Of indexed jobs: the indexes in the status, and with those that succeeded since. */
  completedBefore: Indexes;
  completed: Indexes;
  /** With a limit per index: the indexes that failed for good. */
  failedIndexes: Indexes | undefined;
  /** With a limit per index: failed pods that stay until their replacement has taken over the count of failures. */
  awaitingReplacement: ReadonlyMap<number, Pod>;
}

/**
 * @param mayCreate whether there can be new pods: nothing is replaced in a namespace that is being deleted, which itself waits
 * for the pods to go
 */
export function viewOf(job: Job, pods: readonly Pod[], mayCreate: boolean): JobView {
  const { spec, status = {} } = job;
  const indexed = isIndexed(spec);
  const completions = spec.completions ?? 0;
  const succeededUids = new Set(status.uncountedTerminatedPods?.succeeded);
  const failedUids = new Set(status.uncountedTerminatedPods?.failed);
  // Pods without the finalizer are in a count already, and so are those of indexes that the job has lost.
  const countable = pods.filter((pod) => isTracked(pod) && (!indexed || isValidIndex(indexOf(pod), completions)));
  const newlySucceeded = countable.filter(
    ({ metadata, status: s }) => s?.phase === 'Succeeded' && !succeededUids.has(metadata.uid),
  );
  const newlyFailed = countable.filter((pod) => isPodFailed(pod, spec) && !failedUids.has(pod.metadata.uid));
  const counted = newlyFailed.filter((pod) => judgeFailure(spec, pod).action !== 'Ignore');

  const completedBefore = indexed ? parseIndexes(status.completedIndexes ?? '', completions) : [];
  const succeededNow = countable.filter(({ status: s }) => s?.phase === 'Succeeded').map((pod) => indexOf(pod)!);
  const completed = indexed ? union(completedBefore, indexesOf(succeededNow)) : [];
  const hasIndexLimit = indexed && spec.backoffLimitPerIndex !== undefined;
  // Pods that end because the job does are no failures of their indexes.
  const isEnding = isConditionTrue(job, 'FailureTarget') || isConditionTrue(job, 'SuccessCriteriaMet');
  const failing = hasIndexLimit && !isEnding ? countable.filter((pod) => hasFailedIndex(job, pod)) : [];
  const failedIndexes = hasIndexLimit
    ? union(parseIndexes(status.failedIndexes ?? '', completions), indexesOf(failing.map((pod) => indexOf(pod)!)))
    : undefined;
  const active = pods.filter(isPodActive);
  return {
    job,
    isIndexed: indexed,
    pods,
    active,
    terminating: pods.filter(isPodTerminating),
    uncounted: { succeeded: succeededUids, failed: failedUids },
    succeeded: indexed ? countOf(completed) : (status.succeeded ?? 0) + newlySucceeded.length + succeededUids.size,
    failed: (status.failed ?? 0) + counted.length + failedUids.size,
    completedBefore,
    completed,
    failedIndexes,
    awaitingReplacement:
      failedIndexes && mayCreate
        ? podsAwaitingReplacement(
            countable.filter((pod) => isPodFailed(pod, spec)),
            active,
            union(completed, failedIndexes),
          )
        : new Map(),
  };
}

export const isValidIndex = (index: number | undefined, completions: number): index is number =>
  index !== undefined && index < completions;

/** Whether the failure of this pod is the end of its index. */
function hasFailedIndex({ spec }: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, spec)) return false;
  const { action } = judgeFailure(spec, pod);
  return action === 'FailIndex' || (action !== 'Ignore' && failuresBefore(pod).counted >= spec.backoffLimitPerIndex!);
}

/** Of each index that is neither over nor has a pod again, the one that failed last. */
function podsAwaitingReplacement(failed: readonly Pod[], active: readonly Pod[], over: Indexes): Map<number, Pod> {
  const running = new Set(active.map(indexOf));
  const last = new Map<number, Pod>();
  for (const pod of failed) {
    const index = indexOf(pod)!;
    if (hasIndex(over, index) || running.has(index)) continue;
    const other = last.get(index);
    if (!other || (failuresOf(other) <= failuresOf(pod) && endedAtMs(pod) >= endedAtMs(other))) last.set(index, pod);
  }
  return last;
}

function failuresOf(pod: Pod): number {
  const { counted, ignored } = failuresBefore(pod);
  return counted + ignored;
}
