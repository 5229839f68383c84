/** What is written when a claim and a volume come together or apart. */
import type { Write } from '../../machinery/reconcile.ts';
import { samePlain } from '../../machinery/plain.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import {
  bindCompletedAnnotation,
  boundByControllerAnnotation,
  reservedFor,
  storageOf,
} from '../../resources/shared/volume-binding.ts';

/** On a volume whose file system still has to grow: its size before. */
const preResizeAnnotation = 'volume.alpha.kubernetes.io/pre-resize-capacity';

export type ClaimPhase = 'Pending' | 'Bound' | 'Lost';
export type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed';

/**
 * The next step of binding: first the volume is set aside for the claim, then the claim names the volume, then its status says
 * so. One at a time, because what went before must have landed. The phase of the volume is left to its own key.
 */
export function bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Write[] {
  const reserved = reservedFor(volume, claim);
  if (reserved !== volume) return [{ verb: 'update', resource: persistentVolumes, object: reserved }];
  const bound = boundTo(volume, claim);
  if (bound !== claim) return [{ verb: 'update', resource: persistentVolumeClaims, object: bound }];
  return setClaimPhase(claim, 'Bound', volume);
}

function boundTo({ metadata: { name } }: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const annotations = { ...claim.metadata.annotations };
  // Where the user named the volume, the user has bound it.
  if (claim.spec.volumeName !== name) annotations[boundByControllerAnnotation] ??= 'yes';
  annotations[bindCompletedAnnotation] ??= 'yes';
  if (claim.spec.volumeName === name && samePlain(annotations, claim.metadata.annotations)) return claim;
  return { ...claim, metadata: { ...claim.metadata, annotations }, spec: { ...claim.spec, volumeName: name } };
}

/** The write, if any, that brings the claim into a phase, with what it has of its volume. */
export function setClaimPhase(claim: PersistentVolumeClaim, phase: ClaimPhase, volume?: PersistentVolume): Write[] {
  const before = claim.status ?? {};
  const status: NonNullable<PersistentVolumeClaim['status']> = { ...before, phase };
  if (volume) {
    if (volume.spec.accessModes) status.accessModes = volume.spec.accessModes;
    // Only while it becomes bound: a bound claim may have another size, while its file system grows.
    if (before.phase !== phase) {
      const preResize = volume.metadata.annotations?.[preResizeAnnotation];
      const capacity = preResize === undefined ? volume.spec.capacity : { storage: preResize };
      if (capacity && compareQuantities(storageOf(capacity), storageOf(before.capacity)) !== 0) status.capacity = capacity;
      const { volumeAttributesClassName } = volume.spec;
      if (volumeAttributesClassName !== undefined) status.currentVolumeAttributesClassName = volumeAttributesClassName;
    }
  } else {
    delete status.accessModes;
    delete status.capacity;
    delete status.currentVolumeAttributesClassName;
  }
  if (samePlain(status, before)) return [];
  const object: PersistentVolumeClaim = { ...claim, status };
  return [{ verb: 'update', subresource: 'status', resource: persistentVolumeClaims, object }];
}

/** The write, if any, that brings the volume into a phase. */
export function setVolumePhase(volume: PersistentVolume, phase: VolumePhase, message?: string): Write[] {
  if (volume.status?.phase === phase) return [];
  const { message: _, ...before } = volume.status ?? {};
  const object: PersistentVolume = { ...volume, status: { ...before, phase, ...(message !== undefined && { message }) } };
  return [{ verb: 'update', subresource: 'status', resource: persistentVolumes, object }];
}

/** The volume, free again; one that the user had set aside stays so, for any claim of that name. */
export function unbind(volume: PersistentVolume): Write {
  const object = structuredClone(volume);
  const { metadata, spec } = object;
  if (metadata.annotations?.[boundByControllerAnnotation] !== undefined) {
    delete spec.claimRef;
    delete metadata.annotations[boundByControllerAnnotation];
    if (Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
  } else delete spec.claimRef?.uid;
  return { verb: 'update', resource: persistentVolumes, object };
}
