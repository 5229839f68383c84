import type { Reader } from '../../../machinery/reader.ts';
import type { PersistentVolumeClaim } from '../../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumeClaims } from '../../../resources/core/persistentvolumeclaim.ts';
import type { Pod } from '../../../resources/core/pod.ts';
import { storageClasses } from '../../../resources/storage/storageclass.ts';
import { isFullyBound } from '../../../resources/shared/volume-binding.ts';
import { storageClassOf } from '../../../resources/shared/volume-modes.ts';
import { claimsOf, isMadeFor } from '../../../resources/shared/pod-claims.ts';

/** The claims of a pod, by what has to happen before it can start. */
export interface PodVolumeClaims {
  /** To be mounted where their volumes are. */
  readonly bound: readonly PersistentVolumeClaim[];
  /** To be bound once the pod has a node. */
  readonly delayed: readonly PersistentVolumeClaim[];
}

/** The claims of a pod, or why it has to wait for them wherever it goes. `undefined` without any. */
export function podVolumeClaims(pod: Pod, reader: Reader): PodVolumeClaims | string | undefined {
  const { name: podName, namespace = '' } = pod.metadata;
  const used = claimsOf(pod);
  if (used.length === 0) return undefined;
  const claims: PersistentVolumeClaim[] = [];
  for (const { name, ephemeral } of used) {
    const claim = reader.get(persistentVolumeClaims, namespace, name);
    if (!claim)
      return ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : `persistentvolumeclaim "${name}" not found`;
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
    if (ephemeral && !isMadeFor(claim, pod))
      return `PVC ${namespace}/${name} was not created for pod ${namespace}/${podName} (pod is not owner)`;
    claims.push(claim);
  }
  const unbound = claims.filter((claim) => !isFullyBound(claim));
  // A claim that names its volume is bound to it by the controller, whatever its class says.
  if (unbound.some((claim) => claim.spec.volumeName || !waitsForConsumer(claim, reader)))
    return 'pod has unbound immediate PersistentVolumeClaims';
  return { bound: claims.filter(isFullyBound), delayed: unbound };
}

const waitsForConsumer = (claim: PersistentVolumeClaim, reader: Reader): boolean =>
  reader.get(storageClasses, '', storageClassOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer';
