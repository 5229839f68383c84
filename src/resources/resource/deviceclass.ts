import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { isExtended } from '../shared/resources-validation.ts';
import { validateList } from './bounded.ts';
import { configurationFields, selectorsSchema, validateConfiguration, validateSelectors } from './selectors.ts';

const DeviceClassSpecSchema = object('io.k8s.api.resource.v1.DeviceClassSpec', {
  config: field(list(object('io.k8s.api.resource.v1.DeviceClassConfiguration', configurationFields)), {
    doc: 'Settings for the devices.',
  }),
  extendedResourceName: field(string, {
    doc: 'The extended resource by which containers can ask for such a device, as example.com/gpu.',
  }),
  selectors: field(selectorsSchema, { doc: 'What a device must be like. All of them must match.' }),
});

const DeviceClassSchema = kindSchema('io.k8s.api.resource.v1.DeviceClass', { spec: required(DeviceClassSpecSchema) });
export type DeviceClass = TypeOf<typeof DeviceClassSchema>;

export const deviceClasses = defineResource<DeviceClass>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  namespaced: false,
  description: 'A sort of devices that can be claimed: which ones belong to it and how they are set up.',
  schema: DeviceClassSchema,
  strategy: {
    defaults: (deviceClass) => void (deviceClass.spec ??= {}),
    validate,
    answersDeletedObject: true,
  },
  columns: [nameColumn, ageColumn],
});

const configurationsMax = 32;

function validate({ spec: { selectors, config, extendedResourceName: name } }: DeviceClass): FieldError[] {
  return [
    ...validateSelectors(selectors, 'spec.selectors'),
    ...validateList(config, configurationsMax, validateConfiguration, 'spec.config'),
    ...(name !== undefined && !isExtended(name)
      ? [fieldInvalid('spec.extendedResourceName', name, 'must be a valid extended resource name')]
      : []),
  ];
}
