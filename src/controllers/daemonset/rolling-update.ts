/** The next step of a rolling update: upstream's `rollingUpdate`. It runs only when `manage` has nothing to do. */
import type { DaemonSet } from '../../resources/apps/daemonset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { scaledValue } from '../support/int-or-percent.ts';
import { isPodAvailable } from '../support/pods.ts';
import { isUpdated } from './daemon-pods.ts';
import type { DaemonActions, DaemonState } from './nodes.ts';

/** On how many of `count` nodes a new pod may run beside the old one. */
export function surgeOf({ spec }: DaemonSet, count: number): number {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  return type === 'RollingUpdate' ? (scaledValue(rollingUpdate?.maxSurge, count, 'up') ?? 0) : 0;
}

/** On how many of `count` nodes there may be no available pod. */
function unavailableOf({ spec }: DaemonSet, count: number): number {
  return scaledValue(spec.updateStrategy?.rollingUpdate?.maxUnavailable, count, 'up') ?? 0;
}

/** The old pod and the new pod of a node, without those that are going. */
interface Pair {
  nodeName: string;
  old?: Pod;
  updated?: Pod;
  /** There are several old or several new ones, which has to be cleaned up first. */
  isCrowded: boolean;
}

export function rollingStep(state: DaemonState): DaemonActions {
  const { set, hash, nodes, pods } = state;
  // Nearly always there is nothing to update.
  const isOutdated = [...pods.values()].some((onNode) => onNode.some((pod) => !isUpdated(pod, set, hash)));
  if (set.spec.updateStrategy?.type !== 'RollingUpdate' || !isOutdated) return { create: [], delete: [] };
  const desired = [...nodes].filter(([, { shouldRun }]) => shouldRun).map(([name]) => name);
  const pairs = [...new Set([...desired, ...pods.keys()])].map((nodeName) => pairOn(state, nodeName));
  const surge = surgeOf(set, desired.length);
  if (surge > 0) return surgingStep(state, pairs, surge, desired.length);
  // With neither, nothing could ever be updated.
  return replacingStep(state, pairs, Math.max(unavailableOf(set, desired.length), Number(desired.length > 0)));
}

function pairOn({ set, hash, pods }: DaemonState, nodeName: string): Pair {
  const staying = (pods.get(nodeName) ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const updated = staying.filter((pod) => isUpdated(pod, set, hash));
  const old = staying.filter((pod) => !updated.includes(pod));
  return { nodeName, old: old[0], updated: updated[0], isCrowded: old.length > 1 || updated.length > 1 };
}

const availableIn = ({ set, now }: DaemonState, pod: Pod | undefined): boolean =>
  pod !== undefined && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);

/**
 * Without a surge old pods are deleted, as many as may be missing; `manage` puts new ones in their place. Those that are not
 * available serve nobody, so they all go.
 */
function replacingStep(state: DaemonState, pairs: readonly Pair[], maxUnavailable: number): DaemonActions {
  const isServing = ({ old, updated, isCrowded }: Pair) =>
    !isCrowded && Boolean(old) !== Boolean(updated) && availableIn(state, old ?? updated);
  const unavailable = pairs.filter((pair) => !isServing(pair)).length;
  const outdated = pairs.filter(({ old, updated, isCrowded }) => old && !updated && !isCrowded).map(({ old }) => old!);
  const [serving, broken] = [
    outdated.filter((pod) => availableIn(state, pod)),
    outdated.filter((pod) => !availableIn(state, pod)),
  ];
  return { create: [], delete: [...broken, ...serving.slice(0, Math.max(0, maxUnavailable - unavailable))] };
}

/**
 * With a surge new pods start beside the old ones, which go when the new ones are available. An old pod that is not available
 * gets its successor at once. Old pods of nodes that are not to have one any more stay until there are enough elsewhere.
 */
function surgingStep(state: DaemonState, pairs: readonly Pair[], maxSurge: number, desired: number): DaemonActions {
  const shouldRun = (nodeName: string) => state.nodes.get(nodeName)?.shouldRun ?? false;
  const surging = pairs.filter(({ old, updated, isCrowded }) => isCrowded || (old && updated && !availableIn(state, updated)));
  const available = pairs.filter(({ old, updated, isCrowded }) => !isCrowded && availableIn(state, old ?? updated)).length;
  const actions: DaemonActions = { create: [], delete: [] };
  const candidates: string[] = [];
  const misplaced: Pod[] = [];
  for (const { nodeName, old, updated, isCrowded } of pairs) {
    if (isCrowded || !old) continue;
    if (updated) {
      if (availableIn(state, updated)) actions.delete.push(old);
    } else if (availableIn(state, old)) {
      if (shouldRun(nodeName)) candidates.push(nodeName);
      else misplaced.push(old);
    } else if (shouldRun(nodeName)) actions.create.push({ nodeName, failures: 0 });
    else actions.delete.push(old);
  }
  actions.delete.push(...misplaced.slice(0, Math.max(0, available - desired)));
  for (const nodeName of candidates.slice(0, Math.max(0, maxSurge - surging.length))) actions.create.push({ nodeName, failures: 0 });
  return actions;
}
