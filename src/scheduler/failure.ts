import type { NodeInfo } from './snapshot/node-info.ts';

/** Why no node was found for a pod, gathered while looking. */
export interface Diagnosis {
  nodeCount: number;
  /** How many nodes were turned down for a reason, by reason. */
  reasons: Map<string, number>;
  /** The one reason that held for all before a node was looked at. */
  rejection?: string;
  /** Nodes that would do if pods left them. */
  resolvable: NodeInfo[];
  /** The plugins that turned nodes, or the pod, down. */
  rejectors: Set<string>;
}

export const newDiagnosis = (nodeCount: number): Diagnosis => ({
  nodeCount,
  reasons: new Map(),
  resolvable: [],
  rejectors: new Set(),
});

export const noNodesMessage = 'no nodes available to schedule pods';

/**
 * The message of the PodScheduled condition and the FailedScheduling event, in the form of upstream's FitError.
 * `preemption` is what post-filter said.
 */
export function failureMessage({ nodeCount, reasons, rejection }: Diagnosis, preemption: string | undefined): string {
  const message = rejection === undefined ? unavailableMessage(nodeCount, reasons) : `${unavailable(nodeCount)}: ${rejection}.`;
  return preemption ? `${message} preemption: ${preemption}` : message;
}

/** `0/5 nodes are available: 2 Insufficient cpu, 3 Too many pods.` from the number of nodes by reason. */
export const unavailableMessage = (nodeCount: number, reasons: ReadonlyMap<string, number>): string =>
  `${unavailable(nodeCount)}: ${histogram(reasons)}.`;

const unavailable = (nodeCount: number) => `0/${nodeCount} nodes are available`;

const histogram = (reasons: ReadonlyMap<string, number>): string =>
  [...reasons]
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
