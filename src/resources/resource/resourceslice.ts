import { rfc3339 } from '../../lib/clock.ts';
import { kindSchema } from '../../machinery/meta.ts';
import { defineResource, type StrategyContext } from '../../machinery/resource.ts';
import { boolean, field, int64, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { NodeSelectorSchema } from '../shared/affinity.ts';
import { CounterSetSchema, DeviceSchema } from './device.ts';
import { validateSlice, validateSliceUpdate } from './resourceslice-validation.ts';

const ResourceSliceSpecSchema = object('io.k8s.api.resource.v1.ResourceSliceSpec', {
  allNodes: field(boolean, { doc: 'Whether all nodes can use the devices.' }),
  devices: field(list(DeviceSchema), { doc: 'The devices, at most 128.' }),
  driver: required(string, { doc: 'The name of the driver. Cannot be changed.' }),
  nodeName: field(string, { doc: 'The node that has the devices. Cannot be changed.' }),
  nodeSelector: field(NodeSelectorSchema, { doc: 'The nodes that can use the devices.' }),
  perDeviceNodeSelection: field(boolean, { doc: 'Whether each device says which nodes can use it.' }),
  pool: required(
    object('io.k8s.api.resource.v1.ResourcePool', {
      generation: required(int64, { doc: 'Goes up when the pool changes; only slices of the highest count.' }),
      name: required(string, { doc: 'The name of the pool, often that of the node.' }),
      resourceSliceCount: required(int64, { doc: 'How many slices of this generation the pool has.' }),
    }),
    { doc: 'The pool of the devices.' },
  ),
  sharedCounters: field(list(CounterSetSchema), { doc: 'What devices share, as slices of one chip do.' }),
});
export type ResourceSliceSpec = TypeOf<typeof ResourceSliceSpecSchema>;

const ResourceSliceSchema = kindSchema('io.k8s.api.resource.v1.ResourceSlice', { spec: required(ResourceSliceSpecSchema) });
export type ResourceSlice = TypeOf<typeof ResourceSliceSchema>;

export const resourceSlices = defineResource<ResourceSlice>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  namespaced: false,
  description: 'Some of the devices that a driver offers, and the nodes that can use them.',
  schema: ResourceSliceSchema,
  strategy: {
    defaults,
    prepareForCreate: prepare,
    prepareForUpdate: (slice, _old, context) => prepare(slice, context),
    validate: validateSlice,
    validateUpdate: validateSliceUpdate,
    warnings,
    answersDeletedObject: true,
  },
  columns: [
    nameColumn,
    { name: 'Node', type: 'string', description: 'The only node that can use them.', cell: ({ spec }) => spec.nodeName ?? '' },
    { name: 'Driver', type: 'string', description: 'Who offers the devices.', cell: ({ spec }) => spec.driver },
    { name: 'Pool', type: 'string', description: 'The pool that the devices are part of.', cell: ({ spec }) => spec.pool.name },
    ageColumn,
  ],
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.driver': ({ spec }) => spec.driver,
  },
});

function defaults(slice: ResourceSlice): void {
  const spec = (slice.spec ??= {} as ResourceSliceSpec);
  spec.driver ??= '';
  spec.pool ??= { name: '', generation: 0, resourceSliceCount: 0 };
}

/** Taints count from now on, if nobody says otherwise. What is an alpha feature of 1.36 is dropped. */
function prepare({ spec }: ResourceSlice, { now }: StrategyContext): void {
  for (const device of spec.devices ?? []) {
    for (const taint of device.taints ?? []) taint.timeAdded ??= rfc3339(now);
    delete device.nodeAllocatableResourceMappings;
    for (const attribute of Object.values(device.attributes ?? {}))
      for (const lists of ['bools', 'ints', 'strings', 'versions'] as const) delete attribute[lists];
  }
}

function warnings({ spec: { driver } }: ResourceSlice): string[] {
  if (driver === driver.toLowerCase()) return [];
  return [`spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`];
}
