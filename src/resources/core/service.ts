import { kindSchema } from '../../machinery/meta.ts';
import { defineResource, type ResourceDefinition } from '../../machinery/resource.ts';
import {
  boolean,
  defaulted,
  field,
  int32,
  intOrString,
  list,
  listOf,
  map,
  object,
  oneOf,
  required,
  string,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ConditionSchema } from '../shared/condition.ts';
import { LoadBalancerStatusSchema } from '../shared/load-balancer.ts';
import { allocate } from './service-allocation.ts';
import { serviceColumns } from './service-columns.ts';
import { defaultService } from './service-defaults.ts';
import { prepareForCreate, prepareForUpdate } from './service-strategy.ts';
import { validateService, validateServiceStatus, validateServiceUpdate } from './service-validation.ts';
import { serviceWarnings } from './service-warnings.ts';

export const ServicePortSchema = object('io.k8s.api.core.v1.ServicePort', {
  appProtocol: field(string, { doc: 'The protocol on top, as http or kubernetes.io/h2c, for whoever looks into the traffic.' }),
  name: field(string, { doc: 'The name of the port; needed if there are several.' }),
  nodePort: field(int32, { doc: 'The port on every node, for NodePort and LoadBalancer. A free one if left out.' }),
  port: required(int32, { doc: 'The port of the Service.' }),
  protocol: field(oneOf('SCTP', 'TCP', 'UDP'), { doc: 'TCP (the default), UDP or SCTP.', default: 'TCP' }),
  targetPort: field(intOrString, {
    doc: 'The port of the pods by number, or by its name in the container. As port if left out.',
  }),
});
export type ServicePort = TypeOf<typeof ServicePortSchema>;

export const ClientIPConfigSchema = object('io.k8s.api.core.v1.ClientIPConfig', {
  timeoutSeconds: field(int32, { doc: 'How many seconds a client stays with its pod. 10800 if left out, 86400 at most.' }),
});
export type ClientIPConfig = TypeOf<typeof ClientIPConfigSchema>;

export const SessionAffinityConfigSchema = object('io.k8s.api.core.v1.SessionAffinityConfig', {
  clientIP: field(ClientIPConfigSchema, { doc: 'Settings for ClientIP.' }),
});
export type SessionAffinityConfig = TypeOf<typeof SessionAffinityConfigSchema>;

export const ServiceSpecSchema = object('io.k8s.api.core.v1.ServiceSpec', {
  allocateLoadBalancerNodePorts: field(boolean, { doc: 'Whether a LoadBalancer gets node ports too. true if left out.' }),
  clusterIP: field(string, {
    doc: 'The address of the Service; the first of clusterIPs. Allocated if left out; None makes it headless.',
  }),
  clusterIPs: field(list(string), { doc: 'The addresses of the Service, at most one of each IP family.' }),
  externalIPs: field(list(string), {
    doc: 'More addresses whose traffic the nodes take. Kubernetes does not see to it that it gets there.',
  }),
  externalName: field(string, { doc: 'The DNS name that an ExternalName Service is an alias of.' }),
  externalTrafficPolicy: field(oneOf('Cluster', 'Local'), {
    doc: 'Cluster (the default) spreads traffic from outside over all pods; Local keeps it on its node, and the client address.',
  }),
  healthCheckNodePort: field(int32, {
    doc: 'The port where nodes say whether they have pods, for LoadBalancers with Local. Cannot be changed.',
  }),
  internalTrafficPolicy: field(oneOf('Cluster', 'Local'), {
    doc: 'Cluster (the default) spreads traffic from inside over all pods; Local drops it if its node has none.',
  }),
  ipFamilies: field(list(oneOf('', 'IPv4', 'IPv6')), {
    doc: 'IPv4 and IPv6 in the order of clusterIPs. The first one cannot be changed.',
  }),
  ipFamilyPolicy: field(oneOf('PreferDualStack', 'RequireDualStack', 'SingleStack'), {
    doc: 'How many families the Service has: SingleStack (the default), PreferDualStack or RequireDualStack.',
  }),
  loadBalancerClass: field(string, {
    doc: 'Who provides the load balancer, as example.com/lb; whoever is the default if left out. Cannot be changed.',
  }),
  loadBalancerIP: field(string, { doc: 'The address that is asked for. Deprecated; it depends on the provider.' }),
  loadBalancerSourceRanges: field(list(string), {
    doc: 'The only addresses that the load balancer takes traffic from, if the provider supports it.',
  }),
  ports: field(listOf(ServicePortSchema, { listType: 'map', mapKeys: ['port', 'protocol'], patch: { mergeKey: 'port' } }), {
    doc: 'The ports of the Service.',
  }),
  publishNotReadyAddresses: field(boolean, {
    doc: 'Whether pods that are not ready count too, as peers of a StatefulSet may need. false if left out.',
  }),
  selector: field(map(string, { atomic: true }), {
    doc: 'The labels of the pods that serve. Without any, somebody else writes the EndpointSlices.',
  }),
  sessionAffinity: field(oneOf('ClientIP', 'None'), { doc: 'ClientIP keeps a client with one pod. None if left out.' }),
  sessionAffinityConfig: field(SessionAffinityConfigSchema, { doc: 'Settings of the session affinity.' }),
  trafficDistribution: field(string, {
    doc: 'Which pods traffic prefers: PreferSameZone, PreferSameNode, or PreferClose, the old name of the first.',
  }),
  type: field(oneOf('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'), {
    doc: 'How the Service is reached: ClusterIP (the default), NodePort, LoadBalancer or ExternalName.',
  }),
});
export type ServiceSpec = TypeOf<typeof ServiceSpecSchema>;

export const ServiceStatusSchema = object('io.k8s.api.core.v1.ServiceStatus', {
  conditions: field(listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the Service.',
  }),
  loadBalancer: field(LoadBalancerStatusSchema, { doc: 'Where the load balancer is.' }),
});
export type ServiceStatus = TypeOf<typeof ServiceStatusSchema>;

const ServiceSchema = kindSchema('io.k8s.api.core.v1.Service', {
  spec: defaulted(ServiceSpecSchema),
  status: ServiceStatusSchema,
});
export type Service = TypeOf<typeof ServiceSchema>;

export const services: ResourceDefinition<Service> = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  nameRule: 'service',
  description: 'A name and address for a set of pods, and how to reach them.',
  schema: ServiceSchema,
  generation: false,
  strategy: {
    defaults: defaultService,
    prepareForCreate,
    prepareForUpdate,
    allocate: (service, old, reader, context) => allocate(services, service, old, reader, context),
    validate: validateService,
    validateUpdate: validateServiceUpdate,
    validateStatusUpdate: validateServiceStatus,
    warnings: serviceWarnings,
    createsOnUpdate: true,
    answersDeletedObject: true,
  },
  columns: serviceColumns,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
});
