/** `ValidateEndpointSlice` upstream. */
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue } from '../../machinery/names.ts';
import { fieldDuplicate, fieldInvalid, fieldRequired, fieldTooMany, type FieldError } from '../../machinery/status.ts';
import { familyOf, ipWarnings, validateCanonicalIp, validateEndpointIp, validateIp } from '../shared/addresses.ts';
import {
  invalidEach,
  protocols,
  validateChoice,
  validateLabel,
  validateQualifiedName,
  validateSubdomain,
} from '../shared/format-rules.ts';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from './endpointslice.ts';

const max = { endpoints: 1000, addresses: 100, ports: 20_000, hints: 8 };

export function validateEndpointSlice({ addressType, ports = [], endpoints = [] }: EndpointSlice): FieldError[] {
  return [
    ...validateChoice(addressType, 'addressType', ['FQDN', 'IPv4', 'IPv6']),
    ...(ports.length > max.ports ? [fieldTooMany('ports', ports.length, max.ports)] : validatePorts(ports)),
    ...(endpoints.length > max.endpoints
      ? [fieldTooMany('endpoints', endpoints.length, max.endpoints)]
      : endpoints.flatMap((endpoint, i) => validateEndpoint(endpoint, addressType, `endpoints[${i}]`))),
  ];
}

export const validateEndpointSliceUpdate = (slice: EndpointSlice, old: EndpointSlice): FieldError[] =>
  slice.addressType === old.addressType ? [] : [fieldInvalid('addressType', slice.addressType, 'field is immutable')];

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, i) => {
    const at = `ports[${i}]`;
    const errors = name ? validateLabel(name, `${at}.name`) : [];
    if (names.has(name)) errors.push(fieldDuplicate(`${at}.name`, name));
    names.add(name);
    errors.push(...validateChoice(protocol, `${at}.protocol`, protocols));
    if (appProtocol !== undefined) errors.push(...validateQualifiedName(appProtocol, `${at}.appProtocol`));
    return errors;
  });
}

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string): FieldError[] {
  const { addresses = [], nodeName, hostname, hints } = endpoint;
  const at = `${path}.addresses`;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(fieldRequired(at, 'must contain at least 1 address'));
  else if (addresses.length > max.addresses) errors.push(fieldTooMany(at, addresses.length, max.addresses));
  for (const [i, address] of addresses.entries()) errors.push(...validateAddress(address, addressType, at, `${at}[${i}]`));
  if (nodeName !== undefined) errors.push(...validateSubdomain(nodeName, `${path}.nodeName`));
  if (hostname !== undefined) errors.push(...validateLabel(hostname, `${path}.hostname`));
  return hints ? [...errors, ...validateHints(hints, `${path}.hints`)] : errors;
}

function validateAddress(address: string, addressType: string, listPath: string, path: string): FieldError[] {
  if (addressType === 'FQDN') return validateDomainName(address, path);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const wrong = addressType === 'IPv4' ? validateIp(address, path) : validateCanonicalIp(address, path);
  if (wrong.length > 0) return wrong;
  const errors = validateEndpointIp(address, path);
  // Upstream names the list here.
  if (familyOf(address) !== addressType) errors.unshift(fieldInvalid(listPath, address, `must be an ${addressType} address`));
  return errors;
}

function validateDomainName(address: string, path: string): FieldError[] {
  if (address === '') return [fieldRequired(path)];
  const name = address.replace(/\.$/, '');
  const wrong = isDNS1123Subdomain(name);
  if (wrong.length > 0) return [fieldInvalid(path, name, wrong.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) return [fieldInvalid(path, name, 'should be a domain with at least two segments separated by dots')];
  const bad = labels.find((label) => isDNS1123Label(label).length > 0);
  return bad === undefined ? [] : [fieldInvalid(path, bad, isDNS1123Label(bad).join(','))];
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, path: string): FieldError[] {
  return [
    ...validateHintNames(forZones, `${path}.forZones`, isLabelValue),
    ...validateHintNames(forNodes, `${path}.forNodes`, isDNS1123Subdomain),
  ];
}

function validateHintNames(
  hints: readonly { name: string }[],
  path: string,
  check: (name: string) => readonly string[],
): FieldError[] {
  if (hints.length > max.hints) return [fieldTooMany(path, hints.length, max.hints)];
  const names = new Set<string>();
  return hints.flatMap(({ name }, i) => {
    const at = `${path}[${i}].name`;
    const errors = names.has(name) ? [fieldDuplicate(at, name)] : [];
    names.add(name);
    return [...errors, ...invalidEach(at, name, check(name))];
  });
}

/** Controllers that write valid addresses only, whatever they were given. */
const controllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

export function endpointSliceWarnings({ metadata, addressType, endpoints = [] }: EndpointSlice, old?: EndpointSlice): string[] {
  const outdated = addressType === 'FQDN' && !old ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
  if (controllers.includes(metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return outdated;
  const addresses = endpoints.flatMap(({ addresses: of }, i) =>
    (of ?? []).flatMap((ip, j) => ipWarnings(ip, `endpoints[${i}].addresses[${j}]`)),
  );
  return [...outdated, ...addresses];
}
