import type { Pod } from '../../resources/core/pod.ts';
import { isRestartable } from '../../resources/shared/pod-resources.ts';
import { requestsOf, type NonZeroRequests, type Resources } from './resources.ts';

/** A port on the node's own addresses that a pod takes. */
export interface HostPort {
  /** `0.0.0.0` stands for every address. */
  ip: string;
  protocol: string;
  port: number;
}

/** A pod with what the plugins ask of it over and over, worked out once. */
export interface PodInfo {
  readonly pod: Pod;
  readonly requests: Resources;
  readonly nonZero: NonZeroRequests;
  readonly hostPorts: readonly HostPort[];
  readonly priority: number;
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

function hostPortsOf(pod: Pod): HostPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartable);
  const ports: HostPort[] = [];
  for (const container of [...pod.spec.containers, ...sidecars])
    for (const { hostPort, hostIP, protocol } of container.ports ?? [])
      if (hostPort) ports.push({ ip: hostIP || anyAddress, protocol: protocol || 'TCP', port: hostPort });
  return ports;
}

const anyAddress = '0.0.0.0';

/** Whether two pods with these ports cannot share a node: same protocol and port, on one address or on every address. */
export const portsConflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress);
