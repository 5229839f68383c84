import type { Pod } from '../core/pod.ts';
import { isRestartable } from './pod-resources.ts';

/** A port on the node's own addresses that a pod takes. */
export interface HostPort {
  /** `0.0.0.0` stands for every address. */
  ip: string;
  protocol: string;
  port: number;
}

const anyAddress = '0.0.0.0';
const noPorts: readonly HostPort[] = [];

/** The host ports of a pod's containers and sidecars. */
export function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  let ports: HostPort[] | undefined;
  const collect = ({ ports: own }: Pod['spec']['containers'][number]) => {
    for (const { hostPort, hostIP, protocol } of own ?? [])
      if (hostPort) (ports ??= []).push({ ip: hostIP || anyAddress, protocol: protocol || 'TCP', port: hostPort });
  };
  spec.containers.forEach(collect);
  spec.initContainers?.filter(isRestartable).forEach(collect);
  return ports ?? noPorts;
}

const conflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress);

/** Whether pods with these ports cannot share a node: same protocol and port, on one address or on every address. */
export const portsConflict = (some: readonly HostPort[], others: readonly HostPort[]): boolean =>
  some.some((a) => others.some((b) => conflict(a, b)));
