import type { Pod } from '../../resources/core/pod.ts';

/** Without a node, and still wanting one. */
export const isPending = ({ metadata, spec, status }: Pod): boolean =>
  !spec.nodeName && metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

/** Why the pod was found unschedulable when it was last looked at, as its condition says; `undefined` if it does not. */
export function unschedulableMessage(pod: Pod): string | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return condition?.status === 'False' && condition.reason === 'Unschedulable' ? (condition.message ?? '') : undefined;
}
