import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { kindSchema } from '../../machinery/meta.ts';
import { byteLength } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, bytes, field, map, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, fieldInvalid, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { invalidEach, isConfigKey } from '../shared/format-rules.ts';
import { sameValue } from '../shared/same-value.ts';

const ConfigMapSchema = kindSchema('io.k8s.api.core.v1.ConfigMap', {
  binaryData: field(map(bytes), { doc: 'Keys and bytes in base64. No key is in data too.' }),
  data: field(map(string), { doc: 'Keys and texts. Keys are made of letters, digits, hyphens, underscores and dots.' }),
  immutable: field(boolean, { doc: 'Whether the data can no longer be changed, nor this field. false if left out.' }),
});
export type ConfigMap = TypeOf<typeof ConfigMapSchema>;

export const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  description: 'Configuration data for pods to consume, as keys with text or binary values.',
  schema: ConfigMapSchema,
  strategy: { validate, validateUpdate },
  columns: [
    nameColumn,
    {
      name: 'Data',
      type: 'string',
      description: 'The number of keys in data and binaryData.',
      cell: (o) => Object.keys(o.data ?? {}).length + Object.keys(o.binaryData ?? {}).length,
    },
    ageColumn,
  ],
});

const dataBytesMax = 1024 * 1024;

function validate({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(data)) {
    errors.push(...invalidEach(`data[${key}]`, key, isConfigKey(key)));
    if (key in binaryData) errors.push(fieldInvalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  }
  for (const key of Object.keys(binaryData)) errors.push(...invalidEach(`binaryData[${key}]`, key, isConfigKey(key)));
  const bytes =
    Object.values(data).reduce((sum, text) => sum + byteLength(text), 0) +
    Object.values(binaryData).reduce((sum, text) => sum + Math.floor((text.replace(/=+$/, '').length * 3) / 4), 0);
  // An empty path: the error is about the object as a whole.
  if (bytes > dataBytesMax) errors.push(fieldTooLong('', dataBytesMax));
  return errors;
}

function validateUpdate(object: ConfigMap, old: ConfigMap): FieldError[] {
  if (!old.immutable) return [];
  const errors: FieldError[] = [];
  if (!object.immutable) errors.push(fieldForbidden('immutable', 'field is immutable when `immutable` is set'));
  for (const part of ['data', 'binaryData'] as const)
    if (!sameValue(object[part] ?? {}, old[part] ?? {}))
      errors.push(fieldForbidden(part, 'field is immutable when `immutable` is set'));
  return errors;
}
