import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type EventDraft, type Plan, type ReconcileContext, type Write } from '../../machinery/reconcile.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { attachmentsByNode, uniqueNameOf } from './attachments.ts';
import { detachment } from './detach.ts';
import { podsThatNeed } from './wanted.ts';

/**
 * Keeps `status.volumesAttached` of a node, by which its kubelet knows what it may mount: what is attached there, and neither
 * being detached nor about to be.
 */
export function syncNode(name: string, snapshot: Snapshot, { now }: ReconcileContext): Plan {
  const node = snapshot.get(nodes, '', name);
  if (!node) return emptyPlan();
  const attached: PersistentVolume[] = [];
  const plan = emptyPlan();
  for (const attachment of attachmentsByNode.get(name, snapshot)) {
    const { persistentVolumeName } = attachment.spec.source;
    const volume = persistentVolumeName === undefined ? undefined : snapshot.get(persistentVolumes, '', persistentVolumeName);
    if (!volume || !attachment.status?.attached || attachment.metadata.deletionTimestamp !== undefined) continue;
    const leave = isNeeded(volume, name, snapshot) ? undefined : detachment(attachment, volume, snapshot, now);
    if (leave?.verdict === 'detach') continue;
    attached.push(volume);
    if (leave?.verdict === 'wait' && leave.deadlineMs !== undefined)
      plan.requeueAfterMs = Math.min(plan.requeueAfterMs ?? Infinity, leave.deadlineMs - now.getTime());
  }
  const before = node.status?.volumesAttached ?? [];
  const volumesAttached = attached
    .map((volume) => ({ name: uniqueNameOf(volume)!, devicePath: '' }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (samePlain(volumesAttached, before)) return plan;
  const { volumesAttached: _, ...rest } = node.status ?? {};
  const object: Node = { ...node, status: { ...rest, ...(volumesAttached.length > 0 && { volumesAttached }) } };
  const write: Write = { verb: 'update', subresource: 'status', resource: nodes, object };
  const fresh = attached.filter((volume) => !before.some((each) => each.name === uniqueNameOf(volume)));
  return { ...plan, writes: [write], events: fresh.flatMap((volume) => attachedEvents(volume, name, snapshot, write)) };
}

const isNeeded = (volume: PersistentVolume, nodeName: string, snapshot: Snapshot): boolean =>
  podsThatNeed(volume, snapshot).some(({ spec }) => spec.nodeName === nodeName);

const attachedEvents = (volume: PersistentVolume, nodeName: string, snapshot: Snapshot, after: Write): EventDraft[] =>
  podsThatNeed(volume, snapshot)
    .filter(({ spec }) => spec.nodeName === nodeName)
    .map((regarding) => ({
      regarding,
      type: 'Normal',
      reason: 'SuccessfulAttachVolume',
      message: `AttachVolume.Attach succeeded for volume "${volume.metadata.name}" `,
      after,
    }));
