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
  appProtocol: string,
  name: string,
  nodePort: int32,
  port: required(int32),
  protocol: field(string, { default: 'TCP' }),
  targetPort: intOrString,
});
export type ServicePort = TypeOf<typeof ServicePortSchema>;

export const ClientIPConfigSchema = object('io.k8s.api.core.v1.ClientIPConfig', { timeoutSeconds: int32 });
export type ClientIPConfig = TypeOf<typeof ClientIPConfigSchema>;

export const SessionAffinityConfigSchema = object('io.k8s.api.core.v1.SessionAffinityConfig', { clientIP: ClientIPConfigSchema });
export type SessionAffinityConfig = TypeOf<typeof SessionAffinityConfigSchema>;

export const ServiceSpecSchema = object('io.k8s.api.core.v1.ServiceSpec', {
  allocateLoadBalancerNodePorts: boolean,
  clusterIP: string,
  clusterIPs: list(string),
  externalIPs: list(string),
  externalName: string,
  externalTrafficPolicy: string,
  healthCheckNodePort: int32,
  internalTrafficPolicy: string,
  ipFamilies: list(string),
  ipFamilyPolicy: string,
  loadBalancerClass: string,
  loadBalancerIP: string,
  loadBalancerSourceRanges: list(string),
  ports: listOf(ServicePortSchema, { listType: 'map', mapKeys: ['port', 'protocol'], patch: { mergeKey: 'port' } }),
  publishNotReadyAddresses: boolean,
  selector: map(string, { atomic: true }),
  sessionAffinity: string,
  sessionAffinityConfig: SessionAffinityConfigSchema,
  trafficDistribution: string,
  type: string,
});
export type ServiceSpec = TypeOf<typeof ServiceSpecSchema>;

export const ServiceStatusSchema = object('io.k8s.api.core.v1.ServiceStatus', {
  conditions: listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
  loadBalancer: LoadBalancerStatusSchema,
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
