/** What a pod is made of, and the template of pods in other kinds. Facts: OpenAPI of Kubernetes 1.36. */
import { TemplateMetaSchema } from '../../machinery/meta.ts';
import {
  boolean,
  defaulted,
  field,
  int32,
  int64,
  list,
  listOf,
  map,
  object,
  oneOf,
  quantity,
  required,
  string,
  type TypeOf,
} from '../../machinery/schema.ts';
import { AffinitySchema, TolerationSchema, TopologySpreadConstraintSchema } from './affinity.ts';
import { ContainerSchema, EphemeralContainerSchema, ResourceRequirementsSchema } from './container.ts';
import { LocalObjectReferenceSchema } from './references.ts';
import { PodSecurityContextSchema } from './security.ts';
import { VolumeSchema } from './volumes.ts';

export const HostAliasSchema = object('io.k8s.api.core.v1.HostAlias', {
  hostnames: field(list(string), { doc: 'The names for the address.' }),
  ip: required(string, { doc: 'The address.' }),
});
export type HostAlias = TypeOf<typeof HostAliasSchema>;

export const PodDNSConfigOptionSchema = object('io.k8s.api.core.v1.PodDNSConfigOption', {
  name: field(string, { doc: 'The name of the option, as ndots.' }),
  value: field(string, { doc: 'The value of the option, if it takes one.' }),
});
export type PodDNSConfigOption = TypeOf<typeof PodDNSConfigOptionSchema>;

export const PodDNSConfigSchema = object('io.k8s.api.core.v1.PodDNSConfig', {
  nameservers: field(list(string), { doc: 'Addresses of name servers, put after those from dnsPolicy.' }),
  options: field(list(PodDNSConfigOptionSchema), { doc: 'Options of the resolver, merged with those from dnsPolicy.' }),
  searches: field(list(string), { doc: 'Search domains, put after those from dnsPolicy.' }),
});
export type PodDNSConfig = TypeOf<typeof PodDNSConfigSchema>;

export const PodOSSchema = object('io.k8s.api.core.v1.PodOS', { name: required(string, { doc: 'linux or windows.' }) });
export type PodOS = TypeOf<typeof PodOSSchema>;

export const PodReadinessGateSchema = object('io.k8s.api.core.v1.PodReadinessGate', {
  conditionType: required(string, {
    doc: 'The type of a condition in the status of the pod. It counts as False while it is missing.',
  }),
});
export type PodReadinessGate = TypeOf<typeof PodReadinessGateSchema>;

export const PodResourceClaimSchema = object('io.k8s.api.core.v1.PodResourceClaim', {
  name: required(string, { doc: 'The name by which the containers of the pod refer to the claim.' }),
  resourceClaimName: field(string, {
    doc: 'A ResourceClaim in the namespace of the pod. Not together with resourceClaimTemplateName.',
  }),
  resourceClaimTemplateName: field(string, {
    doc: 'A ResourceClaimTemplate. The pod gets a claim of its own from it, which goes with the pod.',
  }),
});
export type PodResourceClaim = TypeOf<typeof PodResourceClaimSchema>;

export const PodSchedulingGateSchema = object('io.k8s.api.core.v1.PodSchedulingGate', {
  name: required(string, { doc: 'The name of the gate, as example.com/quota-checked.' }),
});
export type PodSchedulingGate = TypeOf<typeof PodSchedulingGateSchema>;

export const PodSchedulingGroupSchema = object('io.k8s.api.core.v1.PodSchedulingGroup', {
  podGroupName: field(string, { doc: 'The PodGroup, in the namespace of the pod.' }),
});
export type PodSchedulingGroup = TypeOf<typeof PodSchedulingGroupSchema>;

export const PodSpecSchema = object('io.k8s.api.core.v1.PodSpec', {
  activeDeadlineSeconds: field(int64, {
    doc: 'How many seconds after its start the pod is ended and marked as failed. No limit if left out.',
  }),
  affinity: field(AffinitySchema, { doc: 'On which nodes, and near or away from which pods, the pod should run.' }),
  automountServiceAccountToken: field(boolean, {
    doc: 'Whether a token of the ServiceAccount is mounted. What the ServiceAccount says if left out, or else true.',
  }),
  containers: required(listOf(ContainerSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'The containers of the pod, at least one. They cannot be added or removed later.',
  }),
  dnsConfig: field(PodDNSConfigSchema, { doc: 'Settings for name resolution, merged with those from dnsPolicy.' }),
  dnsPolicy: field(oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'), {
    doc: 'Where names are resolved: ClusterFirst (the default), ClusterFirstWithHostNet, Default (as the node does) or None.',
  }),
  enableServiceLinks: field(boolean, { doc: 'Whether the environment names the Services of the namespace. true if left out.' }),
  ephemeralContainers: field(
    listOf(EphemeralContainerSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
    { doc: 'Containers put into the running pod, for debugging. Only by the ephemeralcontainers subresource.' },
  ),
  hostAliases: field(listOf(HostAliasSchema, { listType: 'map', mapKeys: ['ip'], patch: { mergeKey: 'ip' } }), {
    doc: 'More lines for /etc/hosts.',
  }),
  hostIPC: field(boolean, { doc: 'Whether the pod shares the inter-process communication of the node. false if left out.' }),
  hostNetwork: field(boolean, {
    doc: 'Whether the pod uses the network of the node, with its addresses and ports. false if left out.',
  }),
  hostPID: field(boolean, { doc: 'Whether the pod sees the processes of the node. false if left out.' }),
  hostUsers: field(boolean, {
    doc: 'false gives the pod a user namespace of its own, so that root in it is nobody on the node. true if left out.',
  }),
  hostname: field(string, { doc: 'The host name in the pod; its name if left out.' }),
  hostnameOverride: field(string, {
    doc: 'The host name in the pod, whatever hostname and subdomain say. It changes nothing in DNS.',
  }),
  imagePullSecrets: field(
    listOf(LocalObjectReferenceSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
    { doc: 'Secrets with credentials for image registries, in the namespace of the pod.' },
  ),
  initContainers: field(listOf(ContainerSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'Containers that run one after the other, each to its end, before the others start. With restartPolicy Always they stay as sidecars.',
  }),
  nodeName: field(string, {
    doc: 'The node that the pod runs on, set by the scheduler. Who sets it at creation goes past the scheduler.',
  }),
  nodeSelector: field(map(string, { atomic: true }), { doc: 'Labels that a node must have for the pod to run there.' }),
  os: field(PodOSSchema, { doc: 'The operating system of the containers.' }),
  overhead: field(map(quantity), { doc: 'What the pod takes besides its containers. Filled in from the RuntimeClass.' }),
  preemptionPolicy: field(oneOf('Never', 'PreemptLowerPriority'), {
    doc: 'Whether the pod may drive out others of lower priority: PreemptLowerPriority (the default) or Never.',
  }),
  priority: field(int32, { doc: 'The priority, filled in from the PriorityClass. Higher is more important.' }),
  priorityClassName: field(string, { doc: 'The PriorityClass of the pod; the global default, or else priority 0, if left out.' }),
  readinessGates: field(list(PodReadinessGateSchema), { doc: 'More conditions that must be True before the pod is ready.' }),
  resourceClaims: field(
    listOf(PodResourceClaimSchema, {
      listType: 'map',
      mapKeys: ['name'],
      patch: { mergeKey: 'name', retainKeys: true },
    }),
    { doc: 'ResourceClaims that must be allocated before the pod starts. Containers use them by name.' },
  ),
  resources: field(ResourceRequirementsSchema, {
    doc: 'Requests and limits for all containers together: cpu, memory and huge pages only.',
  }),
  restartPolicy: field(oneOf('Always', 'Never', 'OnFailure'), {
    doc: 'When ended containers are started again: Always (the default), OnFailure or Never.',
  }),
  runtimeClassName: field(string, {
    doc: 'The RuntimeClass that the pod runs with; the default runtime of the node if left out.',
  }),
  schedulerName: field(string, { doc: 'The scheduler that places the pod. default-scheduler if left out.' }),
  schedulingGates: field(listOf(PodSchedulingGateSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'Names of what must be done before the pod is scheduled. They can only be removed later.',
  }),
  schedulingGroup: field(PodSchedulingGroupSchema, { doc: 'The group of pods that is scheduled together with this one.' }),
  securityContext: field(PodSecurityContextSchema, {
    doc: 'Security settings of the pod, which hold for containers that say nothing else.',
  }),
  serviceAccount: field(string, { doc: 'The old name of serviceAccountName.' }),
  serviceAccountName: field(string, { doc: 'The ServiceAccount that the pod runs as. default if left out.' }),
  setHostnameAsFQDN: field(boolean, { doc: 'Whether the host name in the pod is the fully qualified one. false if left out.' }),
  shareProcessNamespace: field(boolean, { doc: 'Whether the containers see the processes of each other. false if left out.' }),
  subdomain: field(string, { doc: 'The part of the DNS name after the host name; by custom the name of a headless Service.' }),
  terminationGracePeriodSeconds: field(int64, {
    doc: 'How many seconds the containers get to stop before they are killed. 30 if left out; 0 kills at once.',
  }),
  tolerations: field(list(TolerationSchema), { doc: 'Taints of nodes that the pod puts up with.' }),
  topologySpreadConstraints: field(
    listOf(TopologySpreadConstraintSchema, {
      listType: 'map',
      mapKeys: ['topologyKey', 'whenUnsatisfiable'],
      patch: { mergeKey: 'topologyKey' },
    }),
    { doc: 'How evenly the pods are spread over zones, nodes and the like. All of them must be met.' },
  ),
  volumes: field(listOf(VolumeSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name', retainKeys: true } }), {
    doc: 'The volumes that containers can mount.',
  }),
});
export type PodSpec = TypeOf<typeof PodSpecSchema>;

export const PodTemplateSpecSchema = object('io.k8s.api.core.v1.PodTemplateSpec', {
  metadata: field(TemplateMetaSchema, { doc: 'Labels, annotations and so on of the pods.' }),
  spec: defaulted(PodSpecSchema, { doc: 'What the pods are made of.' }),
});
export type PodTemplateSpec = TypeOf<typeof PodTemplateSpecSchema>;
