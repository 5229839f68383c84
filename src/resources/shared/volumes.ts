/** The volumes of a pod. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LocalObjectReferenceSchema } from './references.ts';
import { PersistentVolumeClaimTemplateSchema } from './volume-claim.ts';
import {
  ConfigMapVolumeSourceSchema,
  DownwardAPIVolumeSourceSchema,
  ProjectedVolumeSourceSchema,
  SecretVolumeSourceSchema,
} from './volumes-projected.ts';
import {
  AWSElasticBlockStoreVolumeSourceSchema,
  AzureDiskVolumeSourceSchema,
  AzureFileVolumeSourceSchema,
  CephFSVolumeSourceSchema,
  CinderVolumeSourceSchema,
  FCVolumeSourceSchema,
  FlexVolumeSourceSchema,
  FlockerVolumeSourceSchema,
  GCEPersistentDiskVolumeSourceSchema,
  GitRepoVolumeSourceSchema,
  GlusterfsVolumeSourceSchema,
  ISCSIVolumeSourceSchema,
  NFSVolumeSourceSchema,
  PhotonPersistentDiskVolumeSourceSchema,
  PortworxVolumeSourceSchema,
  QuobyteVolumeSourceSchema,
  RBDVolumeSourceSchema,
  ScaleIOVolumeSourceSchema,
  StorageOSVolumeSourceSchema,
  VsphereVirtualDiskVolumeSourceSchema,
} from './volumes-storage.ts';

export const CSIVolumeSourceSchema = object('io.k8s.api.core.v1.CSIVolumeSource', {
  driver: required(string),
  fsType: string,
  nodePublishSecretRef: LocalObjectReferenceSchema,
  readOnly: boolean,
  volumeAttributes: map(string),
});
export type CSIVolumeSource = TypeOf<typeof CSIVolumeSourceSchema>;

export const EmptyDirVolumeSourceSchema = object('io.k8s.api.core.v1.EmptyDirVolumeSource', {
  medium: string,
  sizeLimit: quantity,
});
export type EmptyDirVolumeSource = TypeOf<typeof EmptyDirVolumeSourceSchema>;

export const EphemeralVolumeSourceSchema = object('io.k8s.api.core.v1.EphemeralVolumeSource', {
  volumeClaimTemplate: PersistentVolumeClaimTemplateSchema,
});
export type EphemeralVolumeSource = TypeOf<typeof EphemeralVolumeSourceSchema>;

export const HostPathVolumeSourceSchema = object('io.k8s.api.core.v1.HostPathVolumeSource', {
  path: required(string),
  type: string,
});
export type HostPathVolumeSource = TypeOf<typeof HostPathVolumeSourceSchema>;

export const ImageVolumeSourceSchema = object('io.k8s.api.core.v1.ImageVolumeSource', { pullPolicy: string, reference: string });
export type ImageVolumeSource = TypeOf<typeof ImageVolumeSourceSchema>;

export const PersistentVolumeClaimVolumeSourceSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource', {
  claimName: required(string),
  readOnly: boolean,
});
export type PersistentVolumeClaimVolumeSource = TypeOf<typeof PersistentVolumeClaimVolumeSourceSchema>;

export const VolumeSchema = object('io.k8s.api.core.v1.Volume', {
  awsElasticBlockStore: AWSElasticBlockStoreVolumeSourceSchema,
  azureDisk: AzureDiskVolumeSourceSchema,
  azureFile: AzureFileVolumeSourceSchema,
  cephfs: CephFSVolumeSourceSchema,
  cinder: CinderVolumeSourceSchema,
  configMap: ConfigMapVolumeSourceSchema,
  csi: CSIVolumeSourceSchema,
  downwardAPI: DownwardAPIVolumeSourceSchema,
  emptyDir: EmptyDirVolumeSourceSchema,
  ephemeral: EphemeralVolumeSourceSchema,
  fc: FCVolumeSourceSchema,
  flexVolume: FlexVolumeSourceSchema,
  flocker: FlockerVolumeSourceSchema,
  gcePersistentDisk: GCEPersistentDiskVolumeSourceSchema,
  gitRepo: GitRepoVolumeSourceSchema,
  glusterfs: GlusterfsVolumeSourceSchema,
  hostPath: HostPathVolumeSourceSchema,
  image: ImageVolumeSourceSchema,
  iscsi: ISCSIVolumeSourceSchema,
  name: required(string),
  nfs: NFSVolumeSourceSchema,
  persistentVolumeClaim: PersistentVolumeClaimVolumeSourceSchema,
  photonPersistentDisk: PhotonPersistentDiskVolumeSourceSchema,
  portworxVolume: PortworxVolumeSourceSchema,
  projected: ProjectedVolumeSourceSchema,
  quobyte: QuobyteVolumeSourceSchema,
  rbd: RBDVolumeSourceSchema,
  scaleIO: ScaleIOVolumeSourceSchema,
  secret: SecretVolumeSourceSchema,
  storageos: StorageOSVolumeSourceSchema,
  vsphereVolume: VsphereVirtualDiskVolumeSourceSchema,
});
export type Volume = TypeOf<typeof VolumeSchema>;
