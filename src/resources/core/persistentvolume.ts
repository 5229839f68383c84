import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, object, oneOf, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { PersistentVolumeSpecSchema } from '../shared/persistent-volume-spec.ts';
import { formatAccessModes, storageClassOf } from '../shared/volume-modes.ts';
import { defaults, prepareForCreate, prepareForStatusUpdate } from './persistentvolume-strategy.ts';
import { validateVolume, validateVolumeUpdate, warnings } from './persistentvolume-validation.ts';

const PersistentVolumeStatusSchema = object('io.k8s.api.core.v1.PersistentVolumeStatus', {
  lastPhaseTransitionTime: field(time, { doc: 'When the phase last changed.' }),
  message: field(string, { doc: 'Why the volume is in its phase, for people.' }),
  phase: field(oneOf('Available', 'Bound', 'Failed', 'Pending', 'Released'), {
    doc: 'Pending, Available (free), Bound (has a claim), Released (its claim is gone) or Failed.',
  }),
  reason: field(string, { doc: 'Why the volume is in its phase, for programs.' }),
});

const PersistentVolumeSchema = kindSchema('io.k8s.api.core.v1.PersistentVolume', {
  spec: defaulted(PersistentVolumeSpecSchema),
  status: PersistentVolumeStatusSchema,
});
export type PersistentVolume = TypeOf<typeof PersistentVolumeSchema>;

export const persistentVolumes = defineResource<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  generation: false,
  description: 'A piece of storage that claims can be bound to.',
  schema: PersistentVolumeSchema,
  strategy: {
    defaults,
    prepareForCreate,
    prepareForStatusUpdate,
    validate: validateVolume,
    validateUpdate: validateVolumeUpdate,
    answersDeletedObject: true,
    warnings,
  },
  columns: [
    nameColumn,
    {
      name: 'Capacity',
      type: 'string',
      description: 'The size of the volume.',
      cell: ({ spec }) => spec.capacity?.['storage'] ?? '0',
    },
    {
      name: 'Access Modes',
      type: 'string',
      description: 'How the volume may be mounted.',
      cell: ({ spec }) => formatAccessModes(spec.accessModes),
    },
    {
      name: 'Reclaim Policy',
      type: 'string',
      description: 'What becomes of the volume when its claim is gone.',
      cell: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '',
    },
    {
      name: 'Status',
      type: 'string',
      description: 'Whether the volume has a claim.',
      cell: ({ metadata, status }) => (metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating'),
    },
    {
      name: 'Claim',
      type: 'string',
      description: 'The claim of the volume.',
      cell: ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''),
    },
    { name: 'StorageClass', type: 'string', description: 'The storage class of the volume.', cell: storageClassOf },
    {
      name: 'VolumeAttributesClass',
      type: 'string',
      description: 'The volume attributes class of the volume.',
      cell: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>',
    },
    {
      name: 'Reason',
      type: 'string',
      description: 'Why the volume is in its phase.',
      cell: ({ status }) => status?.reason ?? '',
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
