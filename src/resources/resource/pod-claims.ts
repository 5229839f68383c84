import type { Pod } from '../core/pod.ts';
import type { PodResourceClaim } from '../shared/pod-spec.ts';

/**
 * The name of a pod's claim: `undefined` while there is none, null if none is needed. Those that are made from templates are
 * written into the pod's status.
 */
export function claimNameOf(pod: Pod, { name, resourceClaimName }: PodResourceClaim): string | null | undefined {
  if (resourceClaimName !== undefined) return resourceClaimName;
  const status = pod.status?.resourceClaimStatuses?.find((each) => each.name === name);
  return status && (status.resourceClaimName ?? null);
}

/** On a claim whose devices were allocated by the scheduler, until it has them back. */
export const claimFinalizer = 'resource.kubernetes.io/delete-protection';

/** How many may share a claim. */
export const claimConsumersMax = 256;
