import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import { persistentVolumeClaims } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { needsLook, protect } from './finalizer.ts';

const finalizer = 'kubernetes.io/pv-protection';

/** A volume that is deleted stays while it is bound. */
export const volumeProtectionController: Controller = {
  name: 'pv-protection',
  component: 'pv-protection-controller',
  triggers: [
    {
      resource: persistentVolumes,
      keys: (volume: PersistentVolume) => (needsLook(volume, finalizer) ? [keyOf(volume)] : []),
    },
  ],
  reconcile(key, snapshot) {
    const volume = snapshot.get(persistentVolumes, '', splitKey(key).name);
    if (!volume) return emptyPlan();
    return protect(persistentVolumes, volume, finalizer, () => isUsed(volume, snapshot));
  },
};

/** A claim may be bound a moment before the volume says so. */
function isUsed({ metadata, spec: { claimRef }, status }: PersistentVolume, snapshot: Snapshot): boolean {
  if (status?.phase === 'Bound') return true;
  const claim = claimRef && snapshot.get(persistentVolumeClaims, claimRef.namespace ?? '', claimRef.name ?? '');
  return claim !== undefined && claim.metadata.uid === claimRef?.uid && claim.spec.volumeName === metadata.name;
}
