import type { Snapshot } from '../../machinery/reader.ts';
import { splitKey } from '../../machinery/reconcile.ts';
import { persistentVolumeClaims } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { claimsOf, isMadeFor } from '../../resources/shared/pod-claims.ts';
import { csiDrivers } from '../../resources/storage/csidriver.ts';
import { isPodTerminal } from '../support/pods.ts';
import { boundVolume, claimKeyOf, claimKeysOf, podsByClaim } from '../support/volume-lookups.ts';

/** Whether the volume has to be attached before it can be mounted, as far as its driver says. */
export function isAttachable({ spec: { csi } }: PersistentVolume, snapshot: Snapshot): boolean {
  if (!csi) return false;
  return snapshot.get(csiDrivers, '', csi.driver)?.spec.attachRequired !== false;
}

/** The pods on nodes that need the volume there: those that use its claim and have not ended. */
export function podsThatNeed(volume: PersistentVolume, snapshot: Snapshot): Pod[] {
  const key = claimKeyOf(volume);
  if (key === undefined || !isAttachable(volume, snapshot)) return [];
  const { namespace, name } = splitKey(key);
  const claim = snapshot.get(persistentVolumeClaims, namespace, name);
  if (!claim || claim.status?.phase !== 'Bound' || !boundVolume(claim, volume)) return [];
  const isTheirs = (pod: Pod) =>
    claimsOf(pod).some((used) => used.name === name && (!used.ephemeral || isMadeFor(claim, pod)));
  return podsByClaim.get(key, snapshot).filter((pod) => pod.spec.nodeName && !isPodTerminal(pod) && isTheirs(pod));
}

/** The volumes of drivers that a pod uses. */
export const volumesOf = (pod: Pod, snapshot: Snapshot): PersistentVolume[] =>
  claimKeysOf(pod).flatMap((key) => {
    const { namespace, name } = splitKey(key);
    const volumeName = snapshot.get(persistentVolumeClaims, namespace, name)?.spec.volumeName;
    const volume = volumeName ? snapshot.get(persistentVolumes, '', volumeName) : undefined;
    return volume?.spec.csi ? [volume] : [];
  });
