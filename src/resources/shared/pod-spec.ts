/** What a pod is made of, and the template of pods in other kinds. Facts: OpenAPI of Kubernetes 1.36. */
import { TemplateMetaSchema } from '../../machinery/meta.ts';
import {
  boolean,
  defaulted,
  int32,
  int64,
  list,
  listOf,
  map,
  object,
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

export const HostAliasSchema = object('io.k8s.api.core.v1.HostAlias', { hostnames: list(string), ip: required(string) });
export type HostAlias = TypeOf<typeof HostAliasSchema>;

export const PodDNSConfigOptionSchema = object('io.k8s.api.core.v1.PodDNSConfigOption', { name: string, value: string });
export type PodDNSConfigOption = TypeOf<typeof PodDNSConfigOptionSchema>;

export const PodDNSConfigSchema = object('io.k8s.api.core.v1.PodDNSConfig', {
  nameservers: list(string),
  options: list(PodDNSConfigOptionSchema),
  searches: list(string),
});
export type PodDNSConfig = TypeOf<typeof PodDNSConfigSchema>;

export const PodOSSchema = object('io.k8s.api.core.v1.PodOS', { name: required(string) });
export type PodOS = TypeOf<typeof PodOSSchema>;

export const PodReadinessGateSchema = object('io.k8s.api.core.v1.PodReadinessGate', { conditionType: required(string) });
export type PodReadinessGate = TypeOf<typeof PodReadinessGateSchema>;

export const PodResourceClaimSchema = object('io.k8s.api.core.v1.PodResourceClaim', {
  name: required(string),
  resourceClaimName: string,
  resourceClaimTemplateName: string,
});
export type PodResourceClaim = TypeOf<typeof PodResourceClaimSchema>;

export const PodSchedulingGateSchema = object('io.k8s.api.core.v1.PodSchedulingGate', { name: required(string) });
export type PodSchedulingGate = TypeOf<typeof PodSchedulingGateSchema>;

export const PodSchedulingGroupSchema = object('io.k8s.api.core.v1.PodSchedulingGroup', { podGroupName: string });
export type PodSchedulingGroup = TypeOf<typeof PodSchedulingGroupSchema>;

export const PodSpecSchema = object('io.k8s.api.core.v1.PodSpec', {
  activeDeadlineSeconds: int64,
  affinity: AffinitySchema,
  automountServiceAccountToken: boolean,
  containers: required(listOf(ContainerSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } })),
  dnsConfig: PodDNSConfigSchema,
  dnsPolicy: string,
  enableServiceLinks: boolean,
  ephemeralContainers: listOf(EphemeralContainerSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
  hostAliases: listOf(HostAliasSchema, { listType: 'map', mapKeys: ['ip'], patch: { mergeKey: 'ip' } }),
  hostIPC: boolean,
  hostNetwork: boolean,
  hostPID: boolean,
  hostUsers: boolean,
  hostname: string,
  hostnameOverride: string,
  imagePullSecrets: listOf(LocalObjectReferenceSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
  initContainers: listOf(ContainerSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
  nodeName: string,
  nodeSelector: map(string, { atomic: true }),
  os: PodOSSchema,
  overhead: map(quantity),
  preemptionPolicy: string,
  priority: int32,
  priorityClassName: string,
  readinessGates: list(PodReadinessGateSchema),
  resourceClaims: listOf(PodResourceClaimSchema, {
    listType: 'map',
    mapKeys: ['name'],
    patch: { mergeKey: 'name', retainKeys: true },
  }),
  resources: ResourceRequirementsSchema,
  restartPolicy: string,
  runtimeClassName: string,
  schedulerName: string,
  schedulingGates: listOf(PodSchedulingGateSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
  schedulingGroup: PodSchedulingGroupSchema,
  securityContext: PodSecurityContextSchema,
  serviceAccount: string,
  serviceAccountName: string,
  setHostnameAsFQDN: boolean,
  shareProcessNamespace: boolean,
  subdomain: string,
  terminationGracePeriodSeconds: int64,
  tolerations: list(TolerationSchema),
  topologySpreadConstraints: listOf(TopologySpreadConstraintSchema, {
    listType: 'map',
    mapKeys: ['topologyKey', 'whenUnsatisfiable'],
    patch: { mergeKey: 'topologyKey' },
  }),
  volumes: listOf(VolumeSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name', retainKeys: true } }),
});
export type PodSpec = TypeOf<typeof PodSpecSchema>;

export const PodTemplateSpecSchema = object('io.k8s.api.core.v1.PodTemplateSpec', {
  metadata: TemplateMetaSchema,
  spec: defaulted(PodSpecSchema),
});
export type PodTemplateSpec = TypeOf<typeof PodTemplateSpecSchema>;
