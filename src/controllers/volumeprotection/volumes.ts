import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
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
    return protect(persistentVolumes, volume, finalizer, () => volume.status?.phase === 'Bound');
  },
};
