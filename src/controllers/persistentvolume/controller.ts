import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { storageClassOf } from '../../resources/shared/volume-modes.ts';
import { defaultClassAnnotations, storageClasses, type StorageClass } from '../../resources/storage/storageclass.ts';
import { concernsOwner } from '../support/pods.ts';
import { claimKeyOf, claimKeysOf, claimsByVolume, volumesByClaim } from '../support/volume-lookups.ts';
import { syncClaim } from './claim.ts';
import { hasFree, isFree, isPending, pendingByClass } from './match.ts';
import { syncVolume } from './volume.ts';

/**
 * Binds claims to volumes, has volumes made for those that find none, and reclaims volumes whose claims are gone. Its keys are
 * those of claims, and those of volumes, which have no namespace.
 */
export const persistentVolumeController: Controller = {
  name: 'persistentvolume-binder',
  component: 'persistentvolume-controller',
  triggers: [
    { resource: persistentVolumeClaims, keys: keysOfClaim },
    { resource: persistentVolumes, keys: keysOfVolume },
    { resource: storageClasses, keys: keysOfClass },
    { resource: pods, concerns: concernsOwner, keys: keysOfPod },
  ],
  reconcile(key, snapshot, context) {
    const { namespace, name } = splitKey(key);
    if (namespace === '') {
      const volume = snapshot.get(persistentVolumes, '', name);
      return volume ? syncVolume(volume, snapshot) : emptyPlan();
    }
    const claim = snapshot.get(persistentVolumeClaims, namespace, name);
    return claim ? syncClaim(claim, snapshot, context) : emptyPlan();
  },
};

/**
 * A claim concerns itself, the volume that it names, and those that are set aside for it; and when it no longer waits those
 * behind it, for whom it may have left a volume.
 */
function keysOfClaim(claim: PersistentVolumeClaim, snapshot: Snapshot): string[] {
  const { volumeName } = claim.spec;
  const { namespace = '', name, uid } = claim.metadata;
  const reserved = volumesByClaim.get(keyOf(claim), snapshot).map(keyOf);
  const current = snapshot.get(persistentVolumeClaims, namespace, name);
  const hasLeft = isPending(claim) && !(current?.metadata.uid === uid && isPending(current));
  const behind = hasLeft ? waitingFor(storageClassOf(claim), snapshot) : [];
  return [keyOf(claim), ...(volumeName ? [`/${volumeName}`] : []), ...reserved, ...behind];
}

/** The keys of the claims of a class that wait, if there is anything to have. */
const waitingFor = (className: string, snapshot: Snapshot): string[] =>
  hasFree(className, snapshot) ? pendingByClass.get(className, snapshot).map(keyOf) : [];

/** A volume concerns itself, its claim, those that name it, and if it is free all that may have it. */
function keysOfVolume(volume: PersistentVolume, snapshot: Snapshot): string[] {
  const claimKey = claimKeyOf(volume);
  const naming = claimsByVolume.get(volume.metadata.name, snapshot);
  const waiting = isFree(volume) ? pendingByClass.get(storageClassOf(volume), snapshot) : [];
  return [keyOf(volume), ...(claimKey === undefined ? [] : [claimKey]), ...naming.map(keyOf), ...waiting.map(keyOf)];
}

/** A class concerns the claims of it that wait; one that is the default also those without a class. */
function keysOfClass({ metadata: { name, annotations } }: StorageClass, snapshot: Snapshot): string[] {
  const isDefault = defaultClassAnnotations.some((key) => annotations?.[key] === 'true');
  const names = isDefault ? [name, ''] : [name];
  return names.flatMap((each) => pendingByClass.get(each, snapshot).map(keyOf));
}

/** Pods that wait for a node are named in what is said about the claims that wait for them. */
function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  return claimKeysOf(pod).filter((key) => {
    const { namespace, name } = splitKey(key);
    const claim = snapshot.get(persistentVolumeClaims, namespace, name);
    return claim !== undefined && isPending(claim);
  });
}
