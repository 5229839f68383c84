import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { splitKey, type Controller } from '../../machinery/reconcile.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { csiDrivers, type CSIDriver } from '../../resources/storage/csidriver.ts';
import { volumeAttachments, type VolumeAttachment } from '../../resources/storage/volumeattachment.ts';
import { concernsOwner } from '../support/pods.ts';
import { attachmentsByNode, attachmentsByVolume, pairKey, pairKeyOf } from './attachments.ts';
import { syncNode } from './node.ts';
import { syncPair } from './pair.ts';
import { podsThatNeed, volumesOf } from './wanted.ts';

/**
 * Asks drivers, by VolumeAttachments, to attach volumes to the nodes whose pods need them. Its keys are those of a volume on
 * a node (`node/volume`), and those of nodes (`/node`).
 */
export const attachDetachController: Controller = {
  name: 'attachdetach',
  component: 'attachdetach-controller',
  triggers: [
    { resource: pods, concerns: concernsOwner, keys: keysOfPod },
    { resource: persistentVolumeClaims, concerns: isBoundElsewhere, keys: keysOfClaim },
    { resource: persistentVolumes, keys: keysOfVolume },
    { resource: volumeAttachments, keys: keysOfAttachment },
    { resource: nodes, concerns: isOfInterest, keys: keysOfNode },
    { resource: csiDrivers, keys: keysOfDriver },
  ],
  reconcile(key, snapshot, context) {
    const { namespace: nodeName, name } = splitKey(key);
    return nodeName === '' ? syncNode(name, snapshot, context) : syncPair(nodeName, name, snapshot, context);
  },
};

const nodeKey = (nodeName: string): string => `/${nodeName}`;

function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  const { nodeName } = pod.spec;
  if (!nodeName || !pod.spec.volumes) return [];
  const pairs = volumesOf(pod, snapshot).map(({ metadata }) => pairKey(nodeName, metadata.name));
  return pairs.length > 0 ? [...pairs, nodeKey(nodeName)] : [];
}

/** A volume concerns the nodes that need it and those that have it. */
function keysOfVolume(volume: PersistentVolume, snapshot: Snapshot): string[] {
  if (!volume.spec.csi) return [];
  const { name } = volume.metadata;
  const needing = podsThatNeed(volume, snapshot).map(({ spec }) => spec.nodeName!);
  const having = attachmentsByVolume.get(name, snapshot).map(({ spec }) => spec.nodeName);
  return [...new Set([...needing, ...having])].flatMap((nodeName) => [pairKey(nodeName, name), nodeKey(nodeName)]);
}

function isBoundElsewhere(claim: PersistentVolumeClaim, previous: PersistentVolumeClaim): boolean {
  return claim.spec.volumeName !== previous.spec.volumeName || claim.status?.phase !== previous.status?.phase;
}

function keysOfClaim({ spec: { volumeName } }: PersistentVolumeClaim, snapshot: Snapshot): string[] {
  const volume = volumeName ? snapshot.get(persistentVolumes, '', volumeName) : undefined;
  return volume ? keysOfVolume(volume, snapshot) : [];
}

/** Where a volume is concerns all who wait for it, for it may be on one node only. */
function keysOfAttachment(attachment: VolumeAttachment, snapshot: Snapshot): string[] {
  const { nodeName, source } = attachment.spec;
  const key = pairKeyOf(attachment);
  const volume = source.persistentVolumeName && snapshot.get(persistentVolumes, '', source.persistentVolumeName);
  return [...(key === undefined ? [] : [key]), nodeKey(nodeName), ...(volume ? keysOfVolume(volume, snapshot) : [])];
}

/** Whether the node may have let go of volumes, or can no longer be waited for. */
function isOfInterest({ spec, status }: Node, previous: Node): boolean {
  const readiness = (conditions: NonNullable<Node['status']>['conditions']) =>
    conditions?.find(({ type }) => type === 'Ready')?.status;
  return (
    !samePlain(status?.volumesInUse, previous.status?.volumesInUse) ||
    !samePlain(status?.volumesAttached, previous.status?.volumesAttached) ||
    !samePlain(spec.taints, previous.spec.taints) ||
    readiness(status?.conditions) !== readiness(previous.status?.conditions)
  );
}

function keysOfNode({ metadata: { name }, status }: Node, snapshot: Snapshot): string[] {
  const attachments = attachmentsByNode.get(name, snapshot);
  if (attachments.length === 0 && !status?.volumesAttached?.length) return [];
  return [nodeKey(name), ...attachments.map(pairKeyOf).filter((key) => key !== undefined)];
}

/** Drivers come, go and change rarely enough to look at all their volumes. */
function keysOfDriver({ metadata: { name } }: CSIDriver, snapshot: Snapshot): string[] {
  const volumes = snapshot.list(persistentVolumes).filter(({ spec }) => spec.csi?.driver === name);
  return volumes.flatMap((volume) => keysOfVolume(volume, snapshot));
}
