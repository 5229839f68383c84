import { controllerOf } from '../../machinery/meta.ts';
import type { PersistentVolumeClaim } from '../core/persistentvolumeclaim.ts';
import type { Pod } from '../core/pod.ts';

/** A claim that a pod uses. */
export interface PodClaim {
  readonly name: string;
  /** Made for the pod, and called after it and the volume. */
  readonly ephemeral: boolean;
}

/** The claims of a pod's volumes; all are in its namespace. */
export const claimsOf = ({ metadata, spec }: Pod): PodClaim[] =>
  (spec.volumes ?? []).flatMap((volume): PodClaim[] => {
    if (volume.persistentVolumeClaim) return [{ name: volume.persistentVolumeClaim.claimName, ephemeral: false }];
    return volume.ephemeral ? [{ name: `${metadata.name}-${volume.name}`, ephemeral: true }] : [];
  });

/** Whether a claim that a volume of the pod would have been made under was made for this very pod. */
export const isMadeFor = (claim: PersistentVolumeClaim, { metadata }: Pod): boolean => controllerOf(claim)?.uid === metadata.uid;

/** Whether the pod uses the claim. */
export const usesClaim = (pod: Pod, { metadata }: PersistentVolumeClaim): boolean =>
  (pod.metadata.namespace ?? '') === (metadata.namespace ?? '') && claimsOf(pod).some(({ name }) => name === metadata.name);
