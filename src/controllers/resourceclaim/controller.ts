import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { resourceClaims, type ResourceClaim } from '../../resources/resource/resourceclaim.ts';
import { resourceClaimTemplates, type ResourceClaimTemplate } from '../../resources/resource/resourceclaimtemplate.ts';
import { isPodDone, syncClaim } from './claim.ts';
import { claimKeysOf, podsByClaim, podsByTemplate } from './claim-names.ts';
import { syncPod } from './pod.ts';

const podPrefix = 'pod:';
const claimPrefix = 'claim:';

/** Makes the device claims of pods and takes them back. Its keys are `pod:namespace/name` and `claim:namespace/name`. */
export const resourceClaimController: Controller = {
  name: 'resourceclaim',
  component: 'resource_claim',
  triggers: [
    { resource: pods, concerns: isOfInterest, keys: keysOfPod },
    { resource: resourceClaims, keys: keysOfClaim },
    {
      resource: resourceClaimTemplates,
      concerns: () => false,
      keys: (template: ResourceClaimTemplate, snapshot) => podsByTemplate.get(keyOf(template), snapshot).map(podKey),
    },
  ],
  reconcile(key, snapshot, context) {
    const isOfPod = key.startsWith(podPrefix);
    const { namespace, name } = splitKey(key.slice((isOfPod ? podPrefix : claimPrefix).length));
    if (isOfPod) {
      const pod = snapshot.get(pods, namespace, name);
      return pod ? syncPod(pod, snapshot, context) : emptyPlan();
    }
    const claim = snapshot.get(resourceClaims, namespace, name);
    return claim ? syncClaim(claim, snapshot) : emptyPlan();
  },
};

const podKey = (pod: Pod): string => podPrefix + keyOf(pod);

function isOfInterest(pod: Pod, previous: Pod): boolean {
  if (!pod.spec.resourceClaims) return false;
  return (
    pod.spec.nodeName !== previous.spec.nodeName ||
    isPodDone(pod) !== isPodDone(previous) ||
    !samePlain(pod.status?.resourceClaimStatuses, previous.status?.resourceClaimStatuses)
  );
}

/** The pod, and if it may be done with its claims those. */
function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  if (!pod.spec.resourceClaims) return [];
  const isGone = snapshot.get(pods, pod.metadata.namespace ?? '', pod.metadata.name)?.metadata.uid !== pod.metadata.uid;
  const claims = isGone || isPodDone(pod) ? claimKeysOf(pod).map((key) => claimPrefix + key) : [];
  return [podKey(pod), ...claims];
}

/** The claim, and the pods that wait for it. */
function keysOfClaim(claim: ResourceClaim, snapshot: Snapshot): string[] {
  const owners = (claim.metadata.ownerReferences ?? []).filter(({ kind }) => kind === pods.kind);
  return [
    claimPrefix + keyOf(claim),
    ...owners.map(({ name }) => `${podPrefix}${claim.metadata.namespace}/${name}`),
    ...podsByClaim.get(keyOf(claim), snapshot).map(podKey),
  ];
}
