import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, int32, list, listOf, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';

export const ForZoneSchema = object('io.k8s.api.discovery.v1.ForZone', { name: required(string) });
export type ForZone = TypeOf<typeof ForZoneSchema>;

export const ForNodeSchema = object('io.k8s.api.discovery.v1.ForNode', { name: required(string) });
export type ForNode = TypeOf<typeof ForNodeSchema>;

export const EndpointHintsSchema = object('io.k8s.api.discovery.v1.EndpointHints', {
  forNodes: list(ForNodeSchema),
  forZones: list(ForZoneSchema),
});
export type EndpointHints = TypeOf<typeof EndpointHintsSchema>;

export const EndpointConditionsSchema = object('io.k8s.api.discovery.v1.EndpointConditions', {
  ready: boolean,
  serving: boolean,
  terminating: boolean,
});
export type EndpointConditions = TypeOf<typeof EndpointConditionsSchema>;

export const EndpointSchema = object('io.k8s.api.discovery.v1.Endpoint', {
  addresses: required(listOf(string, { listType: 'set' })),
  conditions: EndpointConditionsSchema,
  deprecatedTopology: map(string),
  hints: EndpointHintsSchema,
  hostname: string,
  nodeName: string,
  targetRef: ObjectReferenceSchema,
  zone: string,
});
export type Endpoint = TypeOf<typeof EndpointSchema>;

export const EndpointPortSchema = object(
  'io.k8s.api.discovery.v1.EndpointPort',
  {
    appProtocol: string,
    name: string,
    port: int32,
    protocol: string,
  },
  { atomic: true },
);
export type EndpointPort = TypeOf<typeof EndpointPortSchema>;

const EndpointSliceSchema = kindSchema('io.k8s.api.discovery.v1.EndpointSlice', {
  addressType: required(string),
  endpoints: list(EndpointSchema),
  ports: list(EndpointPortSchema),
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
  columns: [nameColumn, ageColumn],
});
