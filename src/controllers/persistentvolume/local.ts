/** The provisioner that is part of the control plane: directories on nodes. */
import type { Draft } from '../../machinery/meta.ts';
import type { Node } from '../../resources/core/node.ts';
import type { PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { boundByControllerAnnotation, localProvisioner, provisionedByAnnotation } from '../../resources/shared/volume-binding.ts';
import { storageClassOf } from '../../resources/shared/volume-modes.ts';
import type { StorageClass } from '../../resources/storage/storageclass.ts';

/** The volume stays until what its reclaim policy says has been done. */
export const deletionFinalizer = 'kubernetes.io/pv-controller';

const hostnameLabel = 'kubernetes.io/hostname';

/** Where the directories are on a node. */
const root = '/var/lib/hibernetes/volumes';

const accessModes = ['ReadWriteOnce', 'ReadWriteOncePod'];

/** The name of the volume that is made for a claim: the same whoever makes it, so that there is one. */
export const provisionedVolumeName = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata.uid}`;

/** Why a directory is not what the claim, or its class, asks for. */
export function whyNotLocal({ spec }: PersistentVolumeClaim, storageClass: StorageClass): string | undefined {
  const { name } = storageClass.metadata;
  if (spec.dataSource || spec.dataSourceRef)
    return `plugin "${localProvisioner}" is not a CSI plugin. Only CSI plugin can provision a claim with a datasource`;
  const options = storageClass.mountOptions ?? [];
  if (options.length > 0)
    return `Mount options are not supported by the provisioner but StorageClass "${name}" has mount options [${options.join(' ')}]`;
  const prefix = `Failed to provision volume with StorageClass "${name}"`;
  if (spec.volumeMode === 'Block') return `${prefix}: ${localProvisioner} does not support block volume provisioning`;
  if (spec.selector) return `${prefix}: claim Selector is not supported`;
  if (spec.volumeAttributesClassName) return `${prefix}: ${localProvisioner} does not support volume attributes classes`;
  const other = (spec.accessModes ?? []).find((mode) => !accessModes.includes(mode));
  return other && `${prefix}: ${localProvisioner} only supports ${accessModes.join(' and ')} access modes, not ${other}`;
}

/** A volume for the claim on that node, which only pods on that node can use. */
export function newLocalVolume(
  claim: PersistentVolumeClaim,
  { reclaimPolicy = 'Delete' }: StorageClass,
  node: Node,
): Draft<PersistentVolume> {
  const { name: claimName, namespace, uid, resourceVersion } = claim.metadata;
  const name = provisionedVolumeName(claim);
  const host = node.metadata.labels?.[hostnameLabel] ?? node.metadata.name;
  return {
    apiVersion: persistentVolumes.apiVersion,
    kind: persistentVolumes.kind,
    metadata: {
      name,
      annotations: { [boundByControllerAnnotation]: 'yes', [provisionedByAnnotation]: localProvisioner },
      ...(reclaimPolicy === 'Delete' && { finalizers: [deletionFinalizer] }),
    },
    spec: {
      accessModes: claim.spec.accessModes ?? [],
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claimName, namespace, uid, resourceVersion },
      hostPath: { path: `${root}/${name}_${namespace}_${claimName}`, type: 'DirectoryOrCreate' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: hostnameLabel, operator: 'In', values: [host] }] }] },
      },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: storageClassOf(claim),
      volumeMode: 'Filesystem',
    },
  };
}
