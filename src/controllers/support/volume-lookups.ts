import { keyOf } from '../../machinery/reconcile.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { claimsOf } from '../../resources/shared/pod-claims.ts';
import { Lookup } from './lookup.ts';

/** The keys (`namespace/name`) of the claims that a pod names, or that are made for it. */
export const claimKeysOf = (pod: Pod): string[] => claimsOf(pod).map(({ name }) => `${pod.metadata.namespace ?? ''}/${name}`);

/** The key of the claim that a volume is set aside for. */
export const claimKeyOf = ({ spec: { claimRef } }: PersistentVolume): string | undefined =>
  claimRef && `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`;

/** Pods by the keys of their claims. */
export const podsByClaim = new Lookup<Pod>(pods, claimKeysOf);

/** Volumes by the key of the claim that they are set aside for. */
export const volumesByClaim = new Lookup<PersistentVolume>(persistentVolumes, (volume) => {
  const key = claimKeyOf(volume);
  return key === undefined ? [] : [key];
});

/** The volume that a claim is bound to, if both say so. */
export function boundVolume(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume | undefined,
): PersistentVolume | undefined {
  const isMutual = volume?.spec.claimRef?.uid === claim.metadata.uid && claim.spec.volumeName === volume.metadata.name;
  return isMutual && claimKeyOf(volume) === keyOf(claim) ? volume : undefined;
}

/** Claims by the volume that they name. */
export const claimsByVolume = new Lookup<PersistentVolumeClaim>(persistentVolumeClaims, ({ spec }) =>
  spec.volumeName ? [spec.volumeName] : [],
);
