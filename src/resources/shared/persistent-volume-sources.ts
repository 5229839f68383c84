/** Volume sources as a PersistentVolume has them, with secrets of any namespace. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, int32, list, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ObjectReferenceSchema } from './references.ts';

export const AzureFilePersistentVolumeSourceSchema = object('io.k8s.api.core.v1.AzureFilePersistentVolumeSource', {
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretName: required(string, { doc: 'The Secret with the name and key of the storage account.' }),
  secretNamespace: field(string, { doc: 'The namespace of the Secret; that of the claim if left out.' }),
  shareName: required(string, { doc: 'The name of the share.' }),
});
export type AzureFilePersistentVolumeSource = TypeOf<typeof AzureFilePersistentVolumeSourceSchema>;

export const SecretReferenceSchema = object(
  'io.k8s.api.core.v1.SecretReference',
  { name: field(string, { doc: 'The name of the Secret.' }), namespace: field(string, { doc: 'The namespace of the Secret.' }) },
  { atomic: true },
);
export type SecretReference = TypeOf<typeof SecretReferenceSchema>;

export const CephFSPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.CephFSPersistentVolumeSource', {
  monitors: required(list(string), { doc: 'The addresses of the Ceph monitors.' }),
  path: field(string, { doc: 'The directory that is mounted. / if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretFile: field(string, { doc: 'The file on the node with the key of the user. /etc/ceph/user.secret if left out.' }),
  secretRef: field(SecretReferenceSchema, { doc: 'The Secret with the key of the user, instead of secretFile.' }),
  user: field(string, { doc: 'The user. admin if left out.' }),
});
export type CephFSPersistentVolumeSource = TypeOf<typeof CephFSPersistentVolumeSourceSchema>;

export const CinderPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.CinderPersistentVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(SecretReferenceSchema, { doc: 'The Secret with the settings for OpenStack.' }),
  volumeID: required(string, { doc: 'The id of the volume.' }),
});
export type CinderPersistentVolumeSource = TypeOf<typeof CinderPersistentVolumeSourceSchema>;

export const CSIPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.CSIPersistentVolumeSource', {
  controllerExpandSecretRef: field(SecretReferenceSchema, {
    doc: 'The Secret that the driver gets when it makes the volume larger.',
  }),
  controllerPublishSecretRef: field(SecretReferenceSchema, {
    doc: 'The Secret that the driver gets when it attaches and detaches the volume.',
  }),
  driver: required(string, { doc: 'The name of the CSI driver.' }),
  fsType: field(string, { doc: 'The file system of the volume; the driver chooses if left out.' }),
  nodeExpandSecretRef: field(SecretReferenceSchema, {
    doc: 'The Secret that the driver gets when it makes the file system larger.',
  }),
  nodePublishSecretRef: field(SecretReferenceSchema, {
    doc: 'The Secret that the driver gets when it mounts the volume into a pod.',
  }),
  nodeStageSecretRef: field(SecretReferenceSchema, {
    doc: 'The Secret that the driver gets when it mounts the volume on a node.',
  }),
  readOnly: field(boolean, { doc: 'Whether the volume is attached for reading only. false if left out.' }),
  volumeAttributes: field(map(string), { doc: 'What the driver noted about the volume.' }),
  volumeHandle: required(string, { doc: 'The name by which the driver knows the volume. Cannot be changed.' }),
});
export type CSIPersistentVolumeSource = TypeOf<typeof CSIPersistentVolumeSourceSchema>;

export const FlexPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.FlexPersistentVolumeSource', {
  driver: required(string, { doc: 'The name of the driver.' }),
  fsType: field(string, { doc: 'The file system of the volume; the driver chooses if left out.' }),
  options: field(map(string), { doc: 'Settings that the driver understands.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(SecretReferenceSchema, { doc: 'The Secret that the driver gets.' }),
});
export type FlexPersistentVolumeSource = TypeOf<typeof FlexPersistentVolumeSourceSchema>;

export const GlusterfsPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.GlusterfsPersistentVolumeSource', {
  endpoints: required(string, { doc: 'The Endpoints with the addresses of the servers.' }),
  endpointsNamespace: field(string, { doc: 'The namespace of the Endpoints; that of the claim if left out.' }),
  path: required(string, { doc: 'The name of the Gluster volume.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
});
export type GlusterfsPersistentVolumeSource = TypeOf<typeof GlusterfsPersistentVolumeSourceSchema>;

export const ISCSIPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.ISCSIPersistentVolumeSource', {
  chapAuthDiscovery: field(boolean, { doc: 'Whether the discovery uses CHAP.' }),
  chapAuthSession: field(boolean, { doc: 'Whether the session uses CHAP.' }),
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  initiatorName: field(string, { doc: 'The name of the initiator; that of the node if left out.' }),
  iqn: required(string, { doc: 'The name of the target.' }),
  iscsiInterface: field(string, { doc: 'The interface of the initiator. default (tcp) if left out.', default: 'default' }),
  lun: required(int32, { doc: 'The number of the logical unit.' }),
  portals: field(list(string), { doc: 'More portals of the target, as IP or IP:port.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(SecretReferenceSchema, { doc: 'The Secret with the credentials for CHAP.' }),
  targetPortal: required(string, { doc: 'The portal of the target, as IP or IP:port; the port is 3260 if left out.' }),
});
export type ISCSIPersistentVolumeSource = TypeOf<typeof ISCSIPersistentVolumeSourceSchema>;

export const LocalVolumeSourceSchema = object('io.k8s.api.core.v1.LocalVolumeSource', {
  fsType: field(string, { doc: 'The file system that a block device is formatted with; found out, or else ext4, if left out.' }),
  path: required(string, { doc: 'A directory or block device of the node.' }),
});
export type LocalVolumeSource = TypeOf<typeof LocalVolumeSourceSchema>;

export const RBDPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.RBDPersistentVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  image: required(string, { doc: 'The name of the image.' }),
  keyring: field(string, {
    doc: 'The file on the node with the keys. /etc/ceph/keyring if left out.',
    default: '/etc/ceph/keyring',
  }),
  monitors: required(list(string), { doc: 'The addresses of the Ceph monitors.' }),
  pool: field(string, { doc: 'The pool. rbd if left out.', default: 'rbd' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(SecretReferenceSchema, { doc: 'The Secret with the key of the user, instead of keyring.' }),
  user: field(string, { doc: 'The user. admin if left out.', default: 'admin' }),
});
export type RBDPersistentVolumeSource = TypeOf<typeof RBDPersistentVolumeSourceSchema>;

export const ScaleIOPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.ScaleIOPersistentVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. xfs if left out.', default: 'xfs' }),
  gateway: required(string, { doc: 'The address of the API gateway.' }),
  protectionDomain: field(string, { doc: 'The protection domain.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: required(SecretReferenceSchema, { doc: 'The Secret with the credentials.' }),
  sslEnabled: field(boolean, { doc: 'Whether the gateway is reached by TLS. false if left out.' }),
  storageMode: field(string, { doc: 'ThickProvisioned or ThinProvisioned (the default).', default: 'ThinProvisioned' }),
  storagePool: field(string, { doc: 'The storage pool.' }),
  system: required(string, { doc: 'The name of the storage system.' }),
  volumeName: field(string, { doc: 'The name of the volume.' }),
});
export type ScaleIOPersistentVolumeSource = TypeOf<typeof ScaleIOPersistentVolumeSourceSchema>;

export const StorageOSPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.StorageOSPersistentVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(ObjectReferenceSchema, { doc: 'The Secret with the credentials.' }),
  volumeName: field(string, { doc: 'The name of the volume.' }),
  volumeNamespace: field(string, { doc: 'The namespace of StorageOS that the volume is in; that of the claim if left out.' }),
});
export type StorageOSPersistentVolumeSource = TypeOf<typeof StorageOSPersistentVolumeSourceSchema>;
