import type { Pod } from '../../resources/core/pod.ts';
import { hostPortsOf, portsConflict } from '../../resources/shared/host-ports.ts';

/** Why the node does not run a pod that is bound to it. */
export interface Rejection {
  reason: string;
  message: string;
}

/**
 * Whether the node has no place for a pod beside the others that it has taken in. The scheduler looks to that too; a pod that
 * names its node has not been looked at by anybody.
 */
export function rejectionOf(pod: Pod, others: Iterable<Pod>): Rejection | undefined {
  const ports = hostPortsOf(pod);
  if (ports.length === 0) return undefined;
  for (const other of others)
    if (portsConflict(ports, hostPortsOf(other)))
      return {
        reason: 'NodePorts',
        message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
      };
  return undefined;
}
