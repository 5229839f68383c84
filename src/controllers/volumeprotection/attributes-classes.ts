import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { volumeAttributesClasses, type VolumeAttributesClass } from '../../resources/storage/volumeattributesclass.ts';
import { Lookup } from '../support/lookup.ts';
import { needsLook, protect } from './finalizer.ts';

const finalizer = 'kubernetes.io/vac-protection';

const namesIn = (...names: (string | undefined)[]): string[] => [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];

/** The classes of a claim: what is asked for, what it has, and what it is on its way to. */
const classesOfClaim = ({ spec, status }: PersistentVolumeClaim): string[] =>
  namesIn(
    spec.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  );
const classesOfVolume = ({ spec }: PersistentVolume): string[] => namesIn(spec.volumeAttributesClassName);

const claimsByClass = new Lookup<PersistentVolumeClaim>(persistentVolumeClaims, classesOfClaim);
const volumesByClass = new Lookup<PersistentVolume>(persistentVolumes, classesOfVolume);

/** A class that is deleted stays while a claim or volume has it. */
export const attributesClassProtectionController: Controller = {
  name: 'volumeattributesclass-protection',
  component: 'volumeattributesclass-protection-controller',
  triggers: [
    {
      resource: volumeAttributesClasses,
      keys: (each: VolumeAttributesClass) => (needsLook(each, finalizer) ? [keyOf(each)] : []),
    },
    { resource: persistentVolumeClaims, keys: (claim: PersistentVolumeClaim, snapshot) => keysOf(classesOfClaim(claim), snapshot) },
    { resource: persistentVolumes, keys: (volume: PersistentVolume, snapshot) => keysOf(classesOfVolume(volume), snapshot) },
  ],
  reconcile(key, snapshot) {
    const { name } = splitKey(key);
    const found = snapshot.get(volumeAttributesClasses, '', name);
    if (!found) return emptyPlan();
    const isUsed = () => claimsByClass.get(name, snapshot).length > 0 || volumesByClass.get(name, snapshot).length > 0;
    return protect(volumeAttributesClasses, found, finalizer, isUsed);
  },
};

/** The keys of those classes that somebody wants to be rid of. */
const keysOf = (names: readonly string[], snapshot: Snapshot): string[] =>
  names
    .map((name) => snapshot.get(volumeAttributesClasses, '', name))
    .filter((found) => found?.metadata.deletionTimestamp !== undefined)
    .map((found) => keyOf(found!));
