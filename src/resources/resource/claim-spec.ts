/** What a claim asks for; also the template of claims. Facts: OpenAPI of Kubernetes 1.36. */
import {
  boolean,
  field,
  int64,
  list,
  map,
  object,
  oneOf,
  quantity,
  required,
  string,
  type TypeOf,
} from '../../machinery/schema.ts';
import { configurationFields, selectorsSchema } from './selectors.ts';
import { defaultTolerations, tolerationsSchema } from './taints.ts';

const requestFields = {
  allocationMode: field(oneOf('All', 'ExactCount'), { doc: 'ExactCount (the default), or All for all devices that match.' }),
  capacity: field(
    object('io.k8s.api.resource.v1.CapacityRequirements', {
      requests: field(map(quantity), { doc: 'How much of each capacity is needed; devices with less are not taken.' }),
    }),
    { doc: 'How much of each capacity is needed.' },
  ),
  count: field(int64, { doc: 'How many devices, with ExactCount. 1 if left out.' }),
  deviceClassName: required(string, { doc: 'The DeviceClass.' }),
  selectors: field(selectorsSchema, { doc: 'What a device must be like. All of them must match.' }),
  tolerations: field(tolerationsSchema, { doc: 'Taints of devices that the request puts up with.' }),
};

const ExactDeviceRequestSchema = object('io.k8s.api.resource.v1.ExactDeviceRequest', {
  ...requestFields,
  adminAccess: field(boolean, {
    doc: 'Whether the devices are for administration, while others may use them. Only in namespaces labelled for it.',
  }),
});
export type ExactDeviceRequest = TypeOf<typeof ExactDeviceRequestSchema>;

const DeviceSubRequestSchema = object('io.k8s.api.resource.v1.DeviceSubRequest', {
  ...requestFields,
  name: required(string, { doc: 'The name of the request, unique in its list.' }),
});
export type DeviceSubRequest = TypeOf<typeof DeviceSubRequestSchema>;

const DeviceRequestSchema = object('io.k8s.api.resource.v1.DeviceRequest', {
  exactly: field(ExactDeviceRequestSchema, { doc: 'Devices of one class.' }),
  firstAvailable: field(list(DeviceSubRequestSchema), { doc: 'Several requests, the first of which that can be met counts.' }),
  name: required(string, { doc: 'The name of the request, unique in the claim.' }),
});
export type DeviceRequest = TypeOf<typeof DeviceRequestSchema>;

const DeviceConstraintSchema = object('io.k8s.api.resource.v1.DeviceConstraint', {
  distinctAttribute: field(string, { doc: 'The attribute in which the devices must all differ.' }),
  matchAttribute: field(string, { doc: 'The attribute in which the devices must all be equal.' }),
  requests: field(list(string), { doc: 'The requests that are meant; all if left out.' }),
});
export type DeviceConstraint = TypeOf<typeof DeviceConstraintSchema>;

const DeviceClaimConfigurationSchema = object('io.k8s.api.resource.v1.DeviceClaimConfiguration', {
  ...configurationFields,
  requests: field(list(string), { doc: 'The requests that are meant; all if left out.' }),
});
export type DeviceClaimConfiguration = TypeOf<typeof DeviceClaimConfigurationSchema>;

const DeviceClaimSchema = object('io.k8s.api.resource.v1.DeviceClaim', {
  config: field(list(DeviceClaimConfigurationSchema), { doc: 'Settings for the devices.' }),
  constraints: field(list(DeviceConstraintSchema), { doc: 'What must hold of several devices together.' }),
  requests: field(list(DeviceRequestSchema), { doc: 'The devices that are needed.' }),
});
export type DeviceClaim = TypeOf<typeof DeviceClaimSchema>;

export const ResourceClaimSpecSchema = object('io.k8s.api.resource.v1.ResourceClaimSpec', {
  devices: field(DeviceClaimSchema, { doc: 'The devices that are needed.' }),
});
export type ResourceClaimSpec = TypeOf<typeof ResourceClaimSpecSchema>;

/** One device of a class, unless the claim says how many. */
export function defaultClaimSpec(spec: ResourceClaimSpec): void {
  for (const { exactly, firstAvailable = [] } of (spec.devices ??= {}).requests ?? [])
    for (const request of exactly ? [exactly, ...firstAvailable] : firstAvailable) {
      request.allocationMode ||= 'ExactCount';
      if (request.allocationMode === 'ExactCount') request.count ||= 1;
      defaultTolerations(request.tolerations);
    }
}
