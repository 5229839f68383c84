import { compareQuantities, parseQuantity, zeroQuantity } from '../machinery/quantity.ts';
import type { Reader } from '../machinery/reader.ts';
import type { PersistentVolumeClaim } from '../resources/core/persistentvolumeclaim.ts';
import { storageClassOf } from '../resources/shared/volume-modes.ts';
import { storageClasses } from '../resources/storage/storageclass.ts';
import { refuse, type AdmissionPlugin, type WriteAttributes } from './plugin.ts';

/** Only claims that have a volume may grow, and only where the storage class knows how. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  operations: ['UPDATE'],
  resources: ['persistentvolumeclaims'],
  validate(attributes: WriteAttributes<PersistentVolumeClaim>, { pending }) {
    const { object, oldObject } = attributes;
    if (!oldObject || compareQuantities(sizeOf(object), sizeOf(oldObject)) <= 0) return;
    if (oldObject.status?.phase !== 'Bound') throw refuse(attributes, 'Only bound persistent volume claims can be expanded');
    const name = storageClassOf(object);
    if (!name || name !== storageClassOf(oldObject) || !allowsExpansion(name, pending))
      throw refuse(
        attributes,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
  },
};

function sizeOf({ spec }: PersistentVolumeClaim) {
  const text = spec.resources?.requests?.['storage'];
  return text === undefined ? zeroQuantity : parseQuantity(text);
}

const allowsExpansion = (name: string, reader: Reader): boolean =>
  reader.get(storageClasses, '', name)?.allowVolumeExpansion === true;
