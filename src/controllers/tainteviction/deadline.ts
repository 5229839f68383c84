import type { Node, Taint } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Toleration } from '../../resources/shared/affinity.ts';
import { toleratesTaint } from '../../resources/shared/tolerations.ts';

export const evictingTaints = ({ spec }: Node): Taint[] => (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');

/**
 * When a pod has to leave a node for its NoExecute taints, in ms since the epoch; `undefined`: never. A pod that does not
 * tolerate one of them has to leave at once. Of the tolerations that count (for each taint the first that covers it) the one
 * with the shortest time does, from when the last of the taints came, or the pod if it came later. A negative time is none.
 */
export function evictionTimeMs(pod: Pod, node: Node): number | undefined {
  const taints = evictingTaints(node);
  if (taints.length === 0) return undefined;
  const tolerations: Toleration[] = [];
  for (const taint of taints) {
    const covering = pod.spec.tolerations?.find((toleration) => toleratesTaint([toleration], taint));
    if (!covering) return -Infinity;
    tolerations.push(covering);
  }
  const seconds = tolerations.map(({ tolerationSeconds }) => tolerationSeconds).filter((each) => each !== undefined);
  if (seconds.length === 0) return undefined;
  const shortest = Math.min(...seconds);
  if (shortest <= 0) return -Infinity;
  return Math.max(boundAtMs(pod), ...taints.map((taint) => taintedAtMs(taint, node))) + shortest * 1000;
}

/**
 * Since when a node has a taint. Those that people set do not say: then the list of taints was last written no later than
 * whoever manages it last wrote, and by then the taint was there.
 */
function taintedAtMs({ timeAdded }: Taint, { metadata }: Node): number {
  if (timeAdded !== undefined) return Date.parse(timeAdded);
  const times = (metadata.managedFields ?? [])
    .filter(({ fieldsV1 }) => (fieldsV1 as ManagedNode | undefined)?.['f:spec']?.['f:taints'] !== undefined)
    .map(({ time }) => Date.parse(time ?? ''))
    .filter((ms) => !Number.isNaN(ms));
  return Math.max(Date.parse(metadata.creationTimestamp), ...times);
}

interface ManagedNode {
  'f:spec'?: { 'f:taints'?: unknown };
}

/** Since when a pod is on its node. */
function boundAtMs({ metadata, status }: Pod): number {
  const scheduled = status?.conditions?.find(({ type, status: value }) => type === 'PodScheduled' && value === 'True');
  return Date.parse(scheduled?.lastTransitionTime ?? metadata.creationTimestamp);
}
