/** How many pods a job should have now, and which. */
import type { JobSpec } from '../../resources/batch/job-spec.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { indexBackoffMs, jobBackoffMs } from './backoff.ts';
import { firstMissing, indexesOf, union } from './indexes.ts';
import { indexOf, isPodFailed, isTracked, replacesOnlyFailed } from './pod-facts.ts';
import { podsToRemove } from './removal.ts';
import { isValidIndex, type JobView } from './view.ts';

/** Pods that one plan creates or removes at most (upstream's `MaxPodCreateDeletePerSync`). */
export const podsPerPlanMax = 500;

export interface PodChanges {
  /** The index of each new pod; `undefined` for jobs without indexes. */
  create: readonly (number | undefined)[];
  /** Active pods that the job gives up. They count neither as succeeded nor as failed. */
  remove: readonly Pod[];
  /** When more may be created, in ms. */
  waitMs?: number;
}

/** The next step towards what the spec asks for. Either removes or creates, as upstream: removing comes first. */
export function podChanges(view: JobView, now: Date): PodChanges {
  const { job, active, isIndexed } = view;
  const { spec } = job;
  if (spec.suspend) return { create: [], remove: podsToRemove(view, active.length).slice(0, podsPerPlanMax) };

  const wanted = wantedActive(spec, view);
  const remove = podsToRemove(view, active.length - wanted).slice(0, podsPerPlanMax);
  if (remove.length > 0) return { create: [], remove };

  const waitsFor = replacesOnlyFailed(spec) ? view.terminating.length : 0;
  const missing = Math.min(wanted - waitsFor - active.length, podsPerPlanMax);
  if (missing <= 0) return { create: [], remove: [] };
  const hasIndexLimit = view.failedIndexes !== undefined;
  const waitMs = hasIndexLimit ? 0 : jobBackoffMs(...endedPods(view), now);
  if (waitMs > 0) return { create: [], remove: [], waitMs };
  if (!isIndexed) return { create: Array<undefined>(missing).fill(undefined), remove: [] };
  return { ...withoutDelayed(view, pendingIndexes(view, missing), now), remove: [] };
}

/** How many pods should be active. Never more than there are completions left. */
function wantedActive({ parallelism = 1, completions }: JobSpec, { active, succeeded }: JobView): number {
  // Without a number of completions the first success is the sign to start no more.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** The pods that back-off is reckoned from. Those that the job gave up itself have not failed. */
function endedPods({ job: { spec }, isIndexed, pods }: JobView): [succeeded: Pod[], failed: Pod[]] {
  const own = pods.filter(
    (pod) =>
      (isTracked(pod) || pod.metadata.deletionTimestamp === undefined) &&
      (!isIndexed || isValidIndex(indexOf(pod), spec.completions ?? 0)),
  );
  return [own.filter(({ status }) => status?.phase === 'Succeeded'), own.filter((pod) => isPodFailed(pod, spec))];
}

/** The first indexes that are neither over nor have a pod. */
function pendingIndexes({ job: { spec }, active, terminating, completed, failedIndexes = [] }: JobView, count: number): number[] {
  const occupied = replacesOnlyFailed(spec) ? [...active, ...terminating] : active;
  const running = occupied.map(indexOf).filter((index) => index !== undefined);
  return firstMissing(union(completed, failedIndexes, indexesOf(running)), count, spec.completions ?? 0);
}

/** Those indexes whose failures do not delay them; if all are delayed, how long the first of them is. */
function withoutDelayed(
  { awaitingReplacement }: JobView,
  indexes: readonly number[],
  now: Date,
): { create: number[]; waitMs?: number } {
  const delays = indexes.map((index) => indexBackoffMs(awaitingReplacement.get(index), now));
  const create = indexes.filter((_, i) => delays[i] === 0);
  const waits = delays.filter((delay) => delay > 0);
  return { create, ...(waits.length > 0 && { waitMs: Math.min(...waits) }) };
}
