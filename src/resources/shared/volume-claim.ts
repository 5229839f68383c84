/** What a volume claim asks for; also the template of generic ephemeral volumes. Facts: OpenAPI of Kubernetes 1.36. */
import { TemplateMetaSchema } from '../../machinery/meta.ts';
import { field, list, map, object, oneOf, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LabelSelectorSchema } from './label-selector.ts';
import { TypedLocalObjectReferenceSchema, TypedObjectReferenceSchema } from './references.ts';

export const VolumeResourceRequirementsSchema = object('io.k8s.api.core.v1.VolumeResourceRequirements', {
  limits: field(map(quantity), { doc: 'The most storage that may be given.' }),
  requests: field(map(quantity), { doc: 'The storage that is needed at least.' }),
});
export type VolumeResourceRequirements = TypeOf<typeof VolumeResourceRequirementsSchema>;

export const PersistentVolumeClaimSpecSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimSpec', {
  accessModes: field(list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod')), {
    doc: 'How the volume is to be mounted: ReadWriteOnce (one node), ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.',
  }),
  dataSource: field(TypedLocalObjectReferenceSchema, {
    doc: 'A VolumeSnapshot or another claim that the volume starts as a copy of.',
  }),
  dataSourceRef: field(TypedObjectReferenceSchema, {
    doc: 'An object of any kind that a populator fills the volume from. It takes over what dataSource says.',
  }),
  resources: field(VolumeResourceRequirementsSchema, {
    doc: 'How large the volume must be at least. Can be raised later if the StorageClass allows it.',
  }),
  selector: field(LabelSelectorSchema, {
    doc: 'Labels of the volumes that may be bound. A claim with a selector gets no provisioned volume.',
  }),
  storageClassName: field(string, {
    doc: 'The StorageClass. The default one if left out; an empty name asks for volumes without a class.',
  }),
  volumeAttributesClassName: field(string, {
    doc: 'The VolumeAttributesClass that the volume is to have. Can be changed later.',
  }),
  volumeMode: field(oneOf('Block', 'Filesystem'), { doc: 'Filesystem (the default), or Block for a raw block device.' }),
  volumeName: field(string, { doc: 'The volume that the claim is bound to, or wants.' }),
});
export type PersistentVolumeClaimSpec = TypeOf<typeof PersistentVolumeClaimSpecSchema>;

export const PersistentVolumeClaimTemplateSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimTemplate', {
  metadata: field(TemplateMetaSchema, { doc: 'Labels and annotations of the claim.' }),
  spec: required(PersistentVolumeClaimSpecSchema, { doc: 'What is asked for.' }),
});
export type PersistentVolumeClaimTemplate = TypeOf<typeof PersistentVolumeClaimTemplateSchema>;
