/** Volume sources of particular storage systems, most of them superseded by CSI. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, int32, list, map, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LocalObjectReferenceSchema } from './references.ts';

export const AWSElasticBlockStoreVolumeSourceSchema = object('io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  partition: field(int32, { doc: 'The partition to mount; the whole disk if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  volumeID: required(string, { doc: 'The id of the disk.' }),
});
export type AWSElasticBlockStoreVolumeSource = TypeOf<typeof AWSElasticBlockStoreVolumeSourceSchema>;

export const AzureDiskVolumeSourceSchema = object('io.k8s.api.core.v1.AzureDiskVolumeSource', {
  cachingMode: field(oneOf('None', 'ReadOnly', 'ReadWrite'), {
    doc: 'How the host caches: None, ReadOnly or ReadWrite (the default).',
    default: 'ReadWrite',
  }),
  diskName: required(string, { doc: 'The name of the disk.' }),
  diskURI: required(string, { doc: 'The URI of the disk.' }),
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.', default: 'ext4' }),
  kind: field(oneOf('Dedicated', 'Managed', 'Shared'), { doc: 'Shared (the default), Dedicated or Managed.', default: 'Shared' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.', default: false }),
});
export type AzureDiskVolumeSource = TypeOf<typeof AzureDiskVolumeSourceSchema>;

export const AzureFileVolumeSourceSchema = object('io.k8s.api.core.v1.AzureFileVolumeSource', {
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretName: required(string, { doc: 'The Secret with the name and key of the storage account.' }),
  shareName: required(string, { doc: 'The name of the share.' }),
});
export type AzureFileVolumeSource = TypeOf<typeof AzureFileVolumeSourceSchema>;

export const CephFSVolumeSourceSchema = object('io.k8s.api.core.v1.CephFSVolumeSource', {
  monitors: required(list(string), { doc: 'The addresses of the Ceph monitors.' }),
  path: field(string, { doc: 'The directory that is mounted. / if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretFile: field(string, { doc: 'The file on the node with the key of the user. /etc/ceph/user.secret if left out.' }),
  secretRef: field(LocalObjectReferenceSchema, { doc: 'The Secret with the key of the user, instead of secretFile.' }),
  user: field(string, { doc: 'The user. admin if left out.' }),
});
export type CephFSVolumeSource = TypeOf<typeof CephFSVolumeSourceSchema>;

export const CinderVolumeSourceSchema = object('io.k8s.api.core.v1.CinderVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(LocalObjectReferenceSchema, { doc: 'The Secret with the settings for OpenStack.' }),
  volumeID: required(string, { doc: 'The id of the volume.' }),
});
export type CinderVolumeSource = TypeOf<typeof CinderVolumeSourceSchema>;

export const FCVolumeSourceSchema = object('io.k8s.api.core.v1.FCVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  lun: field(int32, { doc: 'The number of the logical unit.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  targetWWNs: field(list(string), { doc: 'The world wide names of the targets.' }),
  wwids: field(list(string), { doc: 'World wide identifiers of the volume, instead of targetWWNs and lun.' }),
});
export type FCVolumeSource = TypeOf<typeof FCVolumeSourceSchema>;

export const FlexVolumeSourceSchema = object('io.k8s.api.core.v1.FlexVolumeSource', {
  driver: required(string, { doc: 'The name of the driver.' }),
  fsType: field(string, { doc: 'The file system of the volume; the driver chooses if left out.' }),
  options: field(map(string), { doc: 'Settings that the driver understands.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(LocalObjectReferenceSchema, { doc: 'The Secret that the driver gets.' }),
});
export type FlexVolumeSource = TypeOf<typeof FlexVolumeSourceSchema>;

export const FlockerVolumeSourceSchema = object('io.k8s.api.core.v1.FlockerVolumeSource', {
  datasetName: field(string, { doc: 'The name of the dataset, as its metadata says.' }),
  datasetUUID: field(string, { doc: 'The UUID of the dataset.' }),
});
export type FlockerVolumeSource = TypeOf<typeof FlockerVolumeSourceSchema>;

export const GCEPersistentDiskVolumeSourceSchema = object('io.k8s.api.core.v1.GCEPersistentDiskVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  partition: field(int32, { doc: 'The partition to mount; the whole disk if left out.' }),
  pdName: required(string, { doc: 'The name of the disk.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
});
export type GCEPersistentDiskVolumeSource = TypeOf<typeof GCEPersistentDiskVolumeSourceSchema>;

export const GitRepoVolumeSourceSchema = object('io.k8s.api.core.v1.GitRepoVolumeSource', {
  directory: field(string, { doc: 'The directory for the clone, as . for the volume itself.' }),
  repository: required(string, { doc: 'The URL of the repository.' }),
  revision: field(string, { doc: 'The commit.' }),
});
export type GitRepoVolumeSource = TypeOf<typeof GitRepoVolumeSourceSchema>;

export const GlusterfsVolumeSourceSchema = object('io.k8s.api.core.v1.GlusterfsVolumeSource', {
  endpoints: required(string, { doc: 'The Endpoints with the addresses of the servers.' }),
  path: required(string, { doc: 'The name of the Gluster volume.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
});
export type GlusterfsVolumeSource = TypeOf<typeof GlusterfsVolumeSourceSchema>;

export const ISCSIVolumeSourceSchema = object('io.k8s.api.core.v1.ISCSIVolumeSource', {
  chapAuthDiscovery: field(boolean, { doc: 'Whether the discovery uses CHAP.' }),
  chapAuthSession: field(boolean, { doc: 'Whether the session uses CHAP.' }),
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  initiatorName: field(string, { doc: 'The name of the initiator; that of the node if left out.' }),
  iqn: required(string, { doc: 'The name of the target.' }),
  iscsiInterface: field(string, { doc: 'The interface of the initiator. default (tcp) if left out.', default: 'default' }),
  lun: required(int32, { doc: 'The number of the logical unit.' }),
  portals: field(list(string), { doc: 'More portals of the target, as IP or IP:port.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(LocalObjectReferenceSchema, { doc: 'The Secret with the credentials for CHAP.' }),
  targetPortal: required(string, { doc: 'The portal of the target, as IP or IP:port; the port is 3260 if left out.' }),
});
export type ISCSIVolumeSource = TypeOf<typeof ISCSIVolumeSourceSchema>;

export const NFSVolumeSourceSchema = object('io.k8s.api.core.v1.NFSVolumeSource', {
  path: required(string, { doc: 'The path that the server exports.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  server: required(string, { doc: 'The host name or address of the server.' }),
});
export type NFSVolumeSource = TypeOf<typeof NFSVolumeSourceSchema>;

export const PhotonPersistentDiskVolumeSourceSchema = object('io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  pdID: required(string, { doc: 'The id of the disk.' }),
});
export type PhotonPersistentDiskVolumeSource = TypeOf<typeof PhotonPersistentDiskVolumeSourceSchema>;

export const PortworxVolumeSourceSchema = object('io.k8s.api.core.v1.PortworxVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  volumeID: required(string, { doc: 'The id of the volume.' }),
});
export type PortworxVolumeSource = TypeOf<typeof PortworxVolumeSourceSchema>;

export const QuobyteVolumeSourceSchema = object('io.k8s.api.core.v1.QuobyteVolumeSource', {
  group: field(string, { doc: 'The group that the files are accessed as; none if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  registry: required(string, { doc: 'The addresses of Quobyte registries, as host:port, separated by commas.' }),
  tenant: field(string, { doc: 'The tenant that the volume belongs to.' }),
  user: field(string, { doc: 'The user that the files are accessed as; that of the service account if left out.' }),
  volume: required(string, { doc: 'The name of the volume.' }),
});
export type QuobyteVolumeSource = TypeOf<typeof QuobyteVolumeSourceSchema>;

export const RBDVolumeSourceSchema = object('io.k8s.api.core.v1.RBDVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  image: required(string, { doc: 'The name of the image.' }),
  keyring: field(string, {
    doc: 'The file on the node with the keys. /etc/ceph/keyring if left out.',
    default: '/etc/ceph/keyring',
  }),
  monitors: required(list(string), { doc: 'The addresses of the Ceph monitors.' }),
  pool: field(string, { doc: 'The pool. rbd if left out.', default: 'rbd' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(LocalObjectReferenceSchema, { doc: 'The Secret with the key of the user, instead of keyring.' }),
  user: field(string, { doc: 'The user. admin if left out.', default: 'admin' }),
});
export type RBDVolumeSource = TypeOf<typeof RBDVolumeSourceSchema>;

export const ScaleIOVolumeSourceSchema = object('io.k8s.api.core.v1.ScaleIOVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. xfs if left out.', default: 'xfs' }),
  gateway: required(string, { doc: 'The address of the API gateway.' }),
  protectionDomain: field(string, { doc: 'The protection domain.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: required(LocalObjectReferenceSchema, { doc: 'The Secret with the credentials.' }),
  sslEnabled: field(boolean, { doc: 'Whether the gateway is reached by TLS. false if left out.' }),
  storageMode: field(string, { doc: 'ThickProvisioned or ThinProvisioned (the default).', default: 'ThinProvisioned' }),
  storagePool: field(string, { doc: 'The storage pool.' }),
  system: required(string, { doc: 'The name of the storage system.' }),
  volumeName: field(string, { doc: 'The name of the volume.' }),
});
export type ScaleIOVolumeSource = TypeOf<typeof ScaleIOVolumeSourceSchema>;

export const StorageOSVolumeSourceSchema = object('io.k8s.api.core.v1.StorageOSVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  secretRef: field(LocalObjectReferenceSchema, { doc: 'The Secret with the credentials.' }),
  volumeName: field(string, { doc: 'The name of the volume.' }),
  volumeNamespace: field(string, { doc: 'The namespace of StorageOS that the volume is in; that of the pod if left out.' }),
});
export type StorageOSVolumeSource = TypeOf<typeof StorageOSVolumeSourceSchema>;

export const VsphereVirtualDiskVolumeSourceSchema = object('io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource', {
  fsType: field(string, { doc: 'The file system of the volume. ext4 if left out.' }),
  storagePolicyID: field(string, { doc: 'The id of the storage policy.' }),
  storagePolicyName: field(string, { doc: 'The name of the storage policy.' }),
  volumePath: required(string, { doc: 'The path of the disk image.' }),
});
export type VsphereVirtualDiskVolumeSource = TypeOf<typeof VsphereVirtualDiskVolumeSourceSchema>;
