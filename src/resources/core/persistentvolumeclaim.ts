import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  defaulted,
  field,
  list,
  listOf,
  map,
  object,
  oneOf,
  quantity,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { formatAccessModes, storageClassOf } from '../shared/volume-modes.ts';
import { PersistentVolumeClaimSpecSchema } from '../shared/volume-claim.ts';
import { defaultClaim, prepareForCreate, prepareForUpdate } from './persistentvolumeclaim-strategy.ts';
import { validateClaim, validateClaimStatus, validateClaimUpdate, warnings } from './persistentvolumeclaim-validation.ts';

const PersistentVolumeClaimConditionSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimCondition', {
  lastProbeTime: field(time, { doc: 'When the condition was last checked.' }),
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'Resizing, FileSystemResizePending and the like.' }),
});

const ModifyVolumeStatusSchema = object('io.k8s.api.core.v1.ModifyVolumeStatus', {
  status: required(oneOf('InProgress', 'Infeasible', 'Pending'), { doc: 'Pending, InProgress or Infeasible.' }),
  targetVolumeAttributesClassName: field(string, { doc: 'The class that is being changed to.' }),
});

const PersistentVolumeClaimStatusSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimStatus', {
  accessModes: field(list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod')), {
    doc: 'How the volume can be mounted.',
  }),
  allocatedResourceStatuses: field(map(string, { granular: true }), {
    doc: 'How a change of size goes, as NodeResizePending, by resource.',
  }),
  allocatedResources: field(map(quantity), { doc: 'The size that is being changed to, which also counts for quotas.' }),
  capacity: field(map(quantity), { doc: 'How large the volume is now.' }),
  conditions: field(
    listOf(PersistentVolumeClaimConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
    { doc: 'What holds of the claim, as Resizing.' },
  ),
  currentVolumeAttributesClassName: field(string, { doc: 'The VolumeAttributesClass that the volume has now.' }),
  modifyVolumeStatus: field(ModifyVolumeStatusSchema, { doc: 'How a change of the VolumeAttributesClass goes.' }),
  phase: field(oneOf('Bound', 'Lost', 'Pending'), { doc: 'Pending, Bound, or Lost when its volume is gone.' }),
});

export const PersistentVolumeClaimSchema = kindSchema('io.k8s.api.core.v1.PersistentVolumeClaim', {
  spec: defaulted(PersistentVolumeClaimSpecSchema),
  status: PersistentVolumeClaimStatusSchema,
});
export type PersistentVolumeClaim = TypeOf<typeof PersistentVolumeClaimSchema>;

export const persistentVolumeClaims = defineResource<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  generation: false,
  description: 'A request for a volume, which pods name to mount the volume that it is bound to.',
  schema: PersistentVolumeClaimSchema,
  strategy: {
    defaults: defaultClaim,
    prepareForCreate,
    prepareForUpdate,
    validate: validateClaim,
    validateUpdate: validateClaimUpdate,
    validateStatusUpdate: validateClaimStatus,
    answersDeletedObject: true,
    warnings,
  },
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', description: 'Whether the claim has a volume.', cell: phase },
    { name: 'Volume', type: 'string', description: 'The volume of the claim.', cell: ({ spec }) => spec.volumeName ?? '' },
    {
      name: 'Capacity',
      type: 'string',
      description: 'The size of the volume.',
      cell: ({ spec, status }) => (spec.volumeName ? (status?.capacity?.['storage'] ?? '0') : ''),
    },
    {
      name: 'Access Modes',
      type: 'string',
      description: 'How the volume may be mounted.',
      cell: ({ spec, status }) => (spec.volumeName ? formatAccessModes(status?.accessModes) : ''),
    },
    { name: 'StorageClass', type: 'string', description: 'The storage class of the claim.', cell: storageClassOf },
    {
      name: 'VolumeAttributesClass',
      type: 'string',
      description: 'The volume attributes class of the claim.',
      cell: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>',
    },
    ageColumn,
    {
      name: 'VolumeMode',
      type: 'string',
      priority: 1,
      description: 'Whether pods see a file system or a block device.',
      cell: ({ spec }) => spec.volumeMode ?? '<unset>',
    },
  ],
});

function phase({ metadata, status }: PersistentVolumeClaim): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';
}
