/** Volume sources of particular storage systems, most of them superseded by CSI. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, int32, list, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LocalObjectReferenceSchema } from './references.ts';

export const AWSElasticBlockStoreVolumeSourceSchema = object('io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource', {
  fsType: string,
  partition: int32,
  readOnly: boolean,
  volumeID: required(string),
});
export type AWSElasticBlockStoreVolumeSource = TypeOf<typeof AWSElasticBlockStoreVolumeSourceSchema>;

export const AzureDiskVolumeSourceSchema = object('io.k8s.api.core.v1.AzureDiskVolumeSource', {
  cachingMode: string,
  diskName: required(string),
  diskURI: required(string),
  fsType: string,
  kind: string,
  readOnly: boolean,
});
export type AzureDiskVolumeSource = TypeOf<typeof AzureDiskVolumeSourceSchema>;

export const AzureFileVolumeSourceSchema = object('io.k8s.api.core.v1.AzureFileVolumeSource', {
  readOnly: boolean,
  secretName: required(string),
  shareName: required(string),
});
export type AzureFileVolumeSource = TypeOf<typeof AzureFileVolumeSourceSchema>;

export const CephFSVolumeSourceSchema = object('io.k8s.api.core.v1.CephFSVolumeSource', {
  monitors: required(list(string)),
  path: string,
  readOnly: boolean,
  secretFile: string,
  secretRef: LocalObjectReferenceSchema,
  user: string,
});
export type CephFSVolumeSource = TypeOf<typeof CephFSVolumeSourceSchema>;

export const CinderVolumeSourceSchema = object('io.k8s.api.core.v1.CinderVolumeSource', {
  fsType: string,
  readOnly: boolean,
  secretRef: LocalObjectReferenceSchema,
  volumeID: required(string),
});
export type CinderVolumeSource = TypeOf<typeof CinderVolumeSourceSchema>;

export const FCVolumeSourceSchema = object('io.k8s.api.core.v1.FCVolumeSource', {
  fsType: string,
  lun: int32,
  readOnly: boolean,
  targetWWNs: list(string),
  wwids: list(string),
});
export type FCVolumeSource = TypeOf<typeof FCVolumeSourceSchema>;

export const FlexVolumeSourceSchema = object('io.k8s.api.core.v1.FlexVolumeSource', {
  driver: required(string),
  fsType: string,
  options: map(string),
  readOnly: boolean,
  secretRef: LocalObjectReferenceSchema,
});
export type FlexVolumeSource = TypeOf<typeof FlexVolumeSourceSchema>;

export const FlockerVolumeSourceSchema = object('io.k8s.api.core.v1.FlockerVolumeSource', {
  datasetName: string,
  datasetUUID: string,
});
export type FlockerVolumeSource = TypeOf<typeof FlockerVolumeSourceSchema>;

export const GCEPersistentDiskVolumeSourceSchema = object('io.k8s.api.core.v1.GCEPersistentDiskVolumeSource', {
  fsType: string,
  partition: int32,
  pdName: required(string),
  readOnly: boolean,
});
export type GCEPersistentDiskVolumeSource = TypeOf<typeof GCEPersistentDiskVolumeSourceSchema>;

export const GitRepoVolumeSourceSchema = object('io.k8s.api.core.v1.GitRepoVolumeSource', {
  directory: string,
  repository: required(string),
  revision: string,
});
export type GitRepoVolumeSource = TypeOf<typeof GitRepoVolumeSourceSchema>;

export const GlusterfsVolumeSourceSchema = object('io.k8s.api.core.v1.GlusterfsVolumeSource', {
  endpoints: required(string),
  path: required(string),
  readOnly: boolean,
});
export type GlusterfsVolumeSource = TypeOf<typeof GlusterfsVolumeSourceSchema>;

export const ISCSIVolumeSourceSchema = object('io.k8s.api.core.v1.ISCSIVolumeSource', {
  chapAuthDiscovery: boolean,
  chapAuthSession: boolean,
  fsType: string,
  initiatorName: string,
  iqn: required(string),
  iscsiInterface: string,
  lun: required(int32),
  portals: list(string),
  readOnly: boolean,
  secretRef: LocalObjectReferenceSchema,
  targetPortal: required(string),
});
export type ISCSIVolumeSource = TypeOf<typeof ISCSIVolumeSourceSchema>;

export const NFSVolumeSourceSchema = object('io.k8s.api.core.v1.NFSVolumeSource', {
  path: required(string),
  readOnly: boolean,
  server: required(string),
});
export type NFSVolumeSource = TypeOf<typeof NFSVolumeSourceSchema>;

export const PhotonPersistentDiskVolumeSourceSchema = object('io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource', {
  fsType: string,
  pdID: required(string),
});
export type PhotonPersistentDiskVolumeSource = TypeOf<typeof PhotonPersistentDiskVolumeSourceSchema>;

export const PortworxVolumeSourceSchema = object('io.k8s.api.core.v1.PortworxVolumeSource', {
  fsType: string,
  readOnly: boolean,
  volumeID: required(string),
});
export type PortworxVolumeSource = TypeOf<typeof PortworxVolumeSourceSchema>;

export const QuobyteVolumeSourceSchema = object('io.k8s.api.core.v1.QuobyteVolumeSource', {
  group: string,
  readOnly: boolean,
  registry: required(string),
  tenant: string,
  user: string,
  volume: required(string),
});
export type QuobyteVolumeSource = TypeOf<typeof QuobyteVolumeSourceSchema>;

export const RBDVolumeSourceSchema = object('io.k8s.api.core.v1.RBDVolumeSource', {
  fsType: string,
  image: required(string),
  keyring: string,
  monitors: required(list(string)),
  pool: string,
  readOnly: boolean,
  secretRef: LocalObjectReferenceSchema,
  user: string,
});
export type RBDVolumeSource = TypeOf<typeof RBDVolumeSourceSchema>;

export const ScaleIOVolumeSourceSchema = object('io.k8s.api.core.v1.ScaleIOVolumeSource', {
  fsType: string,
  gateway: required(string),
  protectionDomain: string,
  readOnly: boolean,
  secretRef: required(LocalObjectReferenceSchema),
  sslEnabled: boolean,
  storageMode: string,
  storagePool: string,
  system: required(string),
  volumeName: string,
});
export type ScaleIOVolumeSource = TypeOf<typeof ScaleIOVolumeSourceSchema>;

export const StorageOSVolumeSourceSchema = object('io.k8s.api.core.v1.StorageOSVolumeSource', {
  fsType: string,
  readOnly: boolean,
  secretRef: LocalObjectReferenceSchema,
  volumeName: string,
  volumeNamespace: string,
});
export type StorageOSVolumeSource = TypeOf<typeof StorageOSVolumeSourceSchema>;

export const VsphereVirtualDiskVolumeSourceSchema = object('io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource', {
  fsType: string,
  storagePolicyID: string,
  storagePolicyName: string,
  volumePath: required(string),
});
export type VsphereVirtualDiskVolumeSource = TypeOf<typeof VsphereVirtualDiskVolumeSourceSchema>;
