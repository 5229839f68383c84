/**
 * How a rolling update sizes ReplicaSets: the new one grows while the surge allows it, the old ones shrink while enough pods
 * are available. Every function answers with the sizes to come; it may be asked at any state of a rollout.
 */
import type { Deployment } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import { maxSurge, maxUnavailable, replicasOf } from './fenceposts.ts';
import { activeSets, byCreation, sizeOf, totalAvailable, totalSize } from './replica-sets.ts';

/** The size a ReplicaSet is to get. */
export interface Resize {
  set: ReplicaSet;
  size: number;
}

export const resized = (set: ReplicaSet, size: number): ReplicaSet => ({ ...set, spec: { ...set.spec, replicas: size } });

const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

/** Whether the counts are about the size the ReplicaSet has now. */
const isObserved = (set: ReplicaSet): boolean => (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0);

/** The size of the new ReplicaSet: all that is asked for, as far as the surge leaves room next to the old ones. */
export function newSetSize(deployment: Deployment, newSet: ReplicaSet, oldSets: readonly ReplicaSet[]): number {
  const desired = replicasOf(deployment);
  const size = sizeOf(newSet);
  if (size >= desired) return desired;
  const room = desired + maxSurge(deployment) - totalSize(oldSets) - size;
  return size + Math.max(0, Math.min(room, desired - size));
}

/** What the old ReplicaSets give up now: nothing while that could leave too few pods available. */
export function oldSetSizes(deployment: Deployment, newSet: ReplicaSet, oldSets: readonly ReplicaSet[]): Resize[] {
  // Counts of before a change of size tell of pods that are gone: acting on them could take too many.
  if (![newSet, ...oldSets].every(isObserved)) return [];
  const old = activeSets(oldSets).sort(byCreation);
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  // Pods of the new one that are not available yet count as missing already: they must not let more of the old ones go.
  const newUnavailable = sizeOf(newSet) - availableOf(newSet);
  const spare = totalSize(old) + sizeOf(newSet) - minAvailable - newUnavailable;
  if (old.length === 0 || spare <= 0) return [];
  const cleaned = withoutUnhealthy(old, spare);
  const shrunk = withoutSurplus(cleaned, totalAvailable([...old, newSet]) - minAvailable);
  return old.map((set, i) => ({ set, size: sizeOf(shrunk[i]!) })).filter(({ set, size }) => size !== sizeOf(set));
}

/** Takes pods that are not available first, oldest ReplicaSet first: they would stop the rollout and serve nobody. */
function withoutUnhealthy(old: readonly ReplicaSet[], max: number): ReplicaSet[] {
  let left = max;
  return old.map((set) => {
    const taken = Math.max(0, Math.min(left, sizeOf(set) - availableOf(set)));
    left -= taken;
    return resized(set, sizeOf(set) - taken);
  });
}

/** Takes as many pods as are available beyond the minimum, oldest ReplicaSet first. */
function withoutSurplus(old: readonly ReplicaSet[], max: number): ReplicaSet[] {
  let left = Math.max(0, max);
  return old.map((set) => {
    const taken = Math.min(left, sizeOf(set));
    left -= taken;
    return resized(set, sizeOf(set) - taken);
  });
}
