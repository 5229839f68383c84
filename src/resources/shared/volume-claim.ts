/** What a volume claim asks for; also the template of generic ephemeral volumes. Facts: OpenAPI of Kubernetes 1.36. */
import { TemplateMetaSchema } from '../../machinery/meta.ts';
import { list, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LabelSelectorSchema } from './label-selector.ts';
import { TypedLocalObjectReferenceSchema, TypedObjectReferenceSchema } from './references.ts';

export const VolumeResourceRequirementsSchema = object('io.k8s.api.core.v1.VolumeResourceRequirements', {
  limits: map(quantity),
  requests: map(quantity),
});
export type VolumeResourceRequirements = TypeOf<typeof VolumeResourceRequirementsSchema>;

export const PersistentVolumeClaimSpecSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimSpec', {
  accessModes: list(string),
  dataSource: TypedLocalObjectReferenceSchema,
  dataSourceRef: TypedObjectReferenceSchema,
  resources: VolumeResourceRequirementsSchema,
  selector: LabelSelectorSchema,
  storageClassName: string,
  volumeAttributesClassName: string,
  volumeMode: string,
  volumeName: string,
});
export type PersistentVolumeClaimSpec = TypeOf<typeof PersistentVolumeClaimSpecSchema>;

export const PersistentVolumeClaimTemplateSchema = object('io.k8s.api.core.v1.PersistentVolumeClaimTemplate', {
  metadata: TemplateMetaSchema,
  spec: required(PersistentVolumeClaimSpecSchema),
});
export type PersistentVolumeClaimTemplate = TypeOf<typeof PersistentVolumeClaimTemplateSchema>;
