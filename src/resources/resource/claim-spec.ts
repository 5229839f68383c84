/** What a claim asks for; also the template of claims. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, int64, list, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { configurationFields, selectorsSchema } from './selectors.ts';
import { defaultTolerations, tolerationsSchema } from './taints.ts';

const requestFields = {
  allocationMode: string,
  capacity: object('io.k8s.api.resource.v1.CapacityRequirements', { requests: map(quantity) }),
  count: int64,
  deviceClassName: required(string),
  selectors: selectorsSchema,
  tolerations: tolerationsSchema,
};

const ExactDeviceRequestSchema = object('io.k8s.api.resource.v1.ExactDeviceRequest', { ...requestFields, adminAccess: boolean });
export type ExactDeviceRequest = TypeOf<typeof ExactDeviceRequestSchema>;

const DeviceSubRequestSchema = object('io.k8s.api.resource.v1.DeviceSubRequest', { ...requestFields, name: required(string) });
export type DeviceSubRequest = TypeOf<typeof DeviceSubRequestSchema>;

const DeviceRequestSchema = object('io.k8s.api.resource.v1.DeviceRequest', {
  exactly: ExactDeviceRequestSchema,
  firstAvailable: list(DeviceSubRequestSchema),
  name: required(string),
});
export type DeviceRequest = TypeOf<typeof DeviceRequestSchema>;

const DeviceConstraintSchema = object('io.k8s.api.resource.v1.DeviceConstraint', {
  distinctAttribute: string,
  matchAttribute: string,
  requests: list(string),
});
export type DeviceConstraint = TypeOf<typeof DeviceConstraintSchema>;

const DeviceClaimConfigurationSchema = object('io.k8s.api.resource.v1.DeviceClaimConfiguration', {
  ...configurationFields,
  requests: list(string),
});
export type DeviceClaimConfiguration = TypeOf<typeof DeviceClaimConfigurationSchema>;

const DeviceClaimSchema = object('io.k8s.api.resource.v1.DeviceClaim', {
  config: list(DeviceClaimConfigurationSchema),
  constraints: list(DeviceConstraintSchema),
  requests: list(DeviceRequestSchema),
});
export type DeviceClaim = TypeOf<typeof DeviceClaimSchema>;

export const ResourceClaimSpecSchema = object('io.k8s.api.resource.v1.ResourceClaimSpec', { devices: DeviceClaimSchema });
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
