import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';

/** The pod's `Ready` condition, whatever its status. */
export const readyCondition = (pod: Pod) => pod.status?.conditions?.find((condition) => condition.type === 'Ready');

export const isPodReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** Since when the pod is ready, in milliseconds since the epoch; `undefined` when it is not ready or does not say. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== 'True' || !condition.lastTransitionTime) return undefined;
  return Date.parse(condition.lastTransitionTime);
}

/** Ready, and for at least `minReadySeconds`. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: Date): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now.getTime();
}

/** All containers have stopped and none will start again. */
export const isPodTerminal = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Neither ended nor being deleted: counts towards the replicas of its controller. */
export const isPodActive = (pod: Pod): boolean => !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;

/** Being deleted, with containers that may still run. */
export const isPodTerminating = (pod: Pod): boolean => !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;

/** In how many milliseconds the next of the ready pods becomes available; `undefined` when none is waiting for that. */
export function nextAvailabilityMs(pods: readonly Pod[], minReadySeconds: number, now: Date): number | undefined {
  let next: number | undefined;
  for (const pod of pods) {
    const since = readySince(pod);
    if (since === undefined) continue;
    const wait = since + minReadySeconds * 1000 - now.getTime();
    if (wait > 0 && (next === undefined || wait < next)) next = wait;
  }
  return next;
}

/**
 * Whether an update of a pod can change what a controller of replicas does or counts: whose it is, where it is, and how it is
 * doing as a whole. What its containers report in between cannot.
 */
export const concernsOwner = (pod: Pod, previous: Pod): boolean =>
  pod.spec.nodeName !== previous.spec.nodeName ||
  pod.status?.phase !== previous.status?.phase ||
  pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
  !samePlain(readyCondition(pod), readyCondition(previous)) ||
  !samePlain(pod.metadata.labels, previous.metadata.labels) ||
  !samePlain(pod.metadata.ownerReferences, previous.metadata.ownerReferences);

/** The pods that are bound to a node, ended ones too. */
export const podsOnNode = (snapshot: Snapshot, node: string): readonly Pod[] =>
  snapshot.withField?.(pods, 'spec.nodeName', node) ?? snapshot.list(pods).filter(({ spec }) => spec.nodeName === node);
