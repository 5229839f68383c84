/** What a kubelet and the controllers report about a node. Facts: OpenAPI of Kubernetes 1.36. */
import {
  boolean,
  int32,
  int64,
  list,
  listOf,
  map,
  object,
  quantity,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';

export const NodeAddressSchema = object('io.k8s.api.core.v1.NodeAddress', { address: required(string), type: required(string) });
export type NodeAddress = TypeOf<typeof NodeAddressSchema>;

export const NodeConditionSchema = object('io.k8s.api.core.v1.NodeCondition', {
  lastHeartbeatTime: time,
  lastTransitionTime: time,
  message: string,
  reason: string,
  status: required(string),
  type: required(string),
});
export type NodeCondition = TypeOf<typeof NodeConditionSchema>;

export const ConfigMapNodeConfigSourceSchema = object('io.k8s.api.core.v1.ConfigMapNodeConfigSource', {
  kubeletConfigKey: required(string),
  name: required(string),
  namespace: required(string),
  resourceVersion: string,
  uid: string,
});
export type ConfigMapNodeConfigSource = TypeOf<typeof ConfigMapNodeConfigSourceSchema>;

export const NodeConfigSourceSchema = object('io.k8s.api.core.v1.NodeConfigSource', {
  configMap: ConfigMapNodeConfigSourceSchema,
});
export type NodeConfigSource = TypeOf<typeof NodeConfigSourceSchema>;

export const NodeConfigStatusSchema = object('io.k8s.api.core.v1.NodeConfigStatus', {
  active: NodeConfigSourceSchema,
  assigned: NodeConfigSourceSchema,
  error: string,
  lastKnownGood: NodeConfigSourceSchema,
});
export type NodeConfigStatus = TypeOf<typeof NodeConfigStatusSchema>;

export const DaemonEndpointSchema = object('io.k8s.api.core.v1.DaemonEndpoint', { Port: required(int32) });
export type DaemonEndpoint = TypeOf<typeof DaemonEndpointSchema>;

export const NodeDaemonEndpointsSchema = object('io.k8s.api.core.v1.NodeDaemonEndpoints', {
  kubeletEndpoint: DaemonEndpointSchema,
});
export type NodeDaemonEndpoints = TypeOf<typeof NodeDaemonEndpointsSchema>;

export const NodeFeaturesSchema = object('io.k8s.api.core.v1.NodeFeatures', { supplementalGroupsPolicy: boolean });
export type NodeFeatures = TypeOf<typeof NodeFeaturesSchema>;

export const ContainerImageSchema = object('io.k8s.api.core.v1.ContainerImage', { names: list(string), sizeBytes: int64 });
export type ContainerImage = TypeOf<typeof ContainerImageSchema>;

export const NodeSwapStatusSchema = object('io.k8s.api.core.v1.NodeSwapStatus', { capacity: int64 });
export type NodeSwapStatus = TypeOf<typeof NodeSwapStatusSchema>;

export const NodeSystemInfoSchema = object('io.k8s.api.core.v1.NodeSystemInfo', {
  architecture: required(string),
  bootID: required(string),
  containerRuntimeVersion: required(string),
  kernelVersion: required(string),
  kubeProxyVersion: required(string),
  kubeletVersion: required(string),
  machineID: required(string),
  operatingSystem: required(string),
  osImage: required(string),
  swap: NodeSwapStatusSchema,
  systemUUID: required(string),
});
export type NodeSystemInfo = TypeOf<typeof NodeSystemInfoSchema>;

export const NodeRuntimeHandlerFeaturesSchema = object('io.k8s.api.core.v1.NodeRuntimeHandlerFeatures', {
  recursiveReadOnlyMounts: boolean,
  userNamespaces: boolean,
});
export type NodeRuntimeHandlerFeatures = TypeOf<typeof NodeRuntimeHandlerFeaturesSchema>;

export const NodeRuntimeHandlerSchema = object('io.k8s.api.core.v1.NodeRuntimeHandler', {
  features: NodeRuntimeHandlerFeaturesSchema,
  name: string,
});
export type NodeRuntimeHandler = TypeOf<typeof NodeRuntimeHandlerSchema>;

export const AttachedVolumeSchema = object('io.k8s.api.core.v1.AttachedVolume', {
  devicePath: required(string),
  name: required(string),
});
export type AttachedVolume = TypeOf<typeof AttachedVolumeSchema>;

export const NodeStatusSchema = object('io.k8s.api.core.v1.NodeStatus', {
  addresses: listOf(NodeAddressSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
  allocatable: map(quantity),
  capacity: map(quantity),
  conditions: listOf(NodeConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
  config: NodeConfigStatusSchema,
  daemonEndpoints: NodeDaemonEndpointsSchema,
  declaredFeatures: list(string),
  features: NodeFeaturesSchema,
  images: list(ContainerImageSchema),
  nodeInfo: NodeSystemInfoSchema,
  phase: string,
  runtimeHandlers: list(NodeRuntimeHandlerSchema),
  volumesAttached: list(AttachedVolumeSchema),
  volumesInUse: list(string),
});
export type NodeStatus = TypeOf<typeof NodeStatusSchema>;
