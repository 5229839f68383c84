/** What the job controller reads from a pod. */
import type { JobSpec } from '../../resources/batch/job-spec.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { ContainerStatus } from '../../resources/shared/container-status.ts';
import { readyCondition } from '../support/pods.ts';

/** Keeps a pod until its end was counted. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
/** The index of a pod: an annotation, and a label of the same name. */
export const completionIndexKey = 'batch.kubernetes.io/job-completion-index';
/** How many pods of the same index failed before, counted towards the limit or not. */
export const failureCountAnnotation = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredFailureCountAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count';

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false;

/** The pod without the finalizer: it may go. */
export function untracked(pod: Pod): Pod {
  const { finalizers: before = [], ...metadata } = pod.metadata;
  const finalizers = before.filter((name) => name !== trackingFinalizer);
  return { ...pod, metadata: finalizers.length > 0 ? { ...metadata, finalizers } : metadata };
}

/** The index of a pod; `undefined` where there is none that can be read. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[completionIndexKey];
  return text !== undefined && /^\+?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Whether a pod is replaced only when it has ended, not already when it is ending. */
export const replacesOnlyFailed = ({ podReplacementPolicy, podFailurePolicy }: JobSpec): boolean =>
  podReplacementPolicy === 'Failed' || podFailurePolicy !== undefined;

/** Pods that are being deleted count as failed, for they may never say so; unless the job waits for them to end. */
export function isPodFailed({ metadata, status }: Pod, spec: JobSpec): boolean {
  if (status?.phase === 'Failed') return true;
  return !replacesOnlyFailed(spec) && metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

/** The failures of the pod's index before it, as its annotations tell: counted ones, and ignored ones. */
export const failuresBefore = (pod: Pod): { counted: number; ignored: number } => ({
  counted: countIn(pod, failureCountAnnotation),
  ignored: countIn(pod, ignoredFailureCountAnnotation),
});

function countIn({ metadata }: Pod, annotation: string): number {
  const text = metadata.annotations?.[annotation] ?? '';
  const count = /^\+?\d{1,10}$/.test(text) ? Number(text) : 0;
  return count < 2 ** 31 ? count : 0;
}

/**
 * When the pod ended, in ms since the epoch: the end of its last container, else since when it is not ready, else when its
 * deletion was asked for, else when it was created.
 */
export function endedAtMs(pod: Pod): number {
  const { metadata, status } = pod;
  const ready = readyCondition(pod);
  const notReadySince = ready?.status === 'False' ? ready.lastTransitionTime : undefined;
  const deletedMs =
    metadata.deletionTimestamp && Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return (
    lastContainerEnd([...(status?.containerStatuses ?? []), ...sidecarStatuses(pod)]) ??
    (notReadySince ? Date.parse(notReadySince) : deletedMs || Date.parse(metadata.creationTimestamp))
  );
}

/** `undefined` unless all of them have ended. */
function lastContainerEnd(statuses: readonly ContainerStatus[]): number | undefined {
  const ends = statuses.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  return ends.length === 0 || ends.some(Number.isNaN) ? undefined : Math.max(...ends);
}

function sidecarStatuses({ spec, status }: Pod): ContainerStatus[] {
  const sidecars = new Set(spec.initContainers?.filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  return (status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name));
}
