import { resourceClaims, type ResourceClaim } from '../../resources/resource/resourceclaim.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { claimNameOf } from '../../resources/resource/pod-claims.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { Lookup } from '../support/lookup.ts';

/** On a claim that was made for a pod: the name by which the pod calls it. */
export const podClaimNameAnnotation = 'resource.kubernetes.io/pod-claim-name';

/** The claims of a pod that have names, as keys. */
export const claimKeysOf = (pod: Pod): string[] =>
  (pod.spec.resourceClaims ?? []).flatMap((each) => {
    const name = claimNameOf(pod, each);
    return name ? [`${pod.metadata.namespace}/${name}`] : [];
  });

/** Pods by the keys of their claims. */
export const podsByClaim = new Lookup<Pod>(pods, claimKeysOf);

/** Pods by the keys of the templates of their claims. */
export const podsByTemplate = new Lookup<Pod>(pods, ({ metadata, spec }) =>
  (spec.resourceClaims ?? []).flatMap(({ resourceClaimTemplateName: name }) => (name ? [`${metadata.namespace}/${name}`] : [])),
);

/** The claim that was made for the pod under that name, whether or not its status knows it. */
export const claimMadeFor = (pod: Pod, name: string, snapshot: Snapshot): ResourceClaim | undefined =>
  snapshot
    .ownedBy(resourceClaims, pod.metadata.uid)
    .find(({ metadata }) => metadata.annotations?.[podClaimNameAnnotation] === name);
