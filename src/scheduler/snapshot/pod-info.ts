import { samePlain } from '../../machinery/plain.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { hostPortsOf, type HostPort } from '../../resources/shared/host-ports.ts';
import { placedPart } from './placed-part.ts';
import { requestsOf, type NonZeroRequests, type Resources } from './resources.ts';

/** A pod with what the plugins ask of it over and over, worked out once. */
export interface PodInfo {
  /**
   * The newest version. What the other fields tell of is the same in all versions that an info has had. Of a pod on a node it
   * is only what plugins look at (`placedPart`): the whole one would be kept in memory for this alone.
   */
  readonly pod: Pod;
  /** The node that the pod is on. */
  readonly nodeName?: string | undefined;
  readonly requests: Resources;
  readonly nonZero: NonZeroRequests;
  readonly hostPorts: readonly HostPort[];
  readonly priority: number;
  /** What pods that nothing counts apart have in common, in writing, once somebody has worked it out (`PodCounts`). */
  groupKey?: string | undefined;
}

// By identity: objects of a snapshot are shared and never change, so this saves the same work in the next pass.
const known = new WeakMap<Pod, PodInfo>();

/** The info of a pod of a snapshot. */
export function podInfoOf(pod: Pod): PodInfo {
  let info = known.get(pod);
  if (!info) {
    info = { pod, ...requestsOf(pod), hostPorts: hostPortsOf(pod), priority: pod.spec.priority ?? 0 };
    known.set(pod, info);
  }
  return info;
}

/** The info of a pod that is on a node. */
export function placedInfoOf(pod: Pod): PodInfo {
  const { nodeName, priority = 0 } = pod.spec;
  const { requests, nonZero } = requestsOf(pod);
  const info = {
    pod: placedPart(pod),
    nodeName: nodeName!,
    requests,
    nonZero,
    hostPorts: hostPortsOf(pod),
    priority,
    groupKey: undefined,
  };
  known.set(pod, info);
  return info;
}

/**
 * Lets the info stand for a newer version of its pod, if nothing changed but what no placement depends on: then nothing
 * that holds it has to follow. Answers whether it does.
 */
export function carryOver(info: PodInfo, pod: Pod): boolean {
  const before = info.pod.metadata;
  const { metadata } = pod;
  const next = info.nodeName === undefined ? pod : placedPart(pod);
  if (before.uid !== metadata.uid || before.generation !== metadata.generation) return false;
  if (metadata.generation === undefined && !samePlain(info.pod.spec, next.spec)) return false;
  if (requestsOf(pod).requests !== info.requests) return false;
  if ((before.deletionTimestamp === undefined) !== (metadata.deletionTimestamp === undefined)) return false;
  // A pod that waits for its claims gets their names like this.
  if (!samePlain(info.pod.status?.resourceClaimStatuses, next.status?.resourceClaimStatuses)) return false;
  if (labelsText(before.labels) !== labelsText(metadata.labels)) return false;
  (info as { pod: Pod }).pod = next;
  known.set(pod, info);
  return true;
}

const labelsText = (labels: Readonly<Record<string, string>> | undefined) => (labels ? JSON.stringify(labels) : '{}');
