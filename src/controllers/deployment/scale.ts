/** How a Deployment's size is spread when it changes, or while the Deployment is paused: in proportion, so that no rollout is hastened. */
import type { Deployment } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import { desiredReplicasOf, maxReplicasOf } from './annotations.ts';
import { isRollingUpdate, maxSurge, replicasOf } from './fenceposts.ts';
import { activeSets, byCreation, bySizeNewer, bySizeOlder, sizeOf, totalSize } from './replica-sets.ts';
import type { Resize } from './rolling.ts';

/** Whether the Deployment's size has changed since its ReplicaSets were sized. */
export function isScalingEvent(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  const active = activeSets(sets);
  // There is no proportion to keep where pods of two templates may not run together: Recreate itself sorts that out.
  if (!isRollingUpdate(deployment) && active.length > 1) return false;
  return active.some((set) => {
    const desired = desiredReplicasOf(set);
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

/**
 * The sizes for a Deployment of changed size. ReplicaSets whose size stays are listed too where they have to be marked with
 * the Deployment's new one.
 */
export function scaledSizes(deployment: Deployment, newSet: ReplicaSet | undefined, oldSets: readonly ReplicaSet[]): Resize[] {
  const desired = replicasOf(deployment);
  const sets = newSet ? [...oldSets, newSet] : [...oldSets];
  const active = activeSets(sets);
  if (active.length === 1) return [{ set: active[0]!, size: desired }];
  if (active.length === 0) {
    const latest = newSet ?? [...oldSets].sort(byCreation).at(-1);
    return latest && desired !== 0 ? [{ set: latest, size: desired }] : [];
  }
  if (newSet && isSaturated(deployment, newSet)) return activeSets(oldSets).map((set) => ({ set, size: 0 }));
  return isRollingUpdate(deployment) ? proportionalSizes(deployment, active) : [];
}

/** Whether the ReplicaSet has all the pods of the Deployment, was meant to, and they are available. */
export function isSaturated(deployment: Deployment, set: ReplicaSet): boolean {
  const desired = replicasOf(deployment);
  return sizeOf(set) === desired && desiredReplicasOf(set) === desired && (set.status?.availableReplicas ?? 0) === desired;
}

/** Spreads what the Deployment's new size adds or takes over its active ReplicaSets; what rounding leaves goes to the largest. */
export function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Resize[] {
  const desired = replicasOf(deployment);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const toAdd = allowed - totalSize(active);
  const ordered = [...active].sort(toAdd < 0 ? bySizeOlder : bySizeNewer);
  let added = 0;
  const sizes = ordered.map((set): Resize => {
    const share = proportion(deployment, set, toAdd, added);
    added += share;
    return { set, size: sizeOf(set) + share };
  });
  const largest = sizes[0];
  if (largest) largest.size = Math.max(0, largest.size + toAdd - added);
  return sizes;
}

/** The ReplicaSet's share of `toAdd`, never more than `added` has left of it. */
function proportion(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (toAdd === 0 || toAdd === added) return 0;
  const share = fraction(deployment, set);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

/** By how much the ReplicaSet changes if it keeps its part of the whole. */
function fraction(deployment: Deployment, set: ReplicaSet): number {
  const size = sizeOf(set);
  if (replicasOf(deployment) === 0) return -size;
  // Without the annotation (someone has removed it) the number of pods is the next best guess of the former whole.
  const before = maxReplicasOf(set) || deployment.status?.replicas || 0;
  if (before === 0) return 0;
  return Math.round((size * (replicasOf(deployment) + maxSurge(deployment))) / before) - size;
}
