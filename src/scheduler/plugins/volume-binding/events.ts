import { compareQuantities, parseQuantity } from '../../../machinery/quantity.ts';
import { nodes, type Node } from '../../../resources/core/node.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../../resources/core/persistentvolume.ts';
import { sameValue } from '../../../resources/shared/same-value.ts';
import { isFullyBound, provisionedByAnnotation, selectedNodeAnnotation } from '../../../resources/shared/volume-binding.ts';
import { csiDrivers, type CSIDriver } from '../../../resources/storage/csidriver.ts';
import { csiStorageCapacities, type CSIStorageCapacity } from '../../../resources/storage/csistoragecapacity.ts';
import { storageClasses, type StorageClass } from '../../../resources/storage/storageclass.ts';
import type { ClusterEvent } from '../../framework.ts';
import { claimsOf, usesClaim } from '../../../resources/shared/pod-claims.ts';
import { volumeLimit } from './provisioning.ts';

/** One of the pod's claims comes or changes, but for steps on its way to a volume on the node that was chosen. */
const claimEvent: ClusterEvent<PersistentVolumeClaim> = {
  resource: persistentVolumeClaims,
  on: ['add', 'update'],
  hint: ({ pod }, before, after) => !!after && usesClaim(pod, after) && !(before && isUnderWay(after)),
};

const isUnderWay = (claim: PersistentVolumeClaim): boolean =>
  claim.metadata.annotations?.[selectedNodeAnnotation] !== undefined && !isFullyBound(claim);

/** A volume is free, is kept for one of the pod's claims, or moves. One that was made for a claim is heard of when that is bound. */
const volumeEvent: ClusterEvent<PersistentVolume> = {
  resource: persistentVolumes,
  on: ['add', 'update'],
  hint({ pod }, before, after) {
    if (!after) return false;
    const { claimRef, nodeAffinity } = after.spec;
    if (!claimRef) return true;
    const isOurs = pod.metadata.namespace === claimRef.namespace && claimsOf(pod).some(({ name }) => name === claimRef.name);
    if (!isOurs || !claimRef.uid) return isOurs;
    if (before) return !sameValue(before.spec.nodeAffinity, nodeAffinity);
    return after.metadata.annotations?.[provisionedByAnnotation] === undefined;
  },
};

/** A class comes, or allows volumes elsewhere. */
const classEvent: ClusterEvent<StorageClass> = {
  resource: storageClasses,
  on: ['add', 'update'],
  hint: (_pod, before, after) => !before || !sameValue(before.allowedTopologies, after?.allowedTopologies),
};

/** A node comes, or moves to where volumes are. */
const nodeEvent: ClusterEvent<Node> = {
  resource: nodes,
  on: ['add', 'update'],
  hint: (_pod, before, after) => !before || !sameValue(before.metadata.labels, after?.metadata.labels),
};

/** A driver no longer says how much room there is, so that there is enough as far as anybody knows. */
const driverEvent: ClusterEvent<CSIDriver> = {
  resource: csiDrivers,
  on: ['update'],
  hint: (_pod, before, after) => !!before?.spec.storageCapacity && !after?.spec.storageCapacity,
};

/** There is room somewhere, or more than there was. */
const capacityEvent: ClusterEvent<CSIStorageCapacity> = {
  resource: csiStorageCapacities,
  on: ['add', 'update'],
  hint(_pod, before, after) {
    if (!before || !after) return true;
    const [then, now] = [volumeLimit(before), volumeLimit(after)];
    if (now === undefined) return false;
    return then === undefined || compareQuantities(parseQuantity(now), parseQuantity(then)) > 0;
  },
};

export const bindingEvents = [
  claimEvent,
  volumeEvent,
  classEvent,
  nodeEvent,
  driverEvent,
  capacityEvent,
] as const;
