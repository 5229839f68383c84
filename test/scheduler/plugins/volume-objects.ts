import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { PersistentVolumeClaim } from '../../../src/resources/core/persistentvolumeclaim.ts';
import type { PersistentVolume } from '../../../src/resources/core/persistentvolume.ts';
import type { StorageClass } from '../../../src/resources/storage/storageclass.ts';
import { pod } from '../support.ts';

type Meta = Partial<KubeObject['metadata']>;
const clusterMeta = (name: string, more: Meta = {}) => ({ ...pod(name).metadata, namespace: undefined, ...more });

/** A claim of 1Gi of the class `wait`, not bound. */
export const claim = (
  name: string,
  spec: PersistentVolumeClaim['spec'] = {},
  more: { metadata?: Meta; status?: PersistentVolumeClaim['status'] } = {},
): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { ...pod(name).metadata, ...more.metadata },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'wait', ...spec },
  status: more.status ?? { phase: 'Pending' },
});

/** A claim that has its volume. */
export const bound = (name: string, volumeName: string, spec: PersistentVolumeClaim['spec'] = {}): PersistentVolumeClaim =>
  claim(name, { volumeName, ...spec }, { metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } } });

/** A free volume of 1Gi and the class `wait`, reachable from everywhere. */
export const volume = (
  name: string,
  spec: PersistentVolume['spec'] = {},
  more: { metadata?: Meta; phase?: string } = {},
): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: clusterMeta(name, more.metadata),
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, storageClassName: 'wait', ...spec },
  status: { phase: more.phase ?? 'Available' },
});

/** Of a volume that only nodes with such a label reach. */
export const onlyOn = (key: string, ...values: string[]) => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values }] }] } },
});

export const storageClass = (name: string, more: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: clusterMeta(name),
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
  ...more,
});

/** Any other object of the cluster. */
export const clusterObject = (kind: string, name: string, parts: object): KubeObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind,
  metadata: clusterMeta(name),
  ...parts,
});

/** The volumes of a pod that uses these claims. */
export const using = (...claimNames: string[]) => ({
  volumes: claimNames.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
});
