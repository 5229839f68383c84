/** Containers: regular, init and ephemeral ones. Facts: OpenAPI of Kubernetes 1.36. */
import {
  boolean,
  field,
  int32,
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
import { EnvFromSourceSchema, EnvVarSchema } from './environment.ts';
import { LifecycleSchema, ProbeSchema } from './probes.ts';
import { SecurityContextSchema } from './security.ts';

export const ContainerPortSchema = object('io.k8s.api.core.v1.ContainerPort', {
  containerPort: required(int32, { doc: 'The port in the pod, from 1 to 65535.' }),
  hostIP: field(string, { doc: 'The address of the node that hostPort is bound to.' }),
  hostPort: field(int32, { doc: 'The same port of the node. Only one pod of a node can have it.' }),
  name: field(string, { doc: 'A name that Services and probes can use, unique in the pod.' }),
  protocol: field(oneOf('SCTP', 'TCP', 'UDP'), { doc: 'TCP (the default), UDP or SCTP.', default: 'TCP' }),
});
export type ContainerPort = TypeOf<typeof ContainerPortSchema>;

export const ContainerResizePolicySchema = object('io.k8s.api.core.v1.ContainerResizePolicy', {
  resourceName: required(string, { doc: 'cpu or memory.' }),
  restartPolicy: required(string, {
    doc: 'What a change of the resource means for the container: NotRequired or RestartContainer.',
  }),
});
export type ContainerResizePolicy = TypeOf<typeof ContainerResizePolicySchema>;

export const ResourceClaimSchema = object('io.k8s.api.core.v1.ResourceClaim', {
  name: required(string, { doc: 'The name of an entry of the resourceClaims of the pod.' }),
  request: field(string, { doc: 'One request of the claim; all of them if left out.' }),
});
export type ResourceClaim = TypeOf<typeof ResourceClaimSchema>;

export const ResourceRequirementsSchema = object('io.k8s.api.core.v1.ResourceRequirements', {
  claims: field(listOf(ResourceClaimSchema, { listType: 'map', mapKeys: ['name'] }), {
    doc: 'Resource claims of the pod that the container uses.',
  }),
  limits: field(map(quantity), { doc: 'The most that may be used of each resource.' }),
  requests: field(map(quantity), {
    doc: 'What is set aside of each resource, and what the scheduler goes by. The limits if left out.',
  }),
});
export type ResourceRequirements = TypeOf<typeof ResourceRequirementsSchema>;

export const ContainerRestartRuleOnExitCodesSchema = object('io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes', {
  operator: required(string, { doc: 'In or NotIn.' }),
  values: field(listOf(int32, { listType: 'set' }), { doc: 'The exit codes; at most 255 of them.' }),
});
export type ContainerRestartRuleOnExitCodes = TypeOf<typeof ContainerRestartRuleOnExitCodesSchema>;

export const ContainerRestartRuleSchema = object('io.k8s.api.core.v1.ContainerRestartRule', {
  action: required(string, { doc: 'What is done when the rule fits: Restart, or RestartAllContainers of the pod.' }),
  exitCodes: field(ContainerRestartRuleOnExitCodesSchema, { doc: 'The exit codes that the rule is about.' }),
});
export type ContainerRestartRule = TypeOf<typeof ContainerRestartRuleSchema>;

export const VolumeDeviceSchema = object('io.k8s.api.core.v1.VolumeDevice', {
  devicePath: required(string, { doc: 'The path of the device in the container.' }),
  name: required(string, { doc: 'The name of a volume of the pod whose claim is of volumeMode Block.' }),
});
export type VolumeDevice = TypeOf<typeof VolumeDeviceSchema>;

export const VolumeMountSchema = object('io.k8s.api.core.v1.VolumeMount', {
  mountPath: required(string, { doc: 'The path in the container where the volume appears. It must not contain a colon.' }),
  mountPropagation: field(oneOf('Bidirectional', 'HostToContainer', 'None'), {
    doc: 'Whether later mounts are seen across: None (the default), HostToContainer or Bidirectional.',
  }),
  name: required(string, { doc: 'The name of a volume of the pod.' }),
  readOnly: field(boolean, { doc: 'Whether the container can only read. false if left out.' }),
  recursiveReadOnly: field(string, {
    doc: 'Whether mounts below are read-only too: Disabled (the default), IfPossible or Enabled. Needs readOnly.',
  }),
  subPath: field(string, {
    doc: 'The part of the volume that is mounted; all of it if left out. Such mounts see no updates of ConfigMaps and Secrets.',
  }),
  subPathExpr: field(string, { doc: 'As subPath, with $(NAME) for environment variables. Not together with subPath.' }),
});
export type VolumeMount = TypeOf<typeof VolumeMountSchema>;

const containerFields = {
  args: field(list(string), {
    doc: 'The arguments of the command; those of the image if left out. $(NAME) stands for an environment variable.',
  }),
  command: field(list(string), {
    doc: 'The command, not run in a shell; that of the image if left out. $(NAME) stands for an environment variable.',
  }),
  env: field(listOf(EnvVarSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'Environment variables. They win over those from envFrom.',
  }),
  envFrom: field(list(EnvFromSourceSchema), {
    doc: 'ConfigMaps and Secrets of which every key becomes an environment variable. Later ones win.',
  }),
  image: field(string, { doc: 'The image to run.' }),
  imagePullPolicy: field(oneOf('Always', 'IfNotPresent', 'Never'), {
    doc: 'When the image is pulled: Always, IfNotPresent or Never. Always if left out and the tag is latest, else IfNotPresent.',
  }),
  lifecycle: field(LifecycleSchema, { doc: 'What is done right after the start and before the stop of the container.' }),
  livenessProbe: field(ProbeSchema, { doc: 'Tells whether the container works; when it fails, the container is restarted.' }),
  name: required(string, { doc: 'The name of the container, a DNS label unique in the pod. Cannot be changed.' }),
  ports: field(
    listOf(ContainerPortSchema, {
      listType: 'map',
      mapKeys: ['containerPort', 'protocol'],
      patch: { mergeKey: 'containerPort' },
    }),
    { doc: 'Ports that the container listens on. A port works without being listed; names and host ports need it.' },
  ),
  readinessProbe: field(ProbeSchema, { doc: 'Tells whether the container can serve; while it fails, Services send it nothing.' }),
  resizePolicy: field(list(ContainerResizePolicySchema), {
    doc: 'Whether the container is restarted when its resources change.',
  }),
  resources: field(ResourceRequirementsSchema, { doc: 'What the container needs and may use at most of cpu, memory and so on.' }),
  restartPolicy: field(string, {
    doc: 'Always makes an init container a sidecar that runs as long as the pod. What the pod says if left out.',
  }),
  restartPolicyRules: field(list(ContainerRestartRuleSchema), {
    doc: 'Exceptions from restartPolicy by exit code, in order; the first that fits decides.',
  }),
  securityContext: field(SecurityContextSchema, { doc: 'Security settings, which win over those of the pod.' }),
  startupProbe: field(ProbeSchema, { doc: 'Tells whether the container has started; until it succeeds, the other probes wait.' }),
  stdin: field(boolean, {
    doc: 'Whether the standard input is kept open. false if left out, and reads meet the end of the file.',
  }),
  stdinOnce: field(boolean, {
    doc: 'Whether the standard input is closed after the first client has detached. false if left out.',
  }),
  terminationMessagePath: field(string, {
    doc: 'The file with last words, which become the message in the status. /dev/termination-log if left out.',
  }),
  terminationMessagePolicy: field(oneOf('FallbackToLogsOnError', 'File'), {
    doc: 'File (the default), or FallbackToLogsOnError for the end of the log when a failed container left no file.',
  }),
  tty: field(boolean, { doc: 'Whether the container gets a terminal; needs stdin. false if left out.' }),
  volumeDevices: field(
    listOf(VolumeDeviceSchema, { listType: 'map', mapKeys: ['devicePath'], patch: { mergeKey: 'devicePath' } }),
    { doc: 'Volumes that the container uses as raw block devices.' },
  ),
  volumeMounts: field(listOf(VolumeMountSchema, { listType: 'map', mapKeys: ['mountPath'], patch: { mergeKey: 'mountPath' } }), {
    doc: 'Volumes that are mounted into the file system of the container.',
  }),
  workingDir: field(string, { doc: 'The directory the command starts in; that of the image if left out.' }),
};

export const ContainerSchema = object('io.k8s.api.core.v1.Container', containerFields);
export type Container = TypeOf<typeof ContainerSchema>;

export const EphemeralContainerSchema = object('io.k8s.api.core.v1.EphemeralContainer', {
  ...containerFields,
  targetContainerName: field(string, { doc: 'The container whose processes it shares; those of the pod if left out.' }),
});
export type EphemeralContainer = TypeOf<typeof EphemeralContainerSchema>;
