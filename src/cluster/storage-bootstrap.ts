import type { Draft, KubeObject } from '../machinery/meta.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { localProvisioner } from '../resources/shared/volume-binding.ts';
import { defaultClassAnnotations, storageClasses, type StorageClass } from '../resources/storage/storageclass.ts';

/** The class that claims get in a new cluster: directories on the node of the first pod. Whoever does not want it deletes it. */
export function storageBootstrap(): { resource: AnyResource; object: Draft<KubeObject> }[] {
  const standard: Draft<StorageClass> = {
    apiVersion: storageClasses.apiVersion,
    kind: storageClasses.kind,
    metadata: { name: 'standard', annotations: { [defaultClassAnnotations[0]!]: 'true' } },
    provisioner: localProvisioner,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  };
  return [{ resource: storageClasses, object: standard }];
}
