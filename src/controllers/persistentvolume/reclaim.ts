import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Plan, type Write } from '../../machinery/reconcile.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { localProvisioner, provisionedByAnnotation } from '../../resources/shared/volume-binding.ts';
import { isPodTerminal } from '../support/pods.ts';
import { claimKeyOf, podsByClaim } from '../support/volume-lookups.ts';
import { setVolumePhase } from './binding.ts';
import { externalNameOf } from './in-tree.ts';
import { deletionFinalizer } from './local.ts';

const provisionerOf = ({ metadata }: PersistentVolume) => metadata.annotations?.[provisionedByAnnotation];

/** Volumes that are made here wait for their deletion, as long as their policy asks for it. */
export function fixFinalizers(volume: PersistentVolume): Write | undefined {
  if (provisionerOf(volume) !== localProvisioner) return undefined;
  const { finalizers = [], deletionTimestamp } = volume.metadata;
  const isPresent = finalizers.includes(deletionFinalizer);
  const isWanted = volume.spec.persistentVolumeReclaimPolicy === 'Delete';
  if (isPresent === isWanted) return undefined;
  if (isPresent) return withoutFinalizer(volume);
  // To what is being deleted nothing can be added any more.
  if (deletionTimestamp) return undefined;
  return withFinalizers(volume, [...finalizers, deletionFinalizer]);
}

const withFinalizers = (volume: PersistentVolume, finalizers: string[]): Write => ({
  verb: 'update',
  resource: persistentVolumes,
  object: { ...volume, metadata: { ...volume.metadata, finalizers } },
});

const withoutFinalizer = (volume: PersistentVolume): Write =>
  withFinalizers(
    volume,
    (volume.metadata.finalizers ?? []).filter((finalizer) => finalizer !== deletionFinalizer),
  );

/** Does with a volume whose claim is gone what its policy says. */
export function reclaim(volume: PersistentVolume, snapshot: Snapshot): Plan {
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case 'Delete':
      return remove(volume);
    case 'Recycle':
      return recycle(volume, snapshot);
    default:
      return emptyPlan();
  }
}

function fail(volume: PersistentVolume, reason: string, message: string): Plan {
  const writes = setVolumePhase(volume, 'Failed', message);
  return { writes, events: writes.map((after) => ({ regarding: volume, type: 'Warning', reason, message, after })) };
}

/** Nobody is left who scrubs volumes: the policy is deprecated. */
function recycle(volume: PersistentVolume, snapshot: Snapshot): Plan {
  const users = podsByClaim
    .get(claimKeyOf(volume) ?? '', snapshot)
    .filter((pod) => !isPodTerminal(pod))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .sort();
  if (users.length === 0) return fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
  const message = `Volume is used by pods: ${users.join(',')}`;
  return { ...emptyPlan(), events: [{ regarding: volume, type: 'Normal', reason: 'VolumeFailedRecycle', message }] };
}

/** Others delete what they have made. A directory goes with the volume: there is nobody else to ask. */
function remove(volume: PersistentVolume): Plan {
  const { name, uid, finalizers, deletionTimestamp } = volume.metadata;
  const provisioner = provisionerOf(volume);
  if (provisioner !== localProvisioner) {
    if (provisioner ? externalNameOf(provisioner) : volume.spec.csi) return emptyPlan();
    const message = provisioner
      ? `no volume plugin matched name: ${provisioner}`
      : `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`;
    return fail(volume, 'VolumeFailedDelete', message);
  }
  if (!deletionTimestamp)
    return { ...emptyPlan(), writes: [{ verb: 'delete', resource: persistentVolumes, namespace: '', name, uid }] };
  if (!finalizers?.includes(deletionFinalizer)) return emptyPlan();
  return { ...emptyPlan(), writes: [withoutFinalizer(volume)] };
}
