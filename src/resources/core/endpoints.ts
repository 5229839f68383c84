import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { int32, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';

export const EndpointAddressSchema = object(
  'io.k8s.api.core.v1.EndpointAddress',
  {
    hostname: string,
    ip: required(string),
    nodeName: string,
    targetRef: ObjectReferenceSchema,
  },
  { atomic: true },
);
export type EndpointAddress = TypeOf<typeof EndpointAddressSchema>;

export const EndpointPortSchema = object(
  'io.k8s.api.core.v1.EndpointPort',
  {
    appProtocol: string,
    name: string,
    port: required(int32),
    protocol: string,
  },
  { atomic: true },
);
export type EndpointPort = TypeOf<typeof EndpointPortSchema>;

export const EndpointSubsetSchema = object('io.k8s.api.core.v1.EndpointSubset', {
  addresses: list(EndpointAddressSchema),
  notReadyAddresses: list(EndpointAddressSchema),
  ports: list(EndpointPortSchema),
});
export type EndpointSubset = TypeOf<typeof EndpointSubsetSchema>;

const EndpointsSchema = kindSchema('io.k8s.api.core.v1.Endpoints', {
  subsets: list(EndpointSubsetSchema),
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
  schema: EndpointsSchema,
  columns: [nameColumn, ageColumn],
});
