/** A device as a driver offers it. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, int64, list, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { NodeSelectorSchema } from '../shared/affinity.ts';
import { DeviceTaintSchema } from './taints.ts';

const DeviceAttributeSchema = object('io.k8s.api.resource.v1.DeviceAttribute', {
  bool: boolean,
  bools: list(boolean),
  int: int64,
  ints: list(int64),
  string,
  strings: list(string),
  version: string,
  versions: list(string),
});
export type DeviceAttribute = TypeOf<typeof DeviceAttributeSchema>;

const CapacityRequestPolicyRangeSchema = object('io.k8s.api.resource.v1.CapacityRequestPolicyRange', {
  max: quantity,
  min: required(quantity),
  step: quantity,
});
export type CapacityRequestPolicyRange = TypeOf<typeof CapacityRequestPolicyRangeSchema>;

const CapacityRequestPolicySchema = object('io.k8s.api.resource.v1.CapacityRequestPolicy', {
  default: quantity,
  validRange: CapacityRequestPolicyRangeSchema,
  validValues: list(quantity),
});
export type CapacityRequestPolicy = TypeOf<typeof CapacityRequestPolicySchema>;

const DeviceCapacitySchema = object('io.k8s.api.resource.v1.DeviceCapacity', {
  requestPolicy: CapacityRequestPolicySchema,
  value: required(quantity),
});
export type DeviceCapacity = TypeOf<typeof DeviceCapacitySchema>;

const CounterSchema = object('io.k8s.api.resource.v1.Counter', { value: required(quantity) });

/** What several devices of a slice use up together. */
export const CounterSetSchema = object('io.k8s.api.resource.v1.CounterSet', {
  counters: required(map(CounterSchema)),
  name: required(string),
});
export type CounterSet = TypeOf<typeof CounterSetSchema>;

const DeviceCounterConsumptionSchema = object('io.k8s.api.resource.v1.DeviceCounterConsumption', {
  counterSet: required(string),
  counters: required(map(CounterSchema)),
});
export type DeviceCounterConsumption = TypeOf<typeof DeviceCounterConsumptionSchema>;

export const DeviceSchema = object('io.k8s.api.resource.v1.Device', {
  allNodes: boolean,
  allowMultipleAllocations: boolean,
  attributes: map(DeviceAttributeSchema),
  bindingConditions: list(string),
  bindingFailureConditions: list(string),
  bindsToNode: boolean,
  capacity: map(DeviceCapacitySchema),
  consumesCounters: list(DeviceCounterConsumptionSchema),
  name: required(string),
  nodeAllocatableResourceMappings: map(
    object('io.k8s.api.resource.v1.NodeAllocatableResourceMapping', { allocationMultiplier: quantity, capacityKey: string }),
  ),
  nodeName: string,
  nodeSelector: NodeSelectorSchema,
  taints: list(DeviceTaintSchema),
});
export type Device = TypeOf<typeof DeviceSchema>;
