import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type EventDraft, type Plan, type Write } from '../../machinery/reconcile.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import type { PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { provisionedByAnnotation } from '../../resources/shared/volume-binding.ts';
import { setVolumePhase, unbind } from './binding.ts';
import { fixFinalizers, reclaim } from './reclaim.ts';

/** Keeps a volume's phase true, and does what its reclaim policy says when its claim is gone. */
export function syncVolume(volume: PersistentVolume, snapshot: Snapshot): Plan {
  const fixed = fixFinalizers(volume);
  if (fixed) return write(fixed);
  const { claimRef } = volume.spec;
  // Without a uid it is for any claim of that name, which has not come yet.
  if (!claimRef?.uid) return write(...setVolumePhase(volume, 'Available'));
  const named = snapshot.get(persistentVolumeClaims, claimRef.namespace ?? '', claimRef.name ?? '');
  // Another claim of the same name is another claim.
  const claim = named?.metadata.uid === claimRef.uid ? named : undefined;
  if (!claim) return release(volume, snapshot);
  const isMade = volume.metadata.annotations?.[provisionedByAnnotation] !== undefined;
  const isToGo = isMade && volume.spec.persistentVolumeReclaimPolicy === 'Delete';
  if (!claim.spec.volumeName) {
    // Deleted before the claim was bound to it, which gets another.
    if (volume.metadata.deletionTimestamp && isToGo) return release(volume, snapshot);
    return { ...emptyPlan(), events: modeMismatch(volume, claim) };
  }
  if (claim.spec.volumeName === volume.metadata.name) return write(...setVolumePhase(volume, 'Bound'));
  // The claim has another volume.
  if (isToGo) return release(volume, snapshot);
  return write(unbind(volume));
}

const write = (...writes: Write[]): Plan => ({ ...emptyPlan(), writes });

/** That it has failed before stays to be seen. */
function release(volume: PersistentVolume, snapshot: Snapshot): Plan {
  const { phase } = volume.status ?? {};
  if (phase !== 'Released' && phase !== 'Failed') return write(...setVolumePhase(volume, 'Released'));
  return reclaim(volume, snapshot);
}

/** A volume set aside for a claim that cannot have it; the claim itself does not find it. */
function modeMismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): EventDraft[] {
  if ((volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')) return [];
  const [volumeName, claimName] = [volume.metadata.name, claim.metadata.name];
  const event = (regarding: EventDraft['regarding'], message: string): EventDraft => ({
    regarding,
    type: 'Warning',
    reason: 'VolumeMismatch',
    message,
  });
  return [
    event(
      volume,
      `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claimName}" due to incompatible volumeMode.`,
    ),
    event(
      claim,
      `Cannot bind PersistentVolume "${volumeName}" to requested PersistentVolumeClaim due to incompatible volumeMode.`,
    ),
  ];
}
