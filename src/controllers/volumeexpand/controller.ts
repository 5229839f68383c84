import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { localProvisioner, provisionedByAnnotation, storageOf } from '../../resources/shared/volume-binding.ts';
import { withoutCondition } from '../support/conditions.ts';
import { boundVolume } from '../support/volume-lookups.ts';

/**
 * Lets volumes grow when their claims ask for more. A directory is as large as anybody likes, so that is done at once; all
 * else is left to the driver's resizer.
 */
export const volumeExpandController: Controller = {
  name: 'persistentvolume-expander',
  component: 'volume_expand',
  triggers: [
    { resource: persistentVolumeClaims, keys: (claim: PersistentVolumeClaim) => (wantsMore(claim) ? [keyOf(claim)] : []) },
    { resource: persistentVolumes, concerns: isResized, keys: keysOfVolume },
  ],
  reconcile(key, snapshot) {
    const { namespace, name } = splitKey(key);
    const claim = snapshot.get(persistentVolumeClaims, namespace, name);
    if (!claim || !wantsMore(claim)) return emptyPlan();
    const volume = boundVolume(claim, snapshot.get(persistentVolumes, '', claim.spec.volumeName ?? ''));
    if (!volume) return emptyPlan();
    if (volume.metadata.annotations?.[provisionedByAnnotation] === localProvisioner) return grow(claim, volume);
    const message = 'waiting for an external controller to expand this PVC';
    return { ...emptyPlan(), events: [{ regarding: claim, type: 'Normal', reason: 'ExternalExpanding', message }] };
  },
};

const wantsMore = ({ spec, status }: PersistentVolumeClaim): boolean =>
  status?.phase === 'Bound' && compareQuantities(storageOf(spec.resources?.requests), storageOf(status.capacity)) > 0;

function isResized(volume: PersistentVolume, previous: PersistentVolume): boolean {
  return compareQuantities(storageOf(volume.spec.capacity), storageOf(previous.spec.capacity)) !== 0;
}

/** The claim whose volume has grown here is brought up to it. */
function keysOfVolume({ metadata, spec: { claimRef } }: PersistentVolume, snapshot: Snapshot): string[] {
  if (!claimRef || metadata.annotations?.[provisionedByAnnotation] !== localProvisioner) return [];
  const claim = snapshot.get(persistentVolumeClaims, claimRef.namespace ?? '', claimRef.name ?? '');
  return claim && wantsMore(claim) ? [keyOf(claim)] : [];
}

const resizeConditions = ['Resizing', 'FileSystemResizePending', 'ControllerResizeError', 'NodeResizeError'];

/** First the volume, then what the claim says of it. */
function grow(claim: PersistentVolumeClaim, volume: PersistentVolume): Plan {
  const storage = claim.spec.resources?.requests?.['storage'] ?? '0';
  if (compareQuantities(storageOf(volume.spec.capacity), storageOf({ storage })) < 0) {
    const object: PersistentVolume = { ...volume, spec: { ...volume.spec, capacity: { ...volume.spec.capacity, storage } } };
    return { ...emptyPlan(), writes: [{ verb: 'update', resource: persistentVolumes, object }] };
  }
  const { allocatedResourceStatuses: _, conditions: before, ...rest } = claim.status ?? {};
  const conditions = resizeConditions.reduce((kept, type) => withoutCondition(kept, type), before ?? []);
  const status = {
    ...rest,
    ...(conditions.length > 0 && { conditions }),
    capacity: { ...rest.capacity, storage },
    allocatedResources: { ...rest.allocatedResources, storage },
  };
  const object: PersistentVolumeClaim = { ...claim, status };
  const write = { verb: 'update', subresource: 'status', resource: persistentVolumeClaims, object } as const;
  const message = `ExpandVolume succeeded for volume ${keyOf(claim)}`;
  return {
    writes: [write],
    events: [{ regarding: claim, type: 'Normal', reason: 'VolumeResizeSuccessful', message, after: write }],
  };
}
