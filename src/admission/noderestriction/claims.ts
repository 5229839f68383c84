import { withoutManagedFields } from '../../machinery/meta.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import type { Attributes } from '../plugin.ts';

/** A node says how large a volume has become, and no more. */
export function restrictClaim(node: string, { operation, subresource, object, oldObject }: Attributes): string | undefined {
  if (subresource !== 'status') return 'may only update PVC status';
  if (operation !== 'UPDATE') return `unexpected operation ${JSON.stringify(operation)}`;
  if (samePlain(rest(object as PersistentVolumeClaim), rest(oldObject as PersistentVolumeClaim))) return undefined;
  return `node ${JSON.stringify(node)} is not allowed to update fields other than status.quantity and status.conditions`;
}

/** All that a node may not change. */
function rest(claim: PersistentVolumeClaim) {
  const { status = {}, metadata, ...others } = withoutManagedFields(claim);
  const { resourceVersion: _version, ...kept } = metadata;
  const { capacity: _1, conditions: _2, allocatedResources: _3, allocatedResourceStatuses: _4, ...keptStatus } = status;
  return { ...others, metadata: kept, status: keptStatus };
}
