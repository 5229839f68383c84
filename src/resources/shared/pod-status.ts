/** What is known about a pod that was accepted. Facts: OpenAPI of Kubernetes 1.36. */
import { int64, list, listOf, map, object, quantity, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ContainerStatusSchema } from './container-status.ts';
import { ResourceRequirementsSchema } from './container.ts';

export const PodConditionSchema = object('io.k8s.api.core.v1.PodCondition', {
  lastProbeTime: time,
  lastTransitionTime: time,
  message: string,
  observedGeneration: int64,
  reason: string,
  status: required(string),
  type: required(string),
});
export type PodCondition = TypeOf<typeof PodConditionSchema>;

export const ContainerExtendedResourceRequestSchema = object('io.k8s.api.core.v1.ContainerExtendedResourceRequest', {
  containerName: required(string),
  requestName: required(string),
  resourceName: required(string),
});
export type ContainerExtendedResourceRequest = TypeOf<typeof ContainerExtendedResourceRequestSchema>;

export const PodExtendedResourceClaimStatusSchema = object('io.k8s.api.core.v1.PodExtendedResourceClaimStatus', {
  requestMappings: required(list(ContainerExtendedResourceRequestSchema)),
  resourceClaimName: required(string),
});
export type PodExtendedResourceClaimStatus = TypeOf<typeof PodExtendedResourceClaimStatusSchema>;

export const HostIPSchema = object('io.k8s.api.core.v1.HostIP', { ip: required(string) });
export type HostIP = TypeOf<typeof HostIPSchema>;

export const NodeAllocatableResourceClaimStatusSchema = object('io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus', {
  containers: listOf(string, { listType: 'set' }),
  resourceClaimName: required(string),
  resources: required(map(quantity)),
});
export type NodeAllocatableResourceClaimStatus = TypeOf<typeof NodeAllocatableResourceClaimStatusSchema>;

export const PodIPSchema = object('io.k8s.api.core.v1.PodIP', { ip: required(string) });
export type PodIP = TypeOf<typeof PodIPSchema>;

export const PodResourceClaimStatusSchema = object('io.k8s.api.core.v1.PodResourceClaimStatus', {
  name: required(string),
  resourceClaimName: string,
});
export type PodResourceClaimStatus = TypeOf<typeof PodResourceClaimStatusSchema>;

export const PodStatusSchema = object('io.k8s.api.core.v1.PodStatus', {
  allocatedResources: map(quantity),
  conditions: listOf(PodConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
  containerStatuses: list(ContainerStatusSchema),
  ephemeralContainerStatuses: list(ContainerStatusSchema),
  extendedResourceClaimStatus: PodExtendedResourceClaimStatusSchema,
  hostIP: string,
  hostIPs: listOf(HostIPSchema, { patch: { mergeKey: 'ip' } }),
  initContainerStatuses: list(ContainerStatusSchema),
  message: string,
  nodeAllocatableResourceClaimStatuses: list(NodeAllocatableResourceClaimStatusSchema),
  nominatedNodeName: string,
  observedGeneration: int64,
  phase: string,
  podIP: string,
  podIPs: listOf(PodIPSchema, { listType: 'map', mapKeys: ['ip'], patch: { mergeKey: 'ip' } }),
  qosClass: string,
  reason: string,
  resize: string,
  resourceClaimStatuses: listOf(PodResourceClaimStatusSchema, {
    listType: 'map',
    mapKeys: ['name'],
    patch: { mergeKey: 'name', retainKeys: true },
  }),
  resources: ResourceRequirementsSchema,
  startTime: time,
});
export type PodStatus = TypeOf<typeof PodStatusSchema>;
