import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, int32, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { ipWarnings, validateEndpointIp, validateIp } from '../shared/addresses.ts';
import { firstOfMany } from '../shared/columns.ts';
import {
  invalidEach,
  isPortNumber,
  protocols,
  validateChoice,
  validateLabel,
  validateQualifiedName,
  validateSubdomain,
} from '../shared/format-rules.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';

export const EndpointAddressSchema = object(
  'io.k8s.api.core.v1.EndpointAddress',
  {
    hostname: field(string, { doc: 'The host name of the endpoint.' }),
    ip: required(string, { doc: 'The address, which is none of the node itself.' }),
    nodeName: field(string, { doc: 'The node of the endpoint.' }),
    targetRef: field(ObjectReferenceSchema, { doc: 'The object that has the address.' }),
  },
  { atomic: true },
);
export type EndpointAddress = TypeOf<typeof EndpointAddressSchema>;

export const EndpointPortSchema = object(
  'io.k8s.api.core.v1.EndpointPort',
  {
    appProtocol: field(string, { doc: 'The protocol on top, as http.' }),
    name: field(string, { doc: 'The name of the port, as in the Service.' }),
    port: required(int32, { doc: 'The port.' }),
    protocol: field(oneOf('SCTP', 'TCP', 'UDP'), { doc: 'TCP (the default), UDP or SCTP.' }),
  },
  { atomic: true },
);
export type EndpointPort = TypeOf<typeof EndpointPortSchema>;

export const EndpointSubsetSchema = object('io.k8s.api.core.v1.EndpointSubset', {
  addresses: field(list(EndpointAddressSchema), { doc: 'Addresses that are ready.' }),
  notReadyAddresses: field(list(EndpointAddressSchema), { doc: 'Addresses that are not ready.' }),
  ports: field(list(EndpointPortSchema), { doc: 'The ports of all of them.' }),
});
export type EndpointSubset = TypeOf<typeof EndpointSubsetSchema>;

const EndpointsSchema = kindSchema('io.k8s.api.core.v1.Endpoints', {
  subsets: field(list(EndpointSubsetSchema), { doc: 'Addresses and ports, grouped by equal ports.' }),
});
export type Endpoints = TypeOf<typeof EndpointsSchema>;

export const endpoints = defineResource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  description: 'The addresses behind a Service, in the older form; see EndpointSlice.',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  schema: EndpointsSchema,
  strategy: { defaults, validate, warnings, createsOnUpdate: true },
  columns: [
    nameColumn,
    { name: 'Endpoints', type: 'string', description: 'The first addresses, with their ports.', cell: shown },
    ageColumn,
  ],
});

function shown({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => {
    const ips = addresses.map(({ ip }) => ip);
    // A headless Service may have no ports.
    return ports.length === 0
      ? ips
      : ports.flatMap(({ port }) => ips.map((ip) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
  });
  return firstOfMany(all, 3, '');
}

function defaults({ subsets = [] }: Endpoints): void {
  for (const { ports = [] } of subsets) for (const port of ports) port.protocol ||= 'TCP';
}

function validate({ subsets = [] }: Endpoints): FieldError[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const at = `subsets[${i}]`;
    const errors: FieldError[] = [];
    if (addresses.length + notReadyAddresses.length === 0)
      errors.push(fieldRequired(at, 'must specify `addresses` or `notReadyAddresses`'));
    errors.push(
      ...addresses.flatMap((address, j) => validateAddress(address, `${at}.addresses[${j}]`)),
      ...notReadyAddresses.flatMap((address, j) => validateAddress(address, `${at}.notReadyAddresses[${j}]`)),
      ...ports.flatMap((port, j) => validateEndpointPort(port, ports.length > 1, `${at}.ports[${j}]`)),
    );
    return errors;
  });
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: string): FieldError[] {
  return [
    ...validateIp(ip ?? '', `${path}.ip`),
    ...(hostname ? validateLabel(hostname, `${path}.hostname`) : []),
    ...(nodeName === undefined ? [] : validateSubdomain(nodeName, `${path}.nodeName`)),
    ...validateEndpointIp(ip ?? '', `${path}.ip`),
  ];
}

function validateEndpointPort({ name, port, protocol, appProtocol }: EndpointPort, named: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (name) errors.push(...validateLabel(name, `${path}.name`));
  else if (named) errors.push(fieldRequired(`${path}.name`));
  return [
    ...errors,
    ...invalidEach(`${path}.port`, port ?? 0, isPortNumber(port ?? 0)),
    ...validateChoice(protocol, `${path}.protocol`, protocols),
    ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, `${path}.appProtocol`)),
  ];
}

/** Of what the controller writes, nobody has to be told. */
function warnings({ metadata, subsets = [] }: Endpoints): string[] {
  if (metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
  return subsets.flatMap((subset, i) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((part) =>
      (subset[part] ?? []).flatMap(({ ip }, j) => ipWarnings(ip, `subsets[${i}].${part}[${j}].ip`)),
    ),
  );
}
