import type { PodInfo } from './snapshot/pod-info.ts';

/**
 * Everything that decides whether a pod fits a node, in writing: pods of which it is the same fit the same nodes, and where
 * one found no room, so that another will not as long as room only shrinks. `undefined` for pods that others can help by
 * being placed (affinity, spreading) or for which more than the nodes decides (volumes, devices).
 */
export function needsOf({ pod, requests, hostPorts, priority }: PodInfo): string | undefined {
  const { spec, metadata } = pod;
  const { affinity, topologySpreadConstraints, volumes, resourceClaims } = spec;
  if (affinity?.podAffinity || topologySpreadConstraints?.length || resourceClaims?.length) return undefined;
  if (volumes?.some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim || ephemeral)) return undefined;
  const { nodeName, nodeSelector, tolerations, preemptionPolicy, schedulerName } = spec;
  const { milliCpu, memory, ephemeralStorage, scalars } = requests;
  return JSON.stringify([
    [schedulerName, priority, preemptionPolicy, pod.status?.nominatedNodeName],
    [milliCpu, memory, ephemeralStorage, [...scalars], hostPorts],
    [nodeName, nodeSelector, affinity, tolerations],
    // What other pods' anti-affinity goes by.
    [metadata.namespace, metadata.labels],
  ]);
}
