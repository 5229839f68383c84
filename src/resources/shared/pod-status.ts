/** What is known about a pod that was accepted. Facts: OpenAPI of Kubernetes 1.36. */
import {
  field,
  int64,
  list,
  listOf,
  map,
  object,
  oneOf,
  quantity,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ContainerStatusSchema } from './container-status.ts';
import { ResourceRequirementsSchema } from './container.ts';

export const PodConditionSchema = object('io.k8s.api.core.v1.PodCondition', {
  lastProbeTime: field(time, { doc: 'When the condition was last checked.' }),
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  observedGeneration: field(int64, { doc: 'The metadata.generation that the condition is about.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, {
    doc: 'PodScheduled, Initialized, ContainersReady, Ready, DisruptionTarget or one of a readiness gate.',
  }),
});
export type PodCondition = TypeOf<typeof PodConditionSchema>;

export const ContainerExtendedResourceRequestSchema = object('io.k8s.api.core.v1.ContainerExtendedResourceRequest', {
  containerName: required(string, { doc: 'The container that asks.' }),
  requestName: required(string, { doc: 'The request in the claim.' }),
  resourceName: required(string, { doc: 'The extended resource.' }),
});
export type ContainerExtendedResourceRequest = TypeOf<typeof ContainerExtendedResourceRequestSchema>;

export const PodExtendedResourceClaimStatusSchema = object('io.k8s.api.core.v1.PodExtendedResourceClaimStatus', {
  requestMappings: required(list(ContainerExtendedResourceRequestSchema), {
    doc: 'Which request of the claim is for which resource of which container.',
  }),
  resourceClaimName: required(string, { doc: 'The claim.' }),
});
export type PodExtendedResourceClaimStatus = TypeOf<typeof PodExtendedResourceClaimStatusSchema>;

export const HostIPSchema = object('io.k8s.api.core.v1.HostIP', { ip: required(string, { doc: 'The address.' }) });
export type HostIP = TypeOf<typeof HostIPSchema>;

export const NodeAllocatableResourceClaimStatusSchema = object('io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus', {
  containers: field(listOf(string, { listType: 'set' }), { doc: 'The containers that use the claim.' }),
  resourceClaimName: required(string, { doc: 'The claim.' }),
  resources: required(map(quantity), { doc: 'How much of each resource.' }),
});
export type NodeAllocatableResourceClaimStatus = TypeOf<typeof NodeAllocatableResourceClaimStatusSchema>;

export const PodIPSchema = object('io.k8s.api.core.v1.PodIP', { ip: required(string, { doc: 'The address.' }) });
export type PodIP = TypeOf<typeof PodIPSchema>;

export const PodResourceClaimStatusSchema = object('io.k8s.api.core.v1.PodResourceClaimStatus', {
  name: required(string, { doc: 'The name of the entry in spec.resourceClaims.' }),
  resourceClaimName: field(string, { doc: 'The claim that was made for it; none if it needs none.' }),
});
export type PodResourceClaimStatus = TypeOf<typeof PodResourceClaimStatusSchema>;

export const PodStatusSchema = object('io.k8s.api.core.v1.PodStatus', {
  allocatedResources: field(map(quantity), { doc: 'What the node has set aside for the pod as a whole.' }),
  conditions: field(listOf(PodConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the pod, such as PodScheduled, Initialized, ContainersReady and Ready.',
  }),
  containerStatuses: field(list(ContainerStatusSchema), { doc: 'The state of the containers.' }),
  ephemeralContainerStatuses: field(list(ContainerStatusSchema), { doc: 'The state of the ephemeral containers.' }),
  extendedResourceClaimStatus: field(PodExtendedResourceClaimStatusSchema, {
    doc: 'The claim that was made for extended resources that devices stand behind.',
  }),
  hostIP: field(string, { doc: 'The address of the node; the first of hostIPs.' }),
  hostIPs: field(listOf(HostIPSchema, { patch: { mergeKey: 'ip' } }), { doc: 'The addresses of the node.' }),
  initContainerStatuses: field(list(ContainerStatusSchema), { doc: 'The state of the init containers.' }),
  message: field(string, { doc: 'Why the pod is in its state, for people.' }),
  nodeAllocatableResourceClaimStatuses: field(list(NodeAllocatableResourceClaimStatusSchema), {
    doc: 'What the claims of the pod take of the resources of the node.',
  }),
  nominatedNodeName: field(string, {
    doc: 'The node on which pods are being driven out for this one. It may still run elsewhere.',
  }),
  observedGeneration: field(int64, { doc: 'The metadata.generation that this status is about.' }),
  phase: field(oneOf('Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'), {
    doc: 'Pending, Running, Succeeded, Failed or Unknown. A summary; containerStatuses says more.',
  }),
  podIP: field(string, { doc: 'The address of the pod; the first of podIPs.' }),
  podIPs: field(listOf(PodIPSchema, { listType: 'map', mapKeys: ['ip'], patch: { mergeKey: 'ip' } }), {
    doc: 'The addresses of the pod, at most one of each IP family.',
  }),
  qosClass: field(oneOf('BestEffort', 'Burstable', 'Guaranteed'), {
    doc: 'Guaranteed, Burstable or BestEffort, by requests and limits. BestEffort pods are evicted first.',
  }),
  reason: field(string, { doc: 'Why the pod is in its state, in one word, as Evicted.' }),
  resize: field(string, {
    doc: 'How a change of resources goes. Replaced by the conditions PodResizePending and PodResizeInProgress.',
  }),
  resourceClaimStatuses: field(
    listOf(PodResourceClaimStatusSchema, {
      listType: 'map',
      mapKeys: ['name'],
      patch: { mergeKey: 'name', retainKeys: true },
    }),
    { doc: 'The claims that were made for the resourceClaims of the pod.' },
  ),
  resources: field(ResourceRequirementsSchema, { doc: 'The requests and limits of the pod as a whole that are in effect.' }),
  startTime: field(time, { doc: 'When the node took the pod on, before it pulled images.' }),
});
export type PodStatus = TypeOf<typeof PodStatusSchema>;
