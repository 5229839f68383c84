/** Which volume a claim can have, for the scheduler and whoever else binds them (component-helpers/storage/volume). */
import { compareQuantities, parseQuantity, zeroQuantity, type Quantity } from '../../machinery/quantity.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import type { PersistentVolumeClaim } from '../core/persistentvolumeclaim.ts';
import type { PersistentVolume } from '../core/persistentvolume.ts';
import { storageClassOf } from './volume-modes.ts';

/** On a claim whose volume is made once its pod has a node: that node. Whoever cannot make it there takes it off. */
export const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node';
/** On a claim: the binding to its volume is complete. */
export const bindCompletedAnnotation = 'pv.kubernetes.io/bind-completed';
/** On a volume or claim: it was not the user who bound it to the other. */
export const boundByControllerAnnotation = 'pv.kubernetes.io/bound-by-controller';
/** On a volume: the provisioner that made it. */
export const provisionedByAnnotation = 'pv.kubernetes.io/provisioned-by';
/** The provisioner that is part of the control plane: volumes are directories on the node of the first pod. */
export const localProvisioner = 'hibernetes.dev/local';
/** The provisioner of classes whose volumes nobody makes. */
export const noProvisioner = 'kubernetes.io/no-provisioner';

export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  !!spec.volumeName && metadata.annotations?.[bindCompletedAnnotation] !== undefined;

/** Whether the volume is set aside for this claim: by name, and by uid if it says one. */
export function isReservedFor({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

export const storageOf = (amounts: Readonly<Record<string, string>> | undefined): Quantity =>
  amounts?.['storage'] === undefined ? zeroQuantity : parseQuantity(amounts['storage']);

/** Whether the volume is large enough and of the kind that the claim asks for, and is not going away. */
export const isOfKind = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  volume.metadata.deletionTimestamp === undefined &&
  compareQuantities(storageOf(volume.spec.capacity), storageOf(claim.spec.resources?.requests)) >= 0 &&
  (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
  (volume.spec.volumeAttributesClassName ?? '') === (claim.spec.volumeAttributesClassName ?? '');

/** Whether the volume, of the right kind, is free and what else the claim asks for holds: its class, labels and access modes. */
export function isFreeFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (volume.spec.claimRef || volume.status?.phase !== 'Available') return false;
  if (storageClassOf(volume) !== storageClassOf(claim)) return false;
  if (claim.spec.selector && !selectorFromLabelSelector(claim.spec.selector).matches(volume.metadata.labels)) return false;
  return (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));
}

/** The volume set aside for the claim; the same object if it is already. */
export function reservedFor(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  if (isReservedFor(volume, claim) && claimRef?.uid === claim.metadata.uid) return volume;
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const bound = structuredClone(volume);
  bound.spec.claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', name, namespace, uid, resourceVersion };
  // Where the user named the claim, the user has bound it.
  if (!isReservedFor(volume, claim))
    bound.metadata.annotations = { ...bound.metadata.annotations, [boundByControllerAnnotation]: 'yes' };
  return bound;
}
