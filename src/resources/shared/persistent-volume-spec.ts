/** What a persistent volume is; also of volumes that are attached without one. Facts: OpenAPI of Kubernetes 1.36. */
import { field, granular, list, map, object, oneOf, quantity, string, type TypeOf } from '../../machinery/schema.ts';
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
  required: field(NodeSelectorSchema, { doc: 'What a node must be like.' }),
});
export type VolumeNodeAffinity = TypeOf<typeof VolumeNodeAffinitySchema>;

export const PersistentVolumeSpecSchema = object('io.k8s.api.core.v1.PersistentVolumeSpec', {
  accessModes: field(list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod')), {
    doc: 'How the volume can be mounted: ReadWriteOnce (one node), ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.',
  }),
  awsElasticBlockStore: field(AWSElasticBlockStoreVolumeSourceSchema, {
    doc: 'A disk of AWS. Handled by the CSI driver ebs.csi.aws.com.',
  }),
  azureDisk: field(AzureDiskVolumeSourceSchema, { doc: 'A disk of Azure. Handled by the CSI driver disk.csi.azure.com.' }),
  azureFile: field(AzureFilePersistentVolumeSourceSchema, {
    doc: 'A file share of Azure. Handled by the CSI driver file.csi.azure.com.',
  }),
  capacity: field(map(quantity), { doc: 'How large the volume is.' }),
  cephfs: field(CephFSPersistentVolumeSourceSchema, { doc: 'CephFS. Not supported any more.' }),
  cinder: field(CinderPersistentVolumeSourceSchema, {
    doc: 'A disk of OpenStack. Handled by the CSI driver cinder.csi.openstack.org.',
  }),
  claimRef: field(granular(ObjectReferenceSchema), {
    doc: 'The claim that the volume is bound to, or kept for. The claim counts as bound when it names the volume in turn.',
  }),
  csi: field(CSIPersistentVolumeSourceSchema, { doc: 'A volume of a CSI driver.' }),
  fc: field(FCVolumeSourceSchema, { doc: 'A disk reached by Fibre Channel.' }),
  flexVolume: field(FlexPersistentVolumeSourceSchema, { doc: 'A volume of a FlexVolume driver. Superseded by CSI.' }),
  flocker: field(FlockerVolumeSourceSchema, { doc: 'A Flocker dataset. Not supported any more.' }),
  gcePersistentDisk: field(GCEPersistentDiskVolumeSourceSchema, {
    doc: 'A disk of Google Cloud. Handled by the CSI driver pd.csi.storage.gke.io.',
  }),
  glusterfs: field(GlusterfsPersistentVolumeSourceSchema, { doc: 'GlusterFS. Not supported any more.' }),
  hostPath: field(HostPathVolumeSourceSchema, { doc: 'A path of the node. For clusters of one node only.' }),
  iscsi: field(ISCSIPersistentVolumeSourceSchema, { doc: 'A disk reached by iSCSI.' }),
  local: field(LocalVolumeSourceSchema, { doc: 'A disk or directory of one node, which nodeAffinity names.' }),
  mountOptions: field(list(string), { doc: 'Options of the mount, as ro. They are not checked; wrong ones make mounting fail.' }),
  nfs: field(NFSVolumeSourceSchema, { doc: 'A directory of an NFS server.' }),
  nodeAffinity: field(VolumeNodeAffinitySchema, { doc: 'The nodes from which the volume can be reached.' }),
  persistentVolumeReclaimPolicy: field(oneOf('Delete', 'Recycle', 'Retain'), {
    doc: 'What becomes of the volume when its claim is gone: Retain, the default, or Delete, that of provisioned ones. Recycle is obsolete.',
  }),
  photonPersistentDisk: field(PhotonPersistentDiskVolumeSourceSchema, { doc: 'A disk of Photon. Not supported any more.' }),
  portworxVolume: field(PortworxVolumeSourceSchema, { doc: 'A volume of Portworx. Handled by the CSI driver pxd.portworx.com.' }),
  quobyte: field(QuobyteVolumeSourceSchema, { doc: 'A volume of Quobyte. Not supported any more.' }),
  rbd: field(RBDPersistentVolumeSourceSchema, { doc: 'A Rados block device. Not supported any more.' }),
  scaleIO: field(ScaleIOPersistentVolumeSourceSchema, { doc: 'A volume of ScaleIO. Not supported any more.' }),
  storageClassName: field(string, {
    doc: 'The StorageClass of the volume; only claims that name the same one get it. None if empty.',
  }),
  storageos: field(StorageOSPersistentVolumeSourceSchema, { doc: 'A volume of StorageOS. Not supported any more.' }),
  volumeAttributesClassName: field(string, { doc: 'The VolumeAttributesClass that the volume has now.' }),
  volumeMode: field(oneOf('Block', 'Filesystem'), { doc: 'Filesystem (the default), or Block for a raw block device.' }),
  vsphereVolume: field(VsphereVirtualDiskVolumeSourceSchema, {
    doc: 'A disk of vSphere. Handled by the CSI driver csi.vsphere.vmware.com.',
  }),
});
export type PersistentVolumeSpec = TypeOf<typeof PersistentVolumeSpecSchema>;
