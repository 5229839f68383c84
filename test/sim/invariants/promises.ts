import { scaledValue } from '../../../src/controllers/support/int-or-percent.ts';
import { isPodActive, isPodReady } from '../../../src/controllers/support/pods.ts';
import { daemonSets, type DaemonSet } from '../../../src/resources/apps/daemonset.ts';
import { deployments, type Deployment } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { statefulSets, type StatefulSet } from '../../../src/resources/apps/statefulset.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import type { SimState } from '../state.ts';
import { titleOf, type Commit, type Invariant } from './invariant.ts';

/** How many pods a workload may have at the most, and how many must at least be ready, by what it says. */
interface Promised {
  most: number;
  least: number;
}

const promisedBy = {
  deployment({ spec }: Deployment): Promised {
    const { replicas = 1, strategy } = spec;
    if (strategy?.type === 'Recreate') return { most: replicas, least: 0 };
    const surge = scaledValue(strategy?.rollingUpdate?.maxSurge, replicas, 'up') ?? 0;
    const unavailable = scaledValue(strategy?.rollingUpdate?.maxUnavailable, replicas, 'down') ?? 0;
    return { most: replicas + surge, least: replicas - (surge === 0 && unavailable === 0 ? 1 : unavailable) };
  },
  statefulSet({ spec }: StatefulSet): Promised {
    const { replicas = 1, updateStrategy } = spec;
    const unavailable = Math.max(1, scaledValue(updateStrategy?.rollingUpdate?.maxUnavailable, replicas, 'up') ?? 1);
    return { most: replicas, least: replicas - (updateStrategy?.type === 'OnDelete' ? 0 : unavailable) };
  },
  daemonSet({ spec, status }: DaemonSet): Promised {
    const desired = status?.desiredNumberScheduled ?? 0;
    const { type, rollingUpdate } = spec.updateStrategy ?? {};
    if (type === 'OnDelete') return { most: desired, least: desired };
    const surge = scaledValue(rollingUpdate?.maxSurge, desired, 'up') ?? 0;
    const unavailable = scaledValue(rollingUpdate?.maxUnavailable, desired, 'up') ?? 0;
    return { most: desired + surge, least: desired - (surge === 0 ? Math.max(1, unavailable) : unavailable) };
  },
};

const podsOfDeployment = (state: SimState, { metadata }: Deployment): Pod[] =>
  state.ownedBy(replicaSets, metadata.uid).flatMap((set) => state.ownedBy(pods, set.metadata.uid));

/**
 * In calm weather a workload that was as it should be never has more pods than its strategy allows, nor fewer that are ready,
 * whatever was asked of it since: by the most and the least that it has promised in that time.
 */
export const promises: Invariant = {
  commit(commit) {
    if (commit.weather !== 'calm') return [];
    const podsOf = (state: SimState, { metadata }: { metadata: { uid: string } }) => state.ownedBy(pods, metadata.uid);
    return [
      ...commit.after
        .list(deployments)
        .flatMap((object) => broken(commit, deployments, object, promisedBy.deployment, podsOfDeployment)),
      ...commit.after
        .list(statefulSets)
        .flatMap((object) => broken(commit, statefulSets, object, promisedBy.statefulSet, podsOf)),
      ...commit.after.list(daemonSets).flatMap((object) => broken(commit, daemonSets, object, promisedBy.daemonSet, podsOf)),
    ];
  },
};

function broken<T extends Deployment | StatefulSet | DaemonSet>(
  { sinceRest, after }: Commit,
  resource: Parameters<typeof after.get<T>>[0],
  workload: T,
  promised: (workload: T) => Promised,
  podsOf: (state: SimState, workload: T) => Pod[],
): string[] {
  const { namespace = '', name, uid } = workload.metadata;
  const versions = sinceRest.flatMap((state) => state.get(resource, namespace, name) ?? []);
  if (versions[0]?.metadata.uid !== uid) return [];
  const all = [...new Set(versions)].map(promised);
  const most = Math.max(...all.map((promise) => promise.most));
  const before = podsOf(sinceRest[0]!, workload).filter(isPodActive);
  const atRest = readyIn(before);
  // Pods that are not ready make room for others on top of all promises.
  if (atRest < before.length) return [];
  const least = Math.min(atRest, ...all.map((promise) => promise.least));
  const active = podsOf(after, workload).filter(isPodActive);
  const ready = readyIn(active);
  return [
    ...(active.length > most ? [`${titleOf(workload)} has ${active.length} pods, at most ${most} were promised`] : []),
    ...(ready < least ? [`${titleOf(workload)} has ${ready} ready pods, at least ${least} were promised`] : []),
  ];
}

const readyIn = (all: readonly Pod[]): number => all.filter((pod) => isPodActive(pod) && isPodReady(pod)).length;
