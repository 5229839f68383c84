import type { Snapshot } from '../../machinery/reader.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import type { PersistentVolume } from '../../resources/core/persistentvolume.ts';
import type { VolumeAttachment } from '../../resources/storage/volumeattachment.ts';
import { uniqueNameOf } from './attachments.ts';

const outOfServiceTaint = 'node.kubernetes.io/out-of-service';

/** For how long a node that is not healthy may keep a volume mounted that nobody there needs any more. */
const unmountMs = 6 * 60_000;

/** On an attachment that nobody needs, but whose node still has it mounted: since when. */
export const detachRequestedAnnotation = 'hibernetes.dev/detach-requested';

/** What is to be done about an attachment that nobody needs. */
export type Detachment =
  | { verdict: 'detach' }
  /** The node has to unmount first. It gets until `deadlineMs`, in ms since the epoch, if it is not healthy. */
  | { verdict: 'wait'; deadlineMs?: number }
  /** As `wait`, and nobody has written down yet since when. */
  | { verdict: 'note' };

/** Whether it is safe to detach, or too late to wait for it. */
export function detachment(
  attachment: VolumeAttachment,
  volume: PersistentVolume | undefined,
  snapshot: Snapshot,
  now: Date,
): Detachment {
  const node = snapshot.get(nodes, '', attachment.spec.nodeName);
  const name = volume && uniqueNameOf(volume);
  const isMounted = name !== undefined && node?.status?.volumesInUse?.includes(name);
  if (!node || !isMounted || node.spec.taints?.some(({ key }) => key === outOfServiceTaint)) return { verdict: 'detach' };
  const since = attachment.metadata.annotations?.[detachRequestedAnnotation];
  if (since === undefined || Number.isNaN(Date.parse(since))) return { verdict: 'note' };
  if (isReady(node)) return { verdict: 'wait' };
  const deadlineMs = Date.parse(since) + unmountMs;
  return now.getTime() >= deadlineMs ? { verdict: 'detach' } : { verdict: 'wait', deadlineMs };
}

const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
