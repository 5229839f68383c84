/** A device as a driver offers it. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, int64, list, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { NodeSelectorSchema } from '../shared/affinity.ts';
import { DeviceTaintSchema } from './taints.ts';

const DeviceAttributeSchema = object('io.k8s.api.resource.v1.DeviceAttribute', {
  bool: field(boolean, { doc: 'Yes or no.' }),
  bools: field(list(boolean), { doc: 'Several such values.' }),
  int: field(int64, { doc: 'A number.' }),
  ints: field(list(int64), { doc: 'Several numbers.' }),
  string: field(string, { doc: 'A text.' }),
  strings: field(list(string), { doc: 'Several texts.' }),
  version: field(string, { doc: 'A version, as 1.2.3.' }),
  versions: field(list(string), { doc: 'Several versions.' }),
});
export type DeviceAttribute = TypeOf<typeof DeviceAttributeSchema>;

const CapacityRequestPolicyRangeSchema = object('io.k8s.api.resource.v1.CapacityRequestPolicyRange', {
  max: field(quantity, { doc: 'The largest amount; the whole capacity if left out.' }),
  min: required(quantity, { doc: 'The smallest amount.' }),
  step: field(quantity, { doc: 'Amounts are the smallest one plus a multiple of this.' }),
});
export type CapacityRequestPolicyRange = TypeOf<typeof CapacityRequestPolicyRangeSchema>;

const CapacityRequestPolicySchema = object('io.k8s.api.resource.v1.CapacityRequestPolicy', {
  default: field(quantity, { doc: 'How much a request gets that names no amount.' }),
  validRange: field(CapacityRequestPolicyRangeSchema, {
    doc: 'Amounts that can be asked for, as a range. Others are rounded up.',
  }),
  validValues: field(list(quantity), { doc: 'Amounts that can be asked for, one by one. Others are rounded up.' }),
});
export type CapacityRequestPolicy = TypeOf<typeof CapacityRequestPolicySchema>;

const DeviceCapacitySchema = object('io.k8s.api.resource.v1.DeviceCapacity', {
  requestPolicy: field(CapacityRequestPolicySchema, { doc: 'Which amounts can be asked for, if the device is shared.' }),
  value: required(quantity, { doc: 'How much there is.' }),
});
export type DeviceCapacity = TypeOf<typeof DeviceCapacitySchema>;

const CounterSchema = object('io.k8s.api.resource.v1.Counter', { value: required(quantity, { doc: 'How much there is.' }) });

/** What several devices of a slice use up together. */
export const CounterSetSchema = object('io.k8s.api.resource.v1.CounterSet', {
  counters: required(map(CounterSchema), { doc: 'The counters by name.' }),
  name: required(string, { doc: 'The name of the set, unique in its pool.' }),
});
export type CounterSet = TypeOf<typeof CounterSetSchema>;

const DeviceCounterConsumptionSchema = object('io.k8s.api.resource.v1.DeviceCounterConsumption', {
  counterSet: required(string, { doc: 'The name of the set.' }),
  counters: required(map(CounterSchema), { doc: 'How much of each counter.' }),
});
export type DeviceCounterConsumption = TypeOf<typeof DeviceCounterConsumptionSchema>;

export const DeviceSchema = object('io.k8s.api.resource.v1.Device', {
  allNodes: field(boolean, { doc: 'Whether all nodes can use the device. Only with perDeviceNodeSelection.' }),
  allowMultipleAllocations: field(boolean, { doc: 'Whether several claims can have the device, sharing its capacity.' }),
  attributes: field(map(DeviceAttributeSchema), { doc: 'What the device is, by names that selectors use.' }),
  bindingConditions: field(list(string), { doc: 'Conditions that must be True before a pod with the device is bound.' }),
  bindingFailureConditions: field(list(string), {
    doc: 'Conditions one of which, if True, says that the device cannot be used.',
  }),
  bindsToNode: field(boolean, { doc: 'Whether the claim is bound to the node that was chosen.' }),
  capacity: field(map(DeviceCapacitySchema), { doc: 'How much the device has, by names that selectors and requests use.' }),
  consumesCounters: field(list(DeviceCounterConsumptionSchema), { doc: 'What the device takes of the counters of its pool.' }),
  name: required(string, { doc: 'The name of the device, a DNS label unique in its pool.' }),
  nodeAllocatableResourceMappings: field(
    map(
      object('io.k8s.api.resource.v1.NodeAllocatableResourceMapping', {
        allocationMultiplier: field(quantity, { doc: 'What the capacity, or a device, is multiplied by.' }),
        capacityKey: field(string, { doc: 'The capacity of the device that is looked at; the device itself if left out.' }),
      }),
    ),
    { doc: 'What the device takes of the resources of its node.' },
  ),
  nodeName: field(string, { doc: 'The node that has the device. Only with perDeviceNodeSelection.' }),
  nodeSelector: field(NodeSelectorSchema, { doc: 'The nodes that can use the device. Only with perDeviceNodeSelection.' }),
  taints: field(list(DeviceTaintSchema), { doc: 'Marks that keep claims without a matching toleration away.' }),
});
export type Device = TypeOf<typeof DeviceSchema>;
