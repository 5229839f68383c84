import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, bytes, map, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, fieldInvalid, type FieldError } from '../../machinery/status.ts';

const ConfigMapSchema = kindSchema('io.k8s.api.core.v1.ConfigMap', {
  binaryData: map(bytes),
  data: map(string),
  immutable: boolean,
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

const keyPattern = /^[-._a-zA-Z0-9]+$/;

function validate(object: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of ['data', 'binaryData'] as const)
    for (const key of Object.keys(object[part] ?? {})) {
      if (key.length > 253 || !keyPattern.test(key) || key === '.' || key === '..')
        errors.push(fieldInvalid(`${part}[${key}]`, key, 'a valid config key must consist of alphanumeric characters, \'-\', \'_\' or \'.\''));
      if (part === 'binaryData' && object.data && key in object.data)
        errors.push(fieldInvalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
  return errors;
}

function validateUpdate(object: ConfigMap, old: ConfigMap): FieldError[] {
  if (!old.immutable) return [];
  const errors: FieldError[] = [];
  if (!object.immutable) errors.push(fieldForbidden('immutable', 'field is immutable when `immutable` is set'));
  for (const part of ['data', 'binaryData'] as const)
    if (JSON.stringify(object[part] ?? {}) !== JSON.stringify(old[part] ?? {}))
      errors.push(fieldForbidden(part, 'field is immutable when `immutable` is set'));
  return errors;
}
