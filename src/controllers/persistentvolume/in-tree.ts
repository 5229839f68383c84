const inTree = 'kubernetes.io/';

/** Provisioners that were part of Kubernetes, and the drivers that have taken their place. */
const successors: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
};

/** The program outside of the control plane that a provisioner stands for; `undefined` for one of Kubernetes that is no more. */
export const externalNameOf = (provisioner: string): string | undefined =>
  provisioner.startsWith(inTree) ? successors[provisioner] : provisioner;
