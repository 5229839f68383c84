import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { volumeAttachments, type VolumeAttachment } from '../../resources/storage/volumeattachment.ts';
import { Lookup } from '../support/lookup.ts';

/** The name of the attachment of a volume to a node. Kubelets and drivers work it out for themselves. */
export function attachmentName({ spec: { csi } }: PersistentVolume, nodeName: string): string {
  const text = `${csi?.volumeHandle ?? ''}${csi?.driver ?? ''}${nodeName}`;
  return `csi-${bytesToHex(sha256(utf8ToBytes(text)))}`;
}

/** Whether the attachment was made here. Those that somebody else has made are somebody else's. */
export const isOurs = ({ metadata }: VolumeAttachment): boolean => /^csi-[0-9a-f]{64}$/.test(metadata.name);

/** How a volume is called in the status of nodes. */
export const uniqueNameOf = ({ spec: { csi } }: PersistentVolume): string | undefined =>
  csi && `kubernetes.io/csi/${csi.driver}^${csi.volumeHandle}`;

/** A volume and a node, as a key. */
export const pairKey = (nodeName: string, volumeName: string): string => `${nodeName}/${volumeName}`;

/** The key of what an attachment brings together, if that is a volume with a name. */
export function pairKeyOf({ spec }: VolumeAttachment): string | undefined {
  const { persistentVolumeName } = spec.source;
  return persistentVolumeName === undefined ? undefined : pairKey(spec.nodeName, persistentVolumeName);
}

/** Our attachments, by node. */
export const attachmentsByNode = new Lookup<VolumeAttachment>(volumeAttachments, (attachment) =>
  isOurs(attachment) ? [attachment.spec.nodeName] : [],
);

/** Our attachments, by the name of the volume. */
export const attachmentsByVolume = new Lookup<VolumeAttachment>(volumeAttachments, (attachment) => {
  const { persistentVolumeName: name } = attachment.spec.source;
  return isOurs(attachment) && name !== undefined ? [name] : [];
});
