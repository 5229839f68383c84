/** `ValidateResourceClaimStatusUpdate` upstream. */
import { byteLength } from '../../machinery/names.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong, fieldTooMany, type FieldError } from '../../machinery/status.ts';
import { validateInterfaceAddress } from '../shared/addresses.ts';
import { validateConditions } from '../shared/condition-validation.ts';
import { validateChoice, validateLabel } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { validateNodeSelector } from '../shared/scheduling-validation.ts';
import { validateBindingConditions } from './binding-conditions.ts';
import { validateList, validateSet } from './bounded.ts';
import { requestsOf, validateClaimConfiguration, validateReference, type IsRequest } from './claim-spec-validation.ts';
import {
  allocatedDevices,
  deviceId,
  type AllocatedDeviceStatus,
  type AllocationResult,
  type DeviceAllocationConfiguration,
  type DeviceRequestAllocationResult,
  type NetworkDeviceData,
  type ResourceClaimConsumerReference,
} from './claim-status.ts';
import { validateDriverName, validatePoolName, validateUid } from './names.ts';
import type { ResourceClaim } from './resourceclaim.ts';
import { validateOpaque } from './selectors.ts';

const max = {
  consumers: 256,
  results: 32,
  // Those of the class and those of the claim.
  configurations: 2 * 32,
  conditions: 8,
  dataBytes: 10 * 1024,
  addresses: 16,
  interfaceNameBytes: 256,
  hardwareAddressBytes: 128,
};

export function validateClaimStatus({ metadata, spec, status = {} }: ResourceClaim, { status: old = {} }: ResourceClaim): FieldError[] {
  const { reservedFor = [], allocation, devices } = status;
  const allocated = allocatedDevices(status);
  const errors = [
    ...validateSet(reservedFor, max.consumers, validateConsumer, ({ uid }) => uid, 'status.reservedFor'),
    ...validateSet(devices, Infinity, (device, path) => validateDeviceStatus(device, allocated, path), deviceId, 'status.devices'),
  ];
  if (reservedFor.length > 0 && !allocation)
    errors.push(fieldForbidden('status.reservedFor', 'may not be specified when `allocated` is not set'));
  else if (metadata.deletionTimestamp !== undefined && hasNewConsumer(reservedFor, old.reservedFor))
    errors.push(
      fieldForbidden(
        'status.reservedFor',
        'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
      ),
    );
  if (!allocation) return errors;
  if (old.allocation) return [...errors, ...validateImmutable(allocation, old.allocation, 'status.allocation')];
  return [...errors, ...validateAllocation(allocation, requestsOf(spec.devices), 'status.allocation')];
}

const validateConsumer = (consumer: ResourceClaimConsumerReference, path: string): FieldError[] =>
  (['resource', 'name', 'uid'] as const).flatMap((name) => (consumer[name] ? [] : [fieldRequired(`${path}.${name}`)]));

function hasNewConsumer(
  consumers: readonly ResourceClaimConsumerReference[],
  old: readonly ResourceClaimConsumerReference[] = [],
): boolean {
  const keyOf = ({ apiGroup, resource, name, uid }: ResourceClaimConsumerReference) => [apiGroup, resource, name, uid].join('\n');
  const before = new Set(old.map(keyOf));
  return consumers.some((consumer) => !before.has(keyOf(consumer)));
}

function validateDeviceStatus(device: AllocatedDeviceStatus, allocated: ReadonlySet<string>, path: string): FieldError[] {
  const { conditions = [], data, networkData } = device;
  const errors = validateDeviceId(device, path);
  if (!allocated.has(deviceId(device)))
    errors.push(fieldInvalid(path, deviceId(device), 'must be an allocated device in the claim'));
  if (conditions.length > max.conditions)
    errors.push(fieldTooMany(`${path}.conditions`, conditions.length, max.conditions));
  return [
    ...errors,
    ...validateConditions(conditions, `${path}.conditions`),
    ...(data === undefined ? [] : validateOpaque(data, max.dataBytes, `${path}.data`)),
    ...(networkData ? validateNetworkData(networkData, `${path}.networkData`) : []),
  ];
}

function validateDeviceId(
  { driver, pool, device, shareID }: Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>,
  path: string,
): FieldError[] {
  return [
    ...validateDriverName(driver, `${path}.driver`),
    ...validatePoolName(pool, `${path}.pool`),
    ...validateLabel(device ?? '', `${path}.device`),
    ...(shareID === undefined ? [] : validateUid(shareID, `${path}.shareID`)),
  ];
}

const validateNetworkData = ({ interfaceName = '', hardwareAddress = '', ips }: NetworkDeviceData, path: string): FieldError[] => [
  ...(byteLength(interfaceName) > max.interfaceNameBytes
    ? [fieldTooLong(`${path}.interfaceName`, max.interfaceNameBytes)]
    : []),
  ...(byteLength(hardwareAddress) > max.hardwareAddressBytes
    ? [fieldTooLong(`${path}.hardwareAddress`, max.hardwareAddressBytes)]
    : []),
  ...validateSet(ips, max.addresses, validateInterfaceAddress, (address) => address, `${path}.ips`),
];

const validateAllocation = ({ devices = {}, nodeSelector }: AllocationResult, isRequest: IsRequest, path: string): FieldError[] => [
  ...validateList(
    devices.results,
    max.results,
    (result, here) => validateResult(result, isRequest, here),
    `${path}.devices.results`,
  ),
  ...validateList(
    devices.config,
    max.configurations,
    (configuration, here) => validateAllocatedConfiguration(configuration, isRequest, here),
    `${path}.devices.config`,
  ),
  ...(nodeSelector ? validateNodeSelector(nodeSelector, `${path}.nodeSelector`) : []),
];

const validateResult = (result: DeviceRequestAllocationResult, isRequest: IsRequest, path: string): FieldError[] => [
  ...validateReference(result.request ?? '', isRequest, `${path}.request`),
  ...validateDeviceId(result, path),
  ...validateBindingConditions(result, path),
];

const validateAllocatedConfiguration = (
  configuration: DeviceAllocationConfiguration,
  isRequest: IsRequest,
  path: string,
): FieldError[] => [
  ...validateChoice(configuration.source, `${path}.source`, ['FromClaim', 'FromClass']),
  ...validateClaimConfiguration(configuration, isRequest, path),
];
