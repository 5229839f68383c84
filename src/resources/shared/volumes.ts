/** The volumes of a pod. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, map, object, oneOf, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
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
  driver: required(string, { doc: 'The name of the CSI driver.' }),
  fsType: field(string, { doc: 'The file system of the volume; the driver chooses if left out.' }),
  nodePublishSecretRef: field(LocalObjectReferenceSchema, { doc: 'The Secret that the driver gets when it mounts the volume.' }),
  readOnly: field(boolean, { doc: 'Whether the volume is mounted for reading only. false if left out.' }),
  volumeAttributes: field(map(string), { doc: 'Settings that the driver understands.' }),
});
export type CSIVolumeSource = TypeOf<typeof CSIVolumeSourceSchema>;

export const EmptyDirVolumeSourceSchema = object('io.k8s.api.core.v1.EmptyDirVolumeSource', {
  medium: field(string, {
    doc: 'Where the files are: the disk of the node, or with Memory a tmpfs, which counts as memory of the containers.',
  }),
  sizeLimit: field(quantity, { doc: 'How large the directory may grow before the pod is evicted. No limit if left out.' }),
});
export type EmptyDirVolumeSource = TypeOf<typeof EmptyDirVolumeSourceSchema>;

export const EphemeralVolumeSourceSchema = object('io.k8s.api.core.v1.EphemeralVolumeSource', {
  volumeClaimTemplate: field(PersistentVolumeClaimTemplateSchema, {
    doc: 'What the claim looks like. Its name is that of the pod and of the volume with a hyphen between them.',
  }),
});
export type EphemeralVolumeSource = TypeOf<typeof EphemeralVolumeSourceSchema>;

export const HostPathVolumeSourceSchema = object('io.k8s.api.core.v1.HostPathVolumeSource', {
  path: required(string, { doc: 'The path on the node; links are followed.' }),
  type: field(oneOf('', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'), {
    doc: 'What must be, or is made, at the path: Directory, DirectoryOrCreate, File, FileOrCreate, Socket, CharDevice or BlockDevice. Not checked if left out.',
  }),
});
export type HostPathVolumeSource = TypeOf<typeof HostPathVolumeSourceSchema>;

export const ImageVolumeSourceSchema = object('io.k8s.api.core.v1.ImageVolumeSource', {
  pullPolicy: field(oneOf('Always', 'IfNotPresent', 'Never'), {
    doc: 'When the image is pulled: Always, IfNotPresent or Never. Always if left out and the tag is latest, else IfNotPresent.',
  }),
  reference: field(string, { doc: 'The image or artifact.' }),
});
export type ImageVolumeSource = TypeOf<typeof ImageVolumeSourceSchema>;

export const PersistentVolumeClaimVolumeSourceSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource', {
  claimName: required(string, { doc: 'The name of the claim.' }),
  readOnly: field(boolean, { doc: 'Whether all containers can only read. false if left out.' }),
});
export type PersistentVolumeClaimVolumeSource = TypeOf<typeof PersistentVolumeClaimVolumeSourceSchema>;

export const VolumeSchema = object('io.k8s.api.core.v1.Volume', {
  awsElasticBlockStore: field(AWSElasticBlockStoreVolumeSourceSchema, {
    doc: 'A disk of AWS. Handled by the CSI driver ebs.csi.aws.com.',
  }),
  azureDisk: field(AzureDiskVolumeSourceSchema, { doc: 'A disk of Azure. Handled by the CSI driver disk.csi.azure.com.' }),
  azureFile: field(AzureFileVolumeSourceSchema, { doc: 'A file share of Azure. Handled by the CSI driver file.csi.azure.com.' }),
  cephfs: field(CephFSVolumeSourceSchema, { doc: 'CephFS. Not supported any more.' }),
  cinder: field(CinderVolumeSourceSchema, { doc: 'A disk of OpenStack. Handled by the CSI driver cinder.csi.openstack.org.' }),
  configMap: field(ConfigMapVolumeSourceSchema, { doc: 'The keys of a ConfigMap as files.' }),
  csi: field(CSIVolumeSourceSchema, { doc: 'A volume that a CSI driver makes for the pod.' }),
  downwardAPI: field(DownwardAPIVolumeSourceSchema, { doc: 'Fields of the pod as files.' }),
  emptyDir: field(EmptyDirVolumeSourceSchema, { doc: 'A directory that starts empty and goes with the pod.' }),
  ephemeral: field(EphemeralVolumeSourceSchema, { doc: 'A claim of its own that is made for the pod and goes with it.' }),
  fc: field(FCVolumeSourceSchema, { doc: 'A disk reached by Fibre Channel.' }),
  flexVolume: field(FlexVolumeSourceSchema, { doc: 'A volume of a FlexVolume driver. Superseded by CSI.' }),
  flocker: field(FlockerVolumeSourceSchema, { doc: 'A Flocker dataset. Not supported any more.' }),
  gcePersistentDisk: field(GCEPersistentDiskVolumeSourceSchema, {
    doc: 'A disk of Google Cloud. Handled by the CSI driver pd.csi.storage.gke.io.',
  }),
  gitRepo: field(GitRepoVolumeSourceSchema, {
    doc: 'A clone of a git repository. Switched off; use an init container that clones into an emptyDir.',
  }),
  glusterfs: field(GlusterfsVolumeSourceSchema, { doc: 'GlusterFS. Not supported any more.' }),
  hostPath: field(HostPathVolumeSourceSchema, { doc: 'A path of the node. Pods with it can take over the node.' }),
  image: field(ImageVolumeSourceSchema, { doc: 'The files of an OCI image or artifact, for reading only.' }),
  iscsi: field(ISCSIVolumeSourceSchema, { doc: 'A disk reached by iSCSI.' }),
  name: required(string, { doc: 'The name by which containers mount the volume, a DNS label unique in the pod.' }),
  nfs: field(NFSVolumeSourceSchema, { doc: 'A directory of an NFS server.' }),
  persistentVolumeClaim: field(PersistentVolumeClaimVolumeSourceSchema, {
    doc: 'The volume of a PersistentVolumeClaim in the namespace of the pod.',
  }),
  photonPersistentDisk: field(PhotonPersistentDiskVolumeSourceSchema, { doc: 'A disk of Photon. Not supported any more.' }),
  portworxVolume: field(PortworxVolumeSourceSchema, { doc: 'A volume of Portworx. Handled by the CSI driver pxd.portworx.com.' }),
  projected: field(ProjectedVolumeSourceSchema, {
    doc: 'ConfigMaps, Secrets, tokens and fields of the pod, together in one directory.',
  }),
  quobyte: field(QuobyteVolumeSourceSchema, { doc: 'A volume of Quobyte. Not supported any more.' }),
  rbd: field(RBDVolumeSourceSchema, { doc: 'A Rados block device. Not supported any more.' }),
  scaleIO: field(ScaleIOVolumeSourceSchema, { doc: 'A volume of ScaleIO. Not supported any more.' }),
  secret: field(SecretVolumeSourceSchema, { doc: 'The keys of a Secret as files.' }),
  storageos: field(StorageOSVolumeSourceSchema, { doc: 'A volume of StorageOS. Not supported any more.' }),
  vsphereVolume: field(VsphereVirtualDiskVolumeSourceSchema, {
    doc: 'A disk of vSphere. Handled by the CSI driver csi.vsphere.vmware.com.',
  }),
});
export type Volume = TypeOf<typeof VolumeSchema>;
