import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, list, listOf, map, object, quantity, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { formatAccessModes, storageClassOf } from '../shared/volume-modes.ts';
import { PersistentVolumeClaimSpecSchema } from '../shared/volume-claim.ts';
import { defaultClaim, prepareForCreate, prepareForUpdate } from './persistentvolumeclaim-strategy.ts';
import { validateClaim, validateClaimStatus, validateClaimUpdate, warnings } from './persistentvolumeclaim-validation.ts';

const PersistentVolumeClaimConditionSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimCondition', {
  lastProbeTime: time,
  lastTransitionTime: time,
  message: string,
  reason: string,
  status: required(string),
  type: required(string),
});

const ModifyVolumeStatusSchema = object('io.k8s.api.core.v1.ModifyVolumeStatus', {
  status: required(string),
  targetVolumeAttributesClassName: string,
});

const PersistentVolumeClaimStatusSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimStatus', {
  accessModes: list(string),
  allocatedResourceStatuses: map(string, { granular: true }),
  allocatedResources: map(quantity),
  capacity: map(quantity),
  conditions: listOf(PersistentVolumeClaimConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
  currentVolumeAttributesClassName: string,
  modifyVolumeStatus: ModifyVolumeStatusSchema,
  phase: string,
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
