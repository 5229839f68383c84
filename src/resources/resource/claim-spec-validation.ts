/** `validateResourceClaimSpec` upstream. */
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import type { Reader } from '../../machinery/reader.ts';
import { namespaces } from '../core/namespace.ts';
import { validateLabel } from '../shared/format-rules.ts';
import { validateList, validateSet } from './bounded.ts';
import type {
  DeviceClaim,
  DeviceClaimConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from './claim-spec.ts';
import { validateClassName, validateFullAttributeName } from './names.ts';
import { validateConfiguration, validateSelectors } from './selectors.ts';
import { validateTolerations } from './taints.ts';

const max = { requests: 32, subrequests: 8, constraints: 32, configurations: 32 };

/** Whether a text refers to a request of a claim (`gpu`), or to one of its alternatives (`gpu/large`). */
export type IsRequest = (reference: string) => boolean;

export function requestsOf({ requests = [] }: DeviceClaim = {}): IsRequest {
  const references = new Set<string>();
  for (const { name, firstAvailable = [] } of requests) {
    references.add(name);
    for (const sub of firstAvailable) references.add(`${name}/${sub.name}`);
  }
  return (reference) => references.has(reference);
}

export function validateClaimSpec({ devices = {} }: ResourceClaimSpec, path: string): FieldError[] {
  const isRequest = requestsOf(devices);
  const at = `${path}.devices`;
  return [
    ...validateSet(devices.requests, max.requests, validateRequest, ({ name }) => name, `${at}.requests`),
    ...validateList(
      devices.constraints,
      max.constraints,
      (constraint, here) => validateConstraint(constraint, isRequest, here),
      `${at}.constraints`,
    ),
    ...validateList(
      devices.config,
      max.configurations,
      (configuration, here) => validateClaimConfiguration(configuration, isRequest, here),
      `${at}.config`,
    ),
  ];
}

function validateRequest({ name = '', exactly, firstAvailable = [] }: DeviceRequest, path: string): FieldError[] {
  const errors = validateLabel(name, `${path}.name`);
  const one = 'exactly one of `exactly` or `firstAvailable` is required';
  if (exactly && firstAvailable.length > 0) return [...errors, fieldInvalid(path, null, `${one}, but multiple fields are set`)];
  if (exactly) return [...errors, ...validateExact(exactly, `${path}.exactly`)];
  if (firstAvailable.length === 0) return [...errors, fieldRequired(path, one)];
  const nameOf = (sub: DeviceSubRequest) => sub.name;
  return [
    ...errors,
    ...validateSet(firstAvailable, max.subrequests, validateSubrequest, nameOf, `${path}.firstAvailable`),
  ];
}

const validateSubrequest = (request: DeviceSubRequest, path: string): FieldError[] => [
  ...validateLabel(request.name ?? '', `${path}.name`),
  ...validateExact(request, path),
];

function validateExact(request: ExactDeviceRequest | DeviceSubRequest, path: string): FieldError[] {
  const { deviceClassName, selectors, allocationMode = '', count = 0, tolerations } = request;
  return [
    ...validateClassName(deviceClassName, `${path}.deviceClassName`),
    ...validateSelectors(selectors, `${path}.selectors`),
    ...validateMode(allocationMode, count, path),
    ...validateTolerations(tolerations, `${path}.tolerations`),
  ];
}

function validateMode(mode: string, count: number, path: string): FieldError[] {
  switch (mode) {
    case 'All':
      return count === 0
        ? []
        : [fieldInvalid(`${path}.count`, count, "must not be specified when allocationMode is 'All'")];
    case 'ExactCount':
      return count > 0 ? [] : [fieldInvalid(`${path}.count`, count, 'must be greater than zero')];
    default:
      return [fieldNotSupported(`${path}.allocationMode`, mode, ['All', 'ExactCount'])];
  }
}

/** The sentence about missing attributes is upstream's. */
function validateConstraint(constraint: DeviceConstraint, isRequest: IsRequest, path: string): FieldError[] {
  const { requests, matchAttribute, distinctAttribute } = constraint;
  const errors = validateReferences(requests, isRequest, `${path}.requests`);
  if (matchAttribute !== undefined)
    return [...errors, ...validateFullAttributeName(matchAttribute, `${path}.matchAttribute`)];
  if (distinctAttribute !== undefined)
    return [...errors, ...validateFullAttributeName(distinctAttribute, `${path}.distinctAttribute`)];
  const one = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
  return [...errors, fieldRequired(path, one)];
}

export const validateClaimConfiguration = (
  configuration: DeviceClaimConfiguration,
  isRequest: IsRequest,
  path: string,
): FieldError[] => [
  ...validateReferences(configuration.requests, isRequest, `${path}.requests`),
  ...validateConfiguration(configuration, path),
];

const validateReferences = (references: readonly string[] | undefined, isRequest: IsRequest, path: string): FieldError[] =>
  validateSet(
    references,
    max.requests,
    (reference, here) => validateReference(reference, isRequest, here),
    (reference) => reference,
    path,
  );

export function validateReference(reference: string, isRequest: IsRequest, path: string): FieldError[] {
  const unknown = fieldInvalid(
    path,
    reference,
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
  );
  const segments = reference.split('/');
  if (segments.length > 2) return [unknown];
  const errors = segments.flatMap((segment) => validateLabel(segment, path));
  return isRequest(reference) ? errors : [...errors, unknown];
}

const adminLabel = 'resource.kubernetes.io/admin-access';

/** Who may use devices that are in use by others: only the namespaces that are labelled so. The path is upstream's. */
export function validateAdminAccess({ devices }: ResourceClaimSpec, namespace: string | undefined, reader: Reader): FieldError[] {
  const index = (devices?.requests ?? []).findIndex(({ exactly }) => exactly?.adminAccess);
  if (index < 0 || reader.get(namespaces, '', namespace ?? '')?.metadata.labels?.[adminLabel] === 'true') return [];
  return [
    fieldForbidden(
      `spec.devices.requests[${index}].adminAccess`,
      `admin access to devices requires the \`${adminLabel}: true\` label on the containing namespace`,
    ),
  ];
}
