/** Volume sources as a PersistentVolume has them, with secrets of any namespace. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, int32, list, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ObjectReferenceSchema } from './references.ts';

export const AzureFilePersistentVolumeSourceSchema = object('io.k8s.api.core.v1.AzureFilePersistentVolumeSource', {
  readOnly: boolean,
  secretName: required(string),
  secretNamespace: string,
  shareName: required(string),
});
export type AzureFilePersistentVolumeSource = TypeOf<typeof AzureFilePersistentVolumeSourceSchema>;

export const SecretReferenceSchema = object(
  'io.k8s.api.core.v1.SecretReference',
  { name: string, namespace: string },
  { atomic: true },
);
export type SecretReference = TypeOf<typeof SecretReferenceSchema>;

export const CephFSPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.CephFSPersistentVolumeSource', {
  monitors: required(list(string)),
  path: string,
  readOnly: boolean,
  secretFile: string,
  secretRef: SecretReferenceSchema,
  user: string,
});
export type CephFSPersistentVolumeSource = TypeOf<typeof CephFSPersistentVolumeSourceSchema>;

export const CinderPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.CinderPersistentVolumeSource', {
  fsType: string,
  readOnly: boolean,
  secretRef: SecretReferenceSchema,
  volumeID: required(string),
});
export type CinderPersistentVolumeSource = TypeOf<typeof CinderPersistentVolumeSourceSchema>;

export const CSIPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.CSIPersistentVolumeSource', {
  controllerExpandSecretRef: SecretReferenceSchema,
  controllerPublishSecretRef: SecretReferenceSchema,
  driver: required(string),
  fsType: string,
  nodeExpandSecretRef: SecretReferenceSchema,
  nodePublishSecretRef: SecretReferenceSchema,
  nodeStageSecretRef: SecretReferenceSchema,
  readOnly: boolean,
  volumeAttributes: map(string),
  volumeHandle: required(string),
});
export type CSIPersistentVolumeSource = TypeOf<typeof CSIPersistentVolumeSourceSchema>;

export const FlexPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.FlexPersistentVolumeSource', {
  driver: required(string),
  fsType: string,
  options: map(string),
  readOnly: boolean,
  secretRef: SecretReferenceSchema,
});
export type FlexPersistentVolumeSource = TypeOf<typeof FlexPersistentVolumeSourceSchema>;

export const GlusterfsPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.GlusterfsPersistentVolumeSource', {
  endpoints: required(string),
  endpointsNamespace: string,
  path: required(string),
  readOnly: boolean,
});
export type GlusterfsPersistentVolumeSource = TypeOf<typeof GlusterfsPersistentVolumeSourceSchema>;

export const ISCSIPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.ISCSIPersistentVolumeSource', {
  chapAuthDiscovery: boolean,
  chapAuthSession: boolean,
  fsType: string,
  initiatorName: string,
  iqn: required(string),
  iscsiInterface: string,
  lun: required(int32),
  portals: list(string),
  readOnly: boolean,
  secretRef: SecretReferenceSchema,
  targetPortal: required(string),
});
export type ISCSIPersistentVolumeSource = TypeOf<typeof ISCSIPersistentVolumeSourceSchema>;

export const LocalVolumeSourceSchema = object('io.k8s.api.core.v1.LocalVolumeSource', {
  fsType: string,
  path: required(string),
});
export type LocalVolumeSource = TypeOf<typeof LocalVolumeSourceSchema>;

export const RBDPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.RBDPersistentVolumeSource', {
  fsType: string,
  image: required(string),
  keyring: string,
  monitors: required(list(string)),
  pool: string,
  readOnly: boolean,
  secretRef: SecretReferenceSchema,
  user: string,
});
export type RBDPersistentVolumeSource = TypeOf<typeof RBDPersistentVolumeSourceSchema>;

export const ScaleIOPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.ScaleIOPersistentVolumeSource', {
  fsType: string,
  gateway: required(string),
  protectionDomain: string,
  readOnly: boolean,
  secretRef: required(SecretReferenceSchema),
  sslEnabled: boolean,
  storageMode: string,
  storagePool: string,
  system: required(string),
  volumeName: string,
});
export type ScaleIOPersistentVolumeSource = TypeOf<typeof ScaleIOPersistentVolumeSourceSchema>;

export const StorageOSPersistentVolumeSourceSchema = object('io.k8s.api.core.v1.StorageOSPersistentVolumeSource', {
  fsType: string,
  readOnly: boolean,
  secretRef: ObjectReferenceSchema,
  volumeName: string,
  volumeNamespace: string,
});
export type StorageOSPersistentVolumeSource = TypeOf<typeof StorageOSPersistentVolumeSourceSchema>;
