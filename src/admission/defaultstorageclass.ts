import type { PersistentVolumeClaim } from '../resources/core/persistentvolumeclaim.ts';
import { classAnnotation } from '../resources/shared/volume-modes.ts';
import { storageClasses } from '../resources/storage/storageclass.ts';
import { newestDefault } from './newest-default.ts';
import type { AdmissionPlugin, WriteAttributes } from './plugin.ts';

const defaultAnnotations = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** A claim that names no class gets the default one, if there is one. The empty name is a name: it asks for none. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  operations: ['CREATE'],
  resources: ['persistentvolumeclaims'],
  admit({ object: { metadata, spec } }: WriteAttributes<PersistentVolumeClaim>, { pending }) {
    if (metadata.annotations?.[classAnnotation] !== undefined || spec.storageClassName !== undefined) return;
    const found = newestDefault(pending.list(storageClasses), defaultAnnotations);
    if (found) spec.storageClassName = found.metadata.name;
  },
};
