import { kindSchema } from '../../machinery/meta.ts';
import { byteLength } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, field, int32, map, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { roundToThousandths } from '../shared/container-defaults.ts';
import { validateCSIDriverName } from '../shared/driver-name.ts';
import { inclusiveRange, maxInt32, validateSubdomain } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { PersistentVolumeSpecSchema, type PersistentVolumeSpec } from '../shared/persistent-volume-spec.ts';
import { validatePersistentVolumeSpec } from '../shared/persistent-volume-validation.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import { defaultStorage } from '../shared/volume-defaults.ts';

const VolumeAttachmentSourceSchema = object('io.k8s.api.storage.v1.VolumeAttachmentSource', {
  inlineVolumeSpec: field(PersistentVolumeSpecSchema, { doc: 'A volume that stands in a pod, from before CSI.' }),
  persistentVolumeName: field(string, { doc: 'The PersistentVolume.' }),
});
type VolumeAttachmentSource = TypeOf<typeof VolumeAttachmentSourceSchema>;

const VolumeAttachmentSpecSchema = object('io.k8s.api.storage.v1.VolumeAttachmentSpec', {
  attacher: required(string, { doc: 'The CSI driver that attaches.' }),
  nodeName: required(string, { doc: 'The node that the volume is attached to.' }),
  source: required(VolumeAttachmentSourceSchema, { doc: 'The volume.' }),
});
type VolumeAttachmentSpec = TypeOf<typeof VolumeAttachmentSpecSchema>;

const VolumeErrorSchema = object('io.k8s.api.storage.v1.VolumeError', {
  errorCode: field(int32, { doc: 'The gRPC code of the error.' }),
  message: field(string, { doc: 'What went wrong, for people.' }),
  time: field(time, { doc: 'When it went wrong.' }),
});
type VolumeError = TypeOf<typeof VolumeErrorSchema>;

const VolumeAttachmentSchema = kindSchema('io.k8s.api.storage.v1.VolumeAttachment', {
  spec: required(VolumeAttachmentSpecSchema),
  status: object('io.k8s.api.storage.v1.VolumeAttachmentStatus', {
    attachError: field(VolumeErrorSchema, { doc: 'Why the volume was not attached at the last try.' }),
    attached: required(boolean, { doc: 'Whether the volume is attached.' }),
    attachmentMetadata: field(map(string), { doc: 'What the driver says is needed to mount the volume.' }),
    detachError: field(VolumeErrorSchema, { doc: 'Why the volume was not detached at the last try.' }),
  }),
});
export type VolumeAttachment = TypeOf<typeof VolumeAttachmentSchema>;

export const volumeAttachments = defineResource<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  generation: false,
  description: 'Asks for a volume to be attached to a node. It is detached when this object is deleted.',
  schema: VolumeAttachmentSchema,
  strategy: {
    defaults,
    ...statusAlone,
    validate,
    validateUpdate: ({ spec }, old) => validateImmutable(spec, old.spec, 'spec'),
    validateStatusUpdate: (attachment, old) => [...validate(attachment), ...validateImmutable(attachment.spec, old.spec, 'spec')],
    requiresResourceVersion: true,
    answersDeletedObject: true,
  },
  columns: [
    nameColumn,
    {
      name: 'Attacher',
      type: 'string',
      format: 'name',
      description: 'The driver that attaches the volume.',
      cell: ({ spec }) => spec.attacher,
    },
    {
      name: 'PV',
      type: 'string',
      description: 'The persistent volume.',
      cell: ({ spec }) => spec.source.persistentVolumeName ?? '',
    },
    { name: 'Node', type: 'string', description: 'The node.', cell: ({ spec }) => spec.nodeName },
    {
      name: 'Attached',
      type: 'boolean',
      description: 'Whether the volume is attached.',
      cell: ({ status }) => status?.attached ?? false,
    },
    ageColumn,
  ],
});

function defaults(attachment: VolumeAttachment): void {
  const spec = (attachment.spec ??= {} as VolumeAttachmentSpec);
  const { inlineVolumeSpec: inline } = (spec.source ??= {});
  if (inline) {
    roundToThousandths(inline.capacity);
    defaultStorage(inline);
  }
  if (attachment.status) attachment.status.attached ??= false;
}

const max = { metadataBytes: 256 * 1024, messageBytes: 1024 };

/** `ValidateVolumeAttachment` upstream. */
function validate({ spec: { attacher, source, nodeName }, status }: VolumeAttachment): FieldError[] {
  const { persistentVolumeName: name } = source;
  return [
    ...validateCSIDriverName(attacher, 'spec.attacher'),
    ...validateSource(source, 'spec.source'),
    ...validateSubdomain(nodeName ?? '', 'spec.nodeName'),
    ...validateAttachmentMetadata(status?.attachmentMetadata),
    ...validateError(status?.attachError, 'status.attachError'),
    ...validateError(status?.detachError, 'status.detachError'),
    ...(name === undefined ? [] : validateSubdomain(name, 'spec.source.persistentVolumeName')),
  ];
}

function validateSource(
  { inlineVolumeSpec: inline, persistentVolumeName: name }: VolumeAttachmentSource,
  path: string,
): FieldError[] {
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (inline) return name === undefined ? validateInline(inline, `${path}.inlineVolumeSpec`) : [fieldForbidden(path, one)];
  if (name === undefined) return [fieldRequired(path, one)];
  return name === '' ? [fieldRequired(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')] : [];
}

const context = 'in the context of inline volumes';

/** A volume of a pod, as a volume of a driver: it has no claim and no life of its own. */
function validateInline(spec: PersistentVolumeSpec, path: string): FieldError[] {
  const { claimRef, capacity, nodeAffinity, storageClassName, persistentVolumeReclaimPolicy: policy, volumeMode, ...rest } = spec;
  const errors = Object.entries({ claimRef, capacity, nodeAffinity, storageClassName: storageClassName || undefined })
    .filter(([, value]) => value !== undefined)
    .map(([field]) => fieldForbidden(`${path}.${field}`, `may not be specified ${context}`));
  if (!spec.csi) errors.push(fieldRequired(`${path}.csi`, `has to be specified ${context}`));
  if (policy && policy !== 'Retain')
    errors.push(fieldForbidden(`${path}.persistentVolumeReclaimPolicy`, `may only be Retain ${context}`));
  if (volumeMode !== undefined && volumeMode !== 'Filesystem')
    errors.push(fieldForbidden(`${path}.volumeMode`, `may not specify volumeMode other than Filesystem ${context}`));
  // The rest is as for a volume that has what this one must not have.
  return [...errors, ...validatePersistentVolumeSpec({ ...rest, capacity: { storage: '1' } }, '', path)];
}

function validateAttachmentMetadata(metadata: Readonly<Record<string, string>> = {}): FieldError[] {
  const bytes = Object.entries(metadata).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return bytes > max.metadataBytes ? [fieldTooLong('status.attachmentMetadata', max.metadataBytes)] : [];
}

/** As upstream, a long message is told the bound of the metadata. */
function validateError({ message = '', errorCode: code = 0 }: VolumeError = {}, path: string): FieldError[] {
  const errors = byteLength(message) > max.messageBytes ? [fieldTooLong(`${path}.message`, max.metadataBytes)] : [];
  return code < 0 ? [...errors, fieldInvalid(`${path}.errorCode`, code, inclusiveRange(0, maxInt32))] : errors;
}
