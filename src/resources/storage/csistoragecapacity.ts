import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { signOfQuantity } from '../../machinery/quantity.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { plainColumns } from '../../machinery/table.ts';
import { warnAboutNodeSelector } from '../shared/deprecated-labels.ts';
import { validateSubdomain } from '../shared/format-rules.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { quantityAt } from '../shared/resources-validation.ts';
import { sameValue } from '../shared/same-value.ts';

const CSIStorageCapacitySchema = kindSchema('io.k8s.api.storage.v1.CSIStorageCapacity', {
  capacity: field(quantity, { doc: 'How much storage there is left.' }),
  maximumVolumeSize: field(quantity, { doc: 'How large a single volume can be.' }),
  nodeTopology: field(LabelSelectorSchema, { doc: 'The nodes that can reach the storage; none if left out, all if empty.' }),
  storageClassName: required(string, { doc: 'The StorageClass that this is about.' }),
});
export type CSIStorageCapacity = TypeOf<typeof CSIStorageCapacitySchema>;

export const csiStorageCapacities = defineResource<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  description: 'How much storage of a class is left for the nodes of a part of the cluster.',
  schema: CSIStorageCapacitySchema,
  strategy: {
    validate,
    validateUpdate,
    warnings: ({ nodeTopology }) => warnAboutNodeSelector(nodeTopology, 'nodeTopology'),
    requiresResourceVersion: true,
  },
  columns: plainColumns,
});

function validate({ nodeTopology, storageClassName = '', capacity }: CSIStorageCapacity): FieldError[] {
  const errors = [
    ...validateLabelSelector(nodeTopology, 'nodeTopology'),
    ...validateSubdomain(storageClassName, 'storageClassName'),
  ];
  const amount = capacity === undefined ? undefined : quantityAt(capacity, 'capacity', errors);
  if (amount && signOfQuantity(amount) < 0) errors.push(fieldInvalid('capacity', capacity, 'must be greater than or equal to 0'));
  return errors;
}

function validateUpdate(next: CSIStorageCapacity, old: CSIStorageCapacity): FieldError[] {
  const fixed = ['nodeTopology', 'storageClassName'] as const;
  return fixed
    .filter((field) => !sameValue(next[field], old[field]))
    .map((field) => fieldInvalid(field, next[field], 'field is immutable'));
}
