import { nodes, type Node } from '../../../resources/core/node.ts';
import { pods, type Pod } from '../../../resources/core/pod.ts';
import { sameValue } from '../../../resources/shared/same-value.ts';
import type { ClusterEvent } from '../../framework.ts';
import { hasOwnConstraints, ownConstraints } from './constraints.ts';

/** A pod that a constraint counts comes, goes, is being deleted or has other labels. */
const podEvent: ClusterEvent<Pod> = {
  resource: pods,
  on: ['add', 'update', 'delete'],
  hint({ pod }, before, after) {
    if (((after ?? before)?.metadata.namespace ?? '') !== (pod.metadata.namespace ?? '')) return false;
    // The selector of the profile's constraints depends on more than the pod.
    if (!hasOwnConstraints(pod)) return true;
    const counted = (other: Pod | undefined) => other !== undefined && other.metadata.deletionTimestamp === undefined;
    return ownConstraints(pod, 'DoNotSchedule').some(({ selector }) => {
      const did = counted(before) && selector.matches(before?.metadata.labels);
      return did !== (counted(after) && selector.matches(after?.metadata.labels));
    });
  },
};

/** The domains are others: a node that has all keys comes, goes, changes its place or its taints. */
const nodeEvent: ClusterEvent<Node> = {
  resource: nodes,
  on: ['add', 'update', 'delete'],
  hint({ pod }, before, after) {
    const keys = (pod.spec.topologySpreadConstraints ?? [])
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
      .map(({ topologyKey }) => topologyKey);
    const placeOf = (node: Node | undefined) => keys.map((key) => node?.metadata.labels?.[key] ?? null);
    const complete = (node: Node | undefined) => node !== undefined && placeOf(node).every((value) => value !== null);
    if (!complete(before) && !complete(after)) return false;
    if (!before || !after || complete(before) !== complete(after)) return true;
    return !sameValue(placeOf(before), placeOf(after)) || !sameValue(before.spec.taints, after.spec.taints);
  },
};

export const spreadEvents = [podEvent, nodeEvent] as const;
