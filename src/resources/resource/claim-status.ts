/** What became of a claim. Facts: OpenAPI of Kubernetes 1.36. */
import { any, boolean, list, listOf, map, object, quantity, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { NodeSelectorSchema } from '../shared/affinity.ts';
import { ConditionSchema } from '../shared/condition.ts';
import { configurationFields } from './selectors.ts';
import { defaultTolerations, tolerationsSchema } from './taints.ts';

const DeviceAllocationConfigurationSchema = object('io.k8s.api.resource.v1.DeviceAllocationConfiguration', {
  ...configurationFields,
  requests: list(string),
  source: required(string),
});
export type DeviceAllocationConfiguration = TypeOf<typeof DeviceAllocationConfigurationSchema>;

const DeviceRequestAllocationResultSchema = object('io.k8s.api.resource.v1.DeviceRequestAllocationResult', {
  adminAccess: boolean,
  bindingConditions: list(string),
  bindingFailureConditions: list(string),
  consumedCapacity: map(quantity),
  device: required(string),
  driver: required(string),
  pool: required(string),
  request: required(string),
  shareID: string,
  tolerations: tolerationsSchema,
});
export type DeviceRequestAllocationResult = TypeOf<typeof DeviceRequestAllocationResultSchema>;

const AllocationResultSchema = object('io.k8s.api.resource.v1.AllocationResult', {
  allocationTimestamp: time,
  devices: object('io.k8s.api.resource.v1.DeviceAllocationResult', {
    config: list(DeviceAllocationConfigurationSchema),
    results: list(DeviceRequestAllocationResultSchema),
  }),
  nodeSelector: NodeSelectorSchema,
});
export type AllocationResult = TypeOf<typeof AllocationResultSchema>;

const NetworkDeviceDataSchema = object('io.k8s.api.resource.v1.NetworkDeviceData', {
  hardwareAddress: string,
  interfaceName: string,
  ips: list(string),
});
export type NetworkDeviceData = TypeOf<typeof NetworkDeviceDataSchema>;

const AllocatedDeviceStatusSchema = object('io.k8s.api.resource.v1.AllocatedDeviceStatus', {
  conditions: listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'] }),
  data: any,
  device: required(string),
  driver: required(string),
  networkData: NetworkDeviceDataSchema,
  pool: required(string),
  shareID: string,
});
export type AllocatedDeviceStatus = TypeOf<typeof AllocatedDeviceStatusSchema>;

const ResourceClaimConsumerReferenceSchema = object('io.k8s.api.resource.v1.ResourceClaimConsumerReference', {
  apiGroup: string,
  name: required(string),
  resource: required(string),
  uid: required(string),
});
export type ResourceClaimConsumerReference = TypeOf<typeof ResourceClaimConsumerReferenceSchema>;

export const ResourceClaimStatusSchema = object('io.k8s.api.resource.v1.ResourceClaimStatus', {
  allocation: AllocationResultSchema,
  devices: listOf(AllocatedDeviceStatusSchema, { listType: 'map', mapKeys: ['driver', 'device', 'pool', 'shareID'] }),
  reservedFor: listOf(ResourceClaimConsumerReferenceSchema, { listType: 'map', mapKeys: ['uid'], patch: { mergeKey: 'uid' } }),
});
export type ResourceClaimStatus = TypeOf<typeof ResourceClaimStatusSchema>;

export function defaultClaimStatus(status: ResourceClaimStatus | undefined): void {
  for (const { tolerations } of status?.allocation?.devices?.results ?? []) defaultTolerations(tolerations);
}

/** A device, or the share of it that a claim has, in one text. */
export const deviceId = ({ driver, pool, device, shareID }: Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/');

/** The devices that are allocated to the claim. */
export const allocatedDevices = (status: ResourceClaimStatus | undefined): ReadonlySet<string> =>
  new Set((status?.allocation?.devices?.results ?? []).map(deviceId));
