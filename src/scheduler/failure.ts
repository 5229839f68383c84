import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** Why no node was found for a pod, gathered while looking. */
export interface Diagnosis {
  nodeCount: number;
  /** How many nodes were turned down for a reason, by reason. */
  reasons: Map<string, number>;
  /** The one reason that held for all before a node was looked at. */
  rejection?: string;
  /** Nodes that would do if pods left them. */
  resolvable: NodeInfo[];
}

export const noNodesMessage = 'no nodes available to schedule pods';

/** The message of the PodScheduled condition and the FailedScheduling event, in upstream's form. */
export function failureMessage(pod: PodInfo, diagnosis: Diagnosis): string {
  const why = diagnosis.rejection ?? histogram(diagnosis.reasons);
  const parts = [`${unavailable(diagnosis.nodeCount)}:`, ...(why ? [`${why}.`] : [])];
  const preemption = preemptionMessage(pod, diagnosis);
  return [...parts, ...(preemption ? [preemption] : [])].join(' ');
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

/**
 * Why making room would not help. Where pods of lower priority could be moved it would, so then nothing is said.
 */
function preemptionMessage(pod: PodInfo, { nodeCount, resolvable }: Diagnosis): string | undefined {
  if (pod.pod.spec.preemptionPolicy === 'Never') return 'preemption: not eligible due to preemptionPolicy=Never.';
  if (resolvable.some((node) => node.pods.some((other) => other.priority < pod.priority))) return undefined;
  const reasons = new Map([
    ['No preemption victims found for incoming pod', resolvable.length],
    ['Preemption is not helpful for scheduling', nodeCount - resolvable.length],
  ]);
  return `preemption: ${unavailableMessage(nodeCount, reasons)}`;
}
