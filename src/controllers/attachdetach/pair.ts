import { rfc3339 } from '../../lib/clock.ts';
import type { Draft } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type EventDraft, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import { nodes } from '../../resources/core/node.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { volumeAttachments, type VolumeAttachment } from '../../resources/storage/volumeattachment.ts';
import { attachmentName, attachmentsByVolume, uniqueNameOf } from './attachments.ts';
import { detachment, detachRequestedAnnotation } from './detach.ts';
import { podsThatNeed } from './wanted.ts';

/** Attaches a volume to a node while pods there need it, and detaches it afterwards. */
export function syncPair(nodeName: string, volumeName: string, snapshot: Snapshot, { now }: ReconcileContext): Plan {
  const volume = snapshot.get(persistentVolumes, '', volumeName);
  const attachments = attachmentsByVolume.get(volumeName, snapshot);
  const attachment = attachments.find(({ spec }) => spec.nodeName === nodeName);
  const users = volume ? podsThatNeed(volume, snapshot) : [];
  const here = users.filter(({ spec }) => spec.nodeName === nodeName);
  if (volume && here.length > 0) {
    if (attachment) return keep(attachment, volume, here);
    if (!snapshot.get(nodes, '', nodeName)) return emptyPlan();
    const elsewhere = attachments.filter(({ spec }) => spec.nodeName !== nodeName);
    if (elsewhere.length > 0 && !isShareable(volume)) return { ...emptyPlan(), events: multiAttachErrors(volume, here, users) };
    return attach(volume, nodeName);
  }
  return attachment && attachment.metadata.deletionTimestamp === undefined ? detach(attachment, volume, snapshot, now) : emptyPlan();
}

function attach(volume: PersistentVolume, nodeName: string): Plan {
  const object: Draft<VolumeAttachment> = {
    apiVersion: volumeAttachments.apiVersion,
    kind: volumeAttachments.kind,
    metadata: { name: attachmentName(volume, nodeName) },
    spec: { attacher: volume.spec.csi?.driver ?? '', nodeName, source: { persistentVolumeName: volume.metadata.name } },
  };
  return { ...emptyPlan(), writes: [{ verb: 'create', resource: volumeAttachments, object }] };
}

/** It is needed, perhaps again; what goes wrong is told to who waits for it. */
function keep(attachment: VolumeAttachment, { metadata }: PersistentVolume, users: readonly Pod[]): Plan {
  const plan = emptyPlan();
  const { [detachRequestedAnnotation]: noted, ...annotations } = attachment.metadata.annotations ?? {};
  if (noted !== undefined && attachment.metadata.deletionTimestamp === undefined)
    plan.writes.push({
      verb: 'update',
      resource: volumeAttachments,
      object: { ...attachment, metadata: { ...attachment.metadata, annotations } },
    });
  const why = attachment.status?.attached ? undefined : attachment.status?.attachError?.message;
  if (why !== undefined)
    plan.events.push(...users.map((pod) => failure(pod, `AttachVolume.Attach failed for volume "${metadata.name}" : ${why}`)));
  return plan;
}

const failure = (regarding: Pod, message: string): EventDraft => ({
  regarding,
  type: 'Warning',
  reason: 'FailedAttachVolume',
  message,
});

/** Whether the volume may be on several nodes: as far as anybody knows. */
function isShareable({ spec: { accessModes = [] } }: PersistentVolume): boolean {
  return accessModes.length === 0 || accessModes.includes('ReadWriteMany') || accessModes.includes('ReadOnlyMany');
}

/** Says who has the volume, as far as those who wait may know: the names of pods stay in their namespace. */
function multiAttachErrors({ metadata }: PersistentVolume, waiting: readonly Pod[], users: readonly Pod[]): EventDraft[] {
  const holders = users.filter((pod) => !waiting.includes(pod));
  return waiting.map((pod) => {
    const near = holders.filter((holder) => holder.metadata.namespace === pod.metadata.namespace);
    const names = near.map((holder) => holder.metadata.name).sort();
    const far = holders.length - near.length;
    const others = `${far} pod(s) in different namespaces`;
    const used = names.length > 0 ? `pod(s) ${names.join(', ')}${far > 0 ? ` and ${others}` : ''}` : others;
    const why =
      holders.length > 0
        ? `Volume is already used by ${used}`
        : "Volume is already exclusively attached to one node and can't be attached to another";
    return failure(pod, `Multi-Attach error for volume "${metadata.name}" ${why}`);
  });
}

/** First the node says that the volume is no longer attached, so that it mounts it for nobody; then it is detached. */
function detach(
  attachment: VolumeAttachment,
  volume: PersistentVolume | undefined,
  snapshot: Snapshot,
  now: Date,
): Plan {
  const { name, uid } = attachment.metadata;
  const decision = detachment(attachment, volume, snapshot, now);
  switch (decision.verdict) {
    case 'note': {
      const annotations = { ...attachment.metadata.annotations, [detachRequestedAnnotation]: rfc3339(now) };
      const object: VolumeAttachment = { ...attachment, metadata: { ...attachment.metadata, annotations } };
      return { ...emptyPlan(), writes: [{ verb: 'update', resource: volumeAttachments, object }] };
    }
    case 'wait':
      if (decision.deadlineMs === undefined) return emptyPlan();
      return { ...emptyPlan(), requeueAfterMs: decision.deadlineMs - now.getTime() };
    case 'detach': {
      const reported = snapshot.get(nodes, '', attachment.spec.nodeName)?.status?.volumesAttached ?? [];
      // The key of the node sees to that, and its write brings this key up again.
      if (volume && reported.some((each) => each.name === uniqueNameOf(volume))) return emptyPlan();
      return { ...emptyPlan(), writes: [{ verb: 'delete', resource: volumeAttachments, namespace: '', name, uid }] };
    }
  }
}
