import type { Snapshot } from '../../machinery/reader.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';

const outOfServiceTaint = 'node.kubernetes.io/out-of-service';

/** Somebody says that the node is down for good, and it is not ready. */
export const isOutOfService = ({ spec, status }: Node): boolean =>
  (spec.taints ?? []).some(({ key }) => key === outOfServiceTaint) &&
  !status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');

/** The pod is being deleted from a node that is out of service. */
export function isPodOutOfService({ metadata, spec }: Pod, snapshot: Snapshot): boolean {
  if (!metadata.deletionTimestamp || !spec.nodeName) return false;
  const node = snapshot.get(nodes, '', spec.nodeName);
  return node !== undefined && isOutOfService(node);
}
