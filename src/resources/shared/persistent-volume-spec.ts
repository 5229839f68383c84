/** What a persistent volume is; also of volumes that are attached without one. Facts: OpenAPI of Kubernetes 1.36. */
import { granular, list, map, object, quantity, string, type TypeOf } from '../../machinery/schema.ts';
import { NodeSelectorSchema } from './affinity.ts';
import {
  AzureFilePersistentVolumeSourceSchema,
  CephFSPersistentVolumeSourceSchema,
  CinderPersistentVolumeSourceSchema,
  CSIPersistentVolumeSourceSchema,
  FlexPersistentVolumeSourceSchema,
  GlusterfsPersistentVolumeSourceSchema,
  ISCSIPersistentVolumeSourceSchema,
  LocalVolumeSourceSchema,
  RBDPersistentVolumeSourceSchema,
  ScaleIOPersistentVolumeSourceSchema,
  StorageOSPersistentVolumeSourceSchema,
} from './persistent-volume-sources.ts';
import { ObjectReferenceSchema } from './references.ts';
import {
  AWSElasticBlockStoreVolumeSourceSchema,
  AzureDiskVolumeSourceSchema,
  FCVolumeSourceSchema,
  FlockerVolumeSourceSchema,
  GCEPersistentDiskVolumeSourceSchema,
  NFSVolumeSourceSchema,
  PhotonPersistentDiskVolumeSourceSchema,
  PortworxVolumeSourceSchema,
  QuobyteVolumeSourceSchema,
  VsphereVirtualDiskVolumeSourceSchema,
} from './volumes-storage.ts';
import { HostPathVolumeSourceSchema } from './volumes.ts';

const VolumeNodeAffinitySchema = object('io.k8s.api.core.v1.VolumeNodeAffinity', {
  required: NodeSelectorSchema,
});
export type VolumeNodeAffinity = TypeOf<typeof VolumeNodeAffinitySchema>;

export const PersistentVolumeSpecSchema = object('io.k8s.api.core.v1.PersistentVolumeSpec', {
  accessModes: list(string),
  awsElasticBlockStore: AWSElasticBlockStoreVolumeSourceSchema,
  azureDisk: AzureDiskVolumeSourceSchema,
  azureFile: AzureFilePersistentVolumeSourceSchema,
  capacity: map(quantity),
  cephfs: CephFSPersistentVolumeSourceSchema,
  cinder: CinderPersistentVolumeSourceSchema,
  claimRef: granular(ObjectReferenceSchema),
  csi: CSIPersistentVolumeSourceSchema,
  fc: FCVolumeSourceSchema,
  flexVolume: FlexPersistentVolumeSourceSchema,
  flocker: FlockerVolumeSourceSchema,
  gcePersistentDisk: GCEPersistentDiskVolumeSourceSchema,
  glusterfs: GlusterfsPersistentVolumeSourceSchema,
  hostPath: HostPathVolumeSourceSchema,
  iscsi: ISCSIPersistentVolumeSourceSchema,
  local: LocalVolumeSourceSchema,
  mountOptions: list(string),
  nfs: NFSVolumeSourceSchema,
  nodeAffinity: VolumeNodeAffinitySchema,
  persistentVolumeReclaimPolicy: string,
  photonPersistentDisk: PhotonPersistentDiskVolumeSourceSchema,
  portworxVolume: PortworxVolumeSourceSchema,
  quobyte: QuobyteVolumeSourceSchema,
  rbd: RBDPersistentVolumeSourceSchema,
  scaleIO: ScaleIOPersistentVolumeSourceSchema,
  storageClassName: string,
  storageos: StorageOSPersistentVolumeSourceSchema,
  volumeAttributesClassName: string,
  volumeMode: string,
  vsphereVolume: VsphereVirtualDiskVolumeSourceSchema,
});
export type PersistentVolumeSpec = TypeOf<typeof PersistentVolumeSpecSchema>;
