import { controllerOf } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Plan } from '../../machinery/reconcile.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { claimFinalizer } from '../../resources/resource/pod-claims.ts';
import { resourceClaims, type ResourceClaim } from '../../resources/resource/resourceclaim.ts';
import { isPodTerminal } from '../support/pods.ts';
import { refersTo } from '../support/ownership.ts';

/** The pod needs its claims no more: it has ended, or will never start. */
export const isPodDone = (pod: Pod): boolean =>
  isPodTerminal(pod) || (pod.metadata.deletionTimestamp !== undefined && !pod.spec.nodeName);

/** Takes a claim back from pods that are done with it, and then its devices; deletes it if it was made for one of those. */
export function syncClaim(claim: ResourceClaim, snapshot: Snapshot): Plan {
  const { reservedFor = [], allocation } = claim.status ?? {};
  const remaining = reservedFor.filter((consumer) => {
    if (consumer.apiGroup || consumer.resource !== pods.plural) return true;
    const pod = snapshot.get(pods, claim.metadata.namespace ?? '', consumer.name);
    return pod?.metadata.uid === consumer.uid && !isPodDone(pod);
  });
  const isUnused = remaining.length === 0;
  const isAllocatedHere = claim.metadata.finalizers?.includes(claimFinalizer) ?? false;
  const isOver = reservedFor.length > 0 || claim.metadata.deletionTimestamp !== undefined;
  const deallocates = isUnused && isAllocatedHere && isOver && allocation !== undefined;
  if (remaining.length < reservedFor.length || deallocates) {
    const { reservedFor: _, allocation: before, ...status } = claim.status ?? {};
    const object: ResourceClaim = {
      ...claim,
      status: {
        ...status,
        ...(remaining.length > 0 && { reservedFor: remaining }),
        ...(before && !deallocates && { allocation: before }),
      },
    };
    return { ...emptyPlan(), writes: [{ verb: 'update', subresource: 'status', resource: resourceClaims, object }] };
  }
  // One that stays keeps the finalizer: it is put on before the devices are allocated.
  if (isUnused && isAllocatedHere && claim.metadata.deletionTimestamp !== undefined) {
    const finalizers = (claim.metadata.finalizers ?? []).filter((each) => each !== claimFinalizer);
    const object: ResourceClaim = { ...claim, metadata: { ...claim.metadata, finalizers } };
    return { ...emptyPlan(), writes: [{ verb: 'update', resource: resourceClaims, object }] };
  }
  return isUnused && claim.metadata.deletionTimestamp === undefined && hasOutlivedItsPod(claim, snapshot) ? remove(claim) : emptyPlan();
}

/** A claim whose pod is gone altogether is left to the garbage collector. */
function hasOutlivedItsPod(claim: ResourceClaim, snapshot: Snapshot): boolean {
  const owner = controllerOf(claim);
  if (!owner || !refersTo(owner, pods)) return false;
  const pod = snapshot.get(pods, claim.metadata.namespace ?? '', owner.name);
  return pod !== undefined && (pod.metadata.uid !== owner.uid || isPodDone(pod));
}

function remove({ metadata: { namespace = '', name, uid } }: ResourceClaim): Plan {
  return { ...emptyPlan(), writes: [{ verb: 'delete', resource: resourceClaims, namespace, name, uid }] };
}
