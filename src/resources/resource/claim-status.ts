/** What became of a claim. Facts: OpenAPI of Kubernetes 1.36. */
import {
  any,
  boolean,
  field,
  list,
  listOf,
  map,
  object,
  oneOf,
  quantity,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { NodeSelectorSchema } from '../shared/affinity.ts';
import { ConditionSchema } from '../shared/condition.ts';
import { configurationFields } from './selectors.ts';
import { defaultTolerations, tolerationsSchema } from './taints.ts';

const DeviceAllocationConfigurationSchema = object('io.k8s.api.resource.v1.DeviceAllocationConfiguration', {
  ...configurationFields,
  requests: field(list(string), { doc: 'The requests that are meant; all if left out.' }),
  source: required(oneOf('FromClaim', 'FromClass'), { doc: 'Where it comes from: FromClass or FromClaim.' }),
});
export type DeviceAllocationConfiguration = TypeOf<typeof DeviceAllocationConfigurationSchema>;

const DeviceRequestAllocationResultSchema = object('io.k8s.api.resource.v1.DeviceRequestAllocationResult', {
  adminAccess: field(boolean, { doc: 'Whether the device is for administration, while others may use it.' }),
  bindingConditions: field(list(string), { doc: 'Conditions that must be True before the pod is bound.' }),
  bindingFailureConditions: field(list(string), {
    doc: 'Conditions one of which, if True, says that the device cannot be used.',
  }),
  consumedCapacity: field(map(quantity), { doc: 'How much of each capacity of a shared device.' }),
  device: required(string, { doc: 'The name of the device.' }),
  driver: required(string, { doc: 'The name of the driver.' }),
  pool: required(string, { doc: 'The pool of the device.' }),
  request: required(string, { doc: 'The request that the device is for, as NAME or NAME/SUBREQUEST.' }),
  shareID: field(string, { doc: 'Which share of the device, if several claims have it.' }),
  tolerations: field(tolerationsSchema, { doc: 'Taints of devices that the request puts up with.' }),
});
export type DeviceRequestAllocationResult = TypeOf<typeof DeviceRequestAllocationResultSchema>;

const AllocationResultSchema = object('io.k8s.api.resource.v1.AllocationResult', {
  allocationTimestamp: field(time, { doc: 'When it was allocated.' }),
  devices: field(
    object('io.k8s.api.resource.v1.DeviceAllocationResult', {
      config: field(list(DeviceAllocationConfigurationSchema), { doc: 'Settings for the devices, those of the classes first.' }),
      results: field(list(DeviceRequestAllocationResultSchema), { doc: 'The devices.' }),
    }),
    { doc: 'The devices.' },
  ),
  nodeSelector: field(NodeSelectorSchema, { doc: 'The nodes from which the devices can be used; all if left out.' }),
});
export type AllocationResult = TypeOf<typeof AllocationResultSchema>;

const NetworkDeviceDataSchema = object('io.k8s.api.resource.v1.NetworkDeviceData', {
  hardwareAddress: field(string, { doc: 'The hardware address of the interface.' }),
  interfaceName: field(string, { doc: 'The name of the interface in the pod.' }),
  ips: field(list(string), { doc: 'The addresses of the interface, as 192.0.2.5/24.' }),
});
export type NetworkDeviceData = TypeOf<typeof NetworkDeviceDataSchema>;

const AllocatedDeviceStatusSchema = object('io.k8s.api.resource.v1.AllocatedDeviceStatus', {
  conditions: field(listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'] }), {
    doc: 'What holds of the device, as Ready.',
  }),
  data: field(any, { doc: 'Whatever the driver has to say.' }),
  device: required(string, { doc: 'The name of the device.' }),
  driver: required(string, { doc: 'The name of the driver.' }),
  networkData: field(NetworkDeviceDataSchema, { doc: 'What is known about a device for networks.' }),
  pool: required(string, { doc: 'The pool of the device.' }),
  shareID: field(string, { doc: 'Which share of the device, if several claims have it.' }),
});
export type AllocatedDeviceStatus = TypeOf<typeof AllocatedDeviceStatusSchema>;

const ResourceClaimConsumerReferenceSchema = object('io.k8s.api.resource.v1.ResourceClaimConsumerReference', {
  apiGroup: field(string, { doc: 'The group of the object; the core group if left out.' }),
  name: required(string, { doc: 'The name of the object.' }),
  resource: required(string, { doc: 'The plural name of its kind, as pods.' }),
  uid: required(string, { doc: 'The uid of the object.' }),
});
export type ResourceClaimConsumerReference = TypeOf<typeof ResourceClaimConsumerReferenceSchema>;

export const ResourceClaimStatusSchema = object('io.k8s.api.resource.v1.ResourceClaimStatus', {
  allocation: field(AllocationResultSchema, { doc: 'What was allocated; nothing yet if left out.' }),
  devices: field(listOf(AllocatedDeviceStatusSchema, { listType: 'map', mapKeys: ['driver', 'device', 'pool', 'shareID'] }), {
    doc: 'What drivers say about the devices.',
  }),
  reservedFor: field(
    listOf(ResourceClaimConsumerReferenceSchema, { listType: 'map', mapKeys: ['uid'], patch: { mergeKey: 'uid' } }),
    { doc: 'Who may use the claim now. It is not released while the list has entries.' },
  ),
});
export type ResourceClaimStatus = TypeOf<typeof ResourceClaimStatusSchema>;

export function defaultClaimStatus(status: ResourceClaimStatus | undefined): void {
  for (const { tolerations } of status?.allocation?.devices?.results ?? []) defaultTolerations(tolerations);
}

/** A device, or the share of it that a claim has, in one text. */
export const deviceId = ({
  driver,
  pool,
  device,
  shareID,
}: Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/');

/** The devices that are allocated to the claim. */
export const allocatedDevices = (status: ResourceClaimStatus | undefined): ReadonlySet<string> =>
  new Set((status?.allocation?.devices?.results ?? []).map(deviceId));
