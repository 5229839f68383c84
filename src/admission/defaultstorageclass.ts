import type { PersistentVolumeClaim } from '../resources/core/persistentvolumeclaim.ts';
import { classAnnotation } from '../resources/shared/volume-modes.ts';
import { defaultClassAnnotations, storageClasses } from '../resources/storage/storageclass.ts';
import { newestDefault } from '../resources/shared/newest-default.ts';
import type { AdmissionPlugin, WriteAttributes } from './plugin.ts';

/** A claim that names no class gets the default one, if there is one. The empty name is a name: it asks for none. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  operations: ['CREATE'],
  resources: ['persistentvolumeclaims'],
  admit({ object: { metadata, spec } }: WriteAttributes<PersistentVolumeClaim>, { pending }) {
    if (metadata.annotations?.[classAnnotation] !== undefined || spec.storageClassName !== undefined) return;
    const found = newestDefault(pending.list(storageClasses), defaultClassAnnotations);
    if (found) spec.storageClassName = found.metadata.name;
  },
};
