import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, map, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { sameValue } from '../shared/same-value.ts';
import { validateDriver, validateParameters } from './class-validation.ts';

const VolumeAttributesClassSchema = kindSchema('io.k8s.api.storage.v1.VolumeAttributesClass', {
  driverName: required(string, { doc: 'The CSI driver. Cannot be changed.' }),
  parameters: field(map(string), { doc: 'Settings that the driver understands. Cannot be changed.' }),
});
export type VolumeAttributesClass = TypeOf<typeof VolumeAttributesClassSchema>;

export const volumeAttributesClasses = defineResource<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  namespaced: false,
  description: 'Properties of volumes that a driver can change while they are in use.',
  schema: VolumeAttributesClassSchema,
  strategy: { validate, validateUpdate, answersDeletedObject: true },
  columns: [
    nameColumn,
    {
      name: 'DriverName',
      type: 'string',
      description: 'The driver that knows the parameters.',
      cell: ({ driverName }) => driverName,
    },
    ageColumn,
  ],
});

function validate({ driverName, parameters = {} }: VolumeAttributesClass): FieldError[] {
  const errors = [...validateDriver(driverName, 'driverName'), ...validateParameters(parameters, 'parameters')];
  if (Object.keys(parameters).length === 0) errors.push(fieldRequired('parameters', 'must contain at least one key/value pair'));
  return errors;
}

function validateUpdate(next: VolumeAttributesClass, old: VolumeAttributesClass): FieldError[] {
  const fixed = ['driverName', 'parameters'] as const;
  return fixed
    .filter((field) => !sameValue(next[field], old[field]))
    .map((field) => fieldForbidden(field, `updates to ${field} are forbidden.`));
}
