/** What a kubelet and the controllers report about a node. Facts: OpenAPI of Kubernetes 1.36. */
import {
  boolean,
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
  time,
  type TypeOf,
} from '../../machinery/schema.ts';

export const NodeAddressSchema = object('io.k8s.api.core.v1.NodeAddress', {
  address: required(string, { doc: 'The address or name.' }),
  type: required(string, { doc: 'Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.' }),
});
export type NodeAddress = TypeOf<typeof NodeAddressSchema>;

export const NodeConditionSchema = object('io.k8s.api.core.v1.NodeCondition', {
  lastHeartbeatTime: field(time, { doc: 'When the condition was last reported.' }),
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable or one of your own.' }),
});
export type NodeCondition = TypeOf<typeof NodeConditionSchema>;

export const ConfigMapNodeConfigSourceSchema = object('io.k8s.api.core.v1.ConfigMapNodeConfigSource', {
  kubeletConfigKey: required(string, { doc: 'The key of the ConfigMap.' }),
  name: required(string, { doc: 'The name of the ConfigMap.' }),
  namespace: required(string, { doc: 'The namespace of the ConfigMap.' }),
  resourceVersion: field(string, { doc: 'The revision of the ConfigMap. Only in the status.' }),
  uid: field(string, { doc: 'The uid of the ConfigMap. Only in the status.' }),
});
export type ConfigMapNodeConfigSource = TypeOf<typeof ConfigMapNodeConfigSourceSchema>;

export const NodeConfigSourceSchema = object('io.k8s.api.core.v1.NodeConfigSource', {
  configMap: field(ConfigMapNodeConfigSourceSchema, { doc: 'A ConfigMap with the configuration of the kubelet.' }),
});
export type NodeConfigSource = TypeOf<typeof NodeConfigSourceSchema>;

export const NodeConfigStatusSchema = object('io.k8s.api.core.v1.NodeConfigStatus', {
  active: field(NodeConfigSourceSchema, { doc: 'The configuration that is in use.' }),
  assigned: field(NodeConfigSourceSchema, { doc: 'The configuration that is to be used.' }),
  error: field(string, { doc: 'Why the assigned configuration is not in use.' }),
  lastKnownGood: field(NodeConfigSourceSchema, { doc: 'The configuration to fall back to.' }),
});
export type NodeConfigStatus = TypeOf<typeof NodeConfigStatusSchema>;

export const DaemonEndpointSchema = object('io.k8s.api.core.v1.DaemonEndpoint', { Port: required(int32, { doc: 'The port.' }) });
export type DaemonEndpoint = TypeOf<typeof DaemonEndpointSchema>;

export const NodeDaemonEndpointsSchema = object('io.k8s.api.core.v1.NodeDaemonEndpoints', {
  kubeletEndpoint: field(DaemonEndpointSchema, { doc: 'Where the kubelet listens.' }),
});
export type NodeDaemonEndpoints = TypeOf<typeof NodeDaemonEndpointsSchema>;

export const NodeFeaturesSchema = object('io.k8s.api.core.v1.NodeFeatures', {
  supplementalGroupsPolicy: field(boolean, { doc: 'Whether the runtimes know supplementalGroupsPolicy.' }),
});
export type NodeFeatures = TypeOf<typeof NodeFeaturesSchema>;

export const ContainerImageSchema = object('io.k8s.api.core.v1.ContainerImage', {
  names: field(list(string), { doc: 'The names of the image, by tag and by digest.' }),
  sizeBytes: field(int64, { doc: 'The size of the image in bytes.' }),
});
export type ContainerImage = TypeOf<typeof ContainerImageSchema>;

export const NodeSwapStatusSchema = object('io.k8s.api.core.v1.NodeSwapStatus', {
  capacity: field(int64, { doc: 'How much swap there is, in bytes.' }),
});
export type NodeSwapStatus = TypeOf<typeof NodeSwapStatusSchema>;

export const NodeSystemInfoSchema = object('io.k8s.api.core.v1.NodeSystemInfo', {
  architecture: required(string, { doc: 'The architecture of the processor, as amd64.' }),
  bootID: required(string, { doc: 'Changes with every boot of the machine.' }),
  containerRuntimeVersion: required(string, { doc: 'The runtime and its version, as containerd://1.7.0.' }),
  kernelVersion: required(string, { doc: 'The version of the kernel.' }),
  kubeProxyVersion: required(string, { doc: 'Not filled in any more.' }),
  kubeletVersion: required(string, { doc: 'The version of the kubelet.' }),
  machineID: required(string, { doc: 'The id of the machine, from /etc/machine-id.' }),
  operatingSystem: required(string, { doc: 'linux or windows.' }),
  osImage: required(string, { doc: 'The name of the operating system, for people.' }),
  swap: field(NodeSwapStatusSchema, { doc: 'What swap the machine has.' }),
  systemUUID: required(string, { doc: 'The id of the machine, from its firmware.' }),
});
export type NodeSystemInfo = TypeOf<typeof NodeSystemInfoSchema>;

export const NodeRuntimeHandlerFeaturesSchema = object('io.k8s.api.core.v1.NodeRuntimeHandlerFeatures', {
  recursiveReadOnlyMounts: field(boolean, { doc: 'Whether mounts below a mount can be made read-only.' }),
  userNamespaces: field(boolean, { doc: 'Whether pods can have user namespaces.' }),
});
export type NodeRuntimeHandlerFeatures = TypeOf<typeof NodeRuntimeHandlerFeaturesSchema>;

export const NodeRuntimeHandlerSchema = object('io.k8s.api.core.v1.NodeRuntimeHandler', {
  features: field(NodeRuntimeHandlerFeaturesSchema, { doc: 'What the handler can do.' }),
  name: field(string, { doc: 'The name of the handler; empty for the default one.' }),
});
export type NodeRuntimeHandler = TypeOf<typeof NodeRuntimeHandlerSchema>;

export const AttachedVolumeSchema = object('io.k8s.api.core.v1.AttachedVolume', {
  devicePath: required(string, { doc: 'The device that the volume is on the node.' }),
  name: required(string, { doc: 'The name of the volume.' }),
});
export type AttachedVolume = TypeOf<typeof AttachedVolumeSchema>;

export const NodeStatusSchema = object('io.k8s.api.core.v1.NodeStatus', {
  addresses: field(listOf(NodeAddressSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'Where the node can be reached.',
  }),
  allocatable: field(map(quantity), { doc: 'How much of each resource there is for pods; the capacity if left out.' }),
  capacity: field(map(quantity), { doc: 'How much of each resource the node has.' }),
  conditions: field(listOf(NodeConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the node, such as Ready and MemoryPressure.',
  }),
  config: field(NodeConfigStatusSchema, { doc: 'Not used any more.' }),
  daemonEndpoints: field(NodeDaemonEndpointsSchema, { doc: 'Where the daemons of the node listen.' }),
  declaredFeatures: field(list(string), { doc: 'Features of the kubelet that the scheduler must know of.' }),
  features: field(NodeFeaturesSchema, { doc: 'Features of the runtime of the node.' }),
  images: field(list(ContainerImageSchema), { doc: 'Images that the node has, the largest ones.' }),
  nodeInfo: field(NodeSystemInfoSchema, { doc: 'What the machine and its software are.' }),
  phase: field(oneOf('Pending', 'Running', 'Terminated'), { doc: 'Not used any more.' }),
  runtimeHandlers: field(list(NodeRuntimeHandlerSchema), { doc: 'The runtimes of the node.' }),
  volumesAttached: field(list(AttachedVolumeSchema), { doc: 'Volumes that are attached to the node.' }),
  volumesInUse: field(list(string), { doc: 'Attachable volumes that the node uses, and that must not be detached.' }),
});
export type NodeStatus = TypeOf<typeof NodeStatusSchema>;
