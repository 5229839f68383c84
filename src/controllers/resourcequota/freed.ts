import type { KubeObject } from '../../machinery/meta.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { pods } from '../../resources/core/pod.ts';
import type { ResourceQuota } from '../../resources/core/resourcequota.ts';
import { evaluatorOf } from '../../resources/quota/index.ts';
import { usedOf } from '../../resources/quota/totals.ts';
import type { Amounts } from '../../resources/shared/pod-resources.ts';

/**
 * Whether a change of an object may mean that less of a quota is used than its status says; called with the object as it
 * is and as it was. New objects were charged for when they were created, and are of no interest.
 */
export function mayFreeQuota(object: KubeObject, resource: AnyResource, snapshot: Snapshot): boolean {
  const { namespace = '', name, uid, resourceVersion } = object.metadata;
  const current: KubeObject | undefined = snapshot.get(resource, namespace, name);
  if (current?.metadata.uid !== uid) return true;
  // Somebody has to look when the time comes at which a pod that is not ended stops counting.
  if (current.metadata.resourceVersion === resourceVersion)
    return resource.resource === pods.resource && current.metadata.deletionTimestamp !== undefined;
  const evaluator = evaluatorOf(resource);
  if (!evaluator) return false;
  return (
    ['', 'status'].some((subresource) => evaluator.chargesUpdate(subresource, current, object)) ||
    !sameUsage(evaluator.usage(current, anyTime), evaluator.usage(object, anyTime))
  );
}

/** Long ago: time alone is no change of an object. */
const anyTime = new Date(0);

const sameUsage = (a: Amounts, b: Amounts): boolean =>
  a.size === b.size && [...a].every(([name, { nano }]) => b.get(name)?.nano === nano);

/** Whether a quota says that less is used than it said before. That is either what this controller wrote, or not true. */
export function saysLess(quota: ResourceQuota, before: ResourceQuota): boolean {
  const used = usedOf(quota);
  return [...usedOf(before)].some(([name, old]) => {
    const quantity = used.get(name);
    return quantity !== undefined && compareQuantities(quantity, old) < 0;
  });
}
