import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  boolean,
  field,
  int32,
  list,
  listOf,
  map,
  object,
  oneOf,
  required,
  string,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { firstOfMany } from '../shared/columns.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';
import { sameValue } from '../shared/same-value.ts';
import { endpointSliceWarnings, validateEndpointSlice, validateEndpointSliceUpdate } from './endpointslice-validation.ts';

export const ForZoneSchema = object('io.k8s.api.discovery.v1.ForZone', {
  name: required(string, { doc: 'The name of the zone.' }),
});
export type ForZone = TypeOf<typeof ForZoneSchema>;

export const ForNodeSchema = object('io.k8s.api.discovery.v1.ForNode', {
  name: required(string, { doc: 'The name of the node.' }),
});
export type ForNode = TypeOf<typeof ForNodeSchema>;

export const EndpointHintsSchema = object('io.k8s.api.discovery.v1.EndpointHints', {
  forNodes: field(list(ForNodeSchema), { doc: 'The nodes that should use the endpoint.' }),
  forZones: field(list(ForZoneSchema), { doc: 'The zones that should use the endpoint.' }),
});
export type EndpointHints = TypeOf<typeof EndpointHintsSchema>;

export const EndpointConditionsSchema = object('io.k8s.api.discovery.v1.EndpointConditions', {
  ready: field(boolean, { doc: 'Whether the endpoint is for use: it serves and is not being ended. Unknown counts as true.' }),
  serving: field(boolean, { doc: 'Whether the endpoint answers, even while it is being ended. As ready if left out.' }),
  terminating: field(boolean, { doc: 'Whether the endpoint is being ended. false if left out.' }),
});
export type EndpointConditions = TypeOf<typeof EndpointConditionsSchema>;

export const EndpointSchema = object('io.k8s.api.discovery.v1.Endpoint', {
  addresses: required(listOf(string, { listType: 'set' }), {
    doc: 'The addresses of the endpoint. All are equal; clients use the first one.',
  }),
  conditions: field(EndpointConditionsSchema, { doc: 'Whether the endpoint can be used.' }),
  deprecatedTopology: field(map(string), { doc: 'Labels of the node, from the beta version of the API. Cannot be written.' }),
  hints: field(EndpointHintsSchema, { doc: 'Who should use the endpoint.' }),
  hostname: field(string, { doc: 'The host name of the endpoint, under which DNS knows it.' }),
  nodeName: field(string, { doc: 'The node of the endpoint.' }),
  targetRef: field(ObjectReferenceSchema, { doc: 'The object behind the endpoint, most often a pod.' }),
  zone: field(string, { doc: 'The zone of the endpoint.' }),
});
export type Endpoint = TypeOf<typeof EndpointSchema>;

export const EndpointPortSchema = object(
  'io.k8s.api.discovery.v1.EndpointPort',
  {
    appProtocol: field(string, { doc: 'The protocol on top, as http or kubernetes.io/h2c.' }),
    name: field(string, { doc: 'The name of the port, as in the Service.' }),
    port: field(int32, { doc: 'The port; all of them if left out.' }),
    protocol: field(oneOf('SCTP', 'TCP', 'UDP'), { doc: 'TCP (the default), UDP or SCTP.' }),
  },
  { atomic: true },
);
export type EndpointPort = TypeOf<typeof EndpointPortSchema>;

const EndpointSliceSchema = kindSchema('io.k8s.api.discovery.v1.EndpointSlice', {
  addressType: required(oneOf('FQDN', 'IPv4', 'IPv6'), { doc: 'IPv4, IPv6 or FQDN (deprecated). Cannot be changed.' }),
  endpoints: field(list(EndpointSchema), { doc: 'The endpoints, at most 1000.' }),
  ports: field(list(EndpointPortSchema), { doc: 'The ports of each endpoint, at most 100.' }),
});
export type EndpointSlice = TypeOf<typeof EndpointSliceSchema>;

export const endpointSlices = defineResource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  description: 'Some of the endpoints behind a Service.',
  schema: EndpointSliceSchema,
  strategy: {
    defaults,
    prepareForCreate,
    prepareForUpdate,
    validate: validateEndpointSlice,
    validateUpdate: validateEndpointSliceUpdate,
    warnings: endpointSliceWarnings,
  },
  columns: [
    nameColumn,
    {
      name: 'AddressType',
      type: 'string',
      description: 'What the addresses are: IPv4, IPv6 or FQDN.',
      cell: ({ addressType }) => addressType,
    },
    {
      name: 'Ports',
      type: 'string',
      description: 'The first ports.',
      cell: ({ ports = [] }) =>
        firstOfMany(
          ports.map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port))),
          3,
          '<unset>',
        ),
    },
    {
      name: 'Endpoints',
      type: 'string',
      description: 'The first addresses.',
      cell: ({ endpoints }) =>
        firstOfMany(
          (endpoints ?? []).flatMap(({ addresses }) => addresses ?? []),
          3,
          '<unset>',
        ),
    },
    ageColumn,
  ],
});

function defaults(slice: EndpointSlice): void {
  slice.endpoints ??= [];
  for (const endpoint of slice.endpoints) endpoint.conditions ??= {};
  for (const port of slice.ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}

function prepareForCreate(slice: EndpointSlice): void {
  slice.metadata.generation = 1;
  dropTopology(slice);
}

/** Labels count as content here: consumers find their slices by them. */
function prepareForUpdate(slice: EndpointSlice, old: EndpointSlice): void {
  dropTopology(slice);
  const content = ({ addressType, endpoints, ports, metadata: { labels } }: EndpointSlice) => ({
    addressType,
    endpoints,
    ports,
    labels,
  });
  const generation = old.metadata.generation ?? 0;
  slice.metadata.generation = sameValue(content(slice), content(old)) ? generation : generation + 1;
}

/** The field was v1beta1's; in v1 it cannot be written. */
function dropTopology({ endpoints }: EndpointSlice): void {
  for (const endpoint of endpoints ?? []) delete endpoint.deprecatedTopology;
}
