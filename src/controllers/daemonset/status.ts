import type { DaemonSetStatus } from '../../resources/apps/daemonset.ts';
import { isPodAvailable, isPodReady } from '../support/pods.ts';
import { byPlaceAndAge, isUpdated } from './daemon-pods.ts';
import type { DaemonState } from './nodes.ts';

/**
 * The status that follows from nodes and pods. Of several pods on a node the one that was there first counts. Counts of 0 are
 * left out where upstream's JSON leaves them out.
 */
export function calculateStatus({ set, hash, nodes, pods, now }: DaemonState): DaemonSetStatus {
  let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  for (const [nodeName, { shouldRun }] of nodes) {
    const onNode = pods.get(nodeName) ?? [];
    const first = onNode.length > 1 ? onNode.toSorted(byPlaceAndAge)[0] : onNode[0];
    if (!shouldRun) {
      if (first) misscheduled++;
      continue;
    }
    desired++;
    if (!first) continue;
    current++;
    if (isPodReady(first)) ready++;
    if (isPodAvailable(first, set.spec.minReadySeconds ?? 0, now)) available++;
    if (isUpdated(first, set, hash)) updated++;
  }
  const { generation } = set.metadata;
  const { collisionCount, conditions } = set.status ?? {};
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    ...(generation && { observedGeneration: generation }),
    ...(updated && { updatedNumberScheduled: updated }),
    ...(available && { numberAvailable: available }),
    ...(desired > available && { numberUnavailable: desired - available }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
}
