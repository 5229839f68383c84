import type { Deployment } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import { byRevision, sizeOf } from './replica-sets.ts';

/**
 * The old ReplicaSets beyond `revisionHistoryLimit`, lowest revisions first. One that still has pods, or whose newest spec its
 * controller has not seen, is kept for now. The largest int32 keeps them all.
 */
export function surplusSets(deployment: Deployment, oldSets: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === 2 ** 31 - 1) return [];
  const kept = oldSets.filter((set) => set.metadata.deletionTimestamp === undefined);
  return kept
    .sort(byRevision)
    .slice(0, Math.max(0, kept.length - limit))
    .filter(isIdle);
}

const isIdle = (set: ReplicaSet): boolean =>
  sizeOf(set) === 0 &&
  (set.status?.replicas ?? 0) === 0 &&
  (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
