import type { AdmissionPlugin, WriteAttributes } from './plugin.ts';
import type { KubeObject } from '../machinery/meta.ts';

/** The finalizers by which volumes and claims stay while they are used. Controllers take them away. */
const finalizers: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
};

/** A volume stays while a claim is bound to it, and a claim while a pod uses it. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  resources: Object.keys(finalizers),
  admit({ resource, object: { metadata } }: WriteAttributes<KubeObject>) {
    const finalizer = finalizers[resource.resource]!;
    const present = metadata.finalizers ?? [];
    if (!present.includes(finalizer)) metadata.finalizers = [...present, finalizer];
  },
};
