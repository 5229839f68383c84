/** Containers: regular, init and ephemeral ones. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, int32, list, listOf, map, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { EnvFromSourceSchema, EnvVarSchema } from './environment.ts';
import { LifecycleSchema, ProbeSchema } from './probes.ts';
import { SecurityContextSchema } from './security.ts';

export const ContainerPortSchema = object('io.k8s.api.core.v1.ContainerPort', {
  containerPort: required(int32),
  hostIP: string,
  hostPort: int32,
  name: string,
  protocol: field(string, { default: 'TCP' }),
});
export type ContainerPort = TypeOf<typeof ContainerPortSchema>;

export const ContainerResizePolicySchema = object('io.k8s.api.core.v1.ContainerResizePolicy', {
  resourceName: required(string),
  restartPolicy: required(string),
});
export type ContainerResizePolicy = TypeOf<typeof ContainerResizePolicySchema>;

export const ResourceClaimSchema = object('io.k8s.api.core.v1.ResourceClaim', { name: required(string), request: string });
export type ResourceClaim = TypeOf<typeof ResourceClaimSchema>;

export const ResourceRequirementsSchema = object('io.k8s.api.core.v1.ResourceRequirements', {
  claims: listOf(ResourceClaimSchema, { listType: 'map', mapKeys: ['name'] }),
  limits: map(quantity),
  requests: map(quantity),
});
export type ResourceRequirements = TypeOf<typeof ResourceRequirementsSchema>;

export const ContainerRestartRuleOnExitCodesSchema = object('io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes', {
  operator: required(string),
  values: listOf(int32, { listType: 'set' }),
});
export type ContainerRestartRuleOnExitCodes = TypeOf<typeof ContainerRestartRuleOnExitCodesSchema>;

export const ContainerRestartRuleSchema = object('io.k8s.api.core.v1.ContainerRestartRule', {
  action: required(string),
  exitCodes: ContainerRestartRuleOnExitCodesSchema,
});
export type ContainerRestartRule = TypeOf<typeof ContainerRestartRuleSchema>;

export const VolumeDeviceSchema = object('io.k8s.api.core.v1.VolumeDevice', {
  devicePath: required(string),
  name: required(string),
});
export type VolumeDevice = TypeOf<typeof VolumeDeviceSchema>;

export const VolumeMountSchema = object('io.k8s.api.core.v1.VolumeMount', {
  mountPath: required(string),
  mountPropagation: string,
  name: required(string),
  readOnly: boolean,
  recursiveReadOnly: string,
  subPath: string,
  subPathExpr: string,
});
export type VolumeMount = TypeOf<typeof VolumeMountSchema>;

const containerFields = {
  args: list(string),
  command: list(string),
  env: listOf(EnvVarSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }),
  envFrom: list(EnvFromSourceSchema),
  image: string,
  imagePullPolicy: string,
  lifecycle: LifecycleSchema,
  livenessProbe: ProbeSchema,
  name: required(string),
  ports: listOf(ContainerPortSchema, {
    listType: 'map',
    mapKeys: ['containerPort', 'protocol'],
    patch: { mergeKey: 'containerPort' },
  }),
  readinessProbe: ProbeSchema,
  resizePolicy: list(ContainerResizePolicySchema),
  resources: ResourceRequirementsSchema,
  restartPolicy: string,
  restartPolicyRules: list(ContainerRestartRuleSchema),
  securityContext: SecurityContextSchema,
  startupProbe: ProbeSchema,
  stdin: boolean,
  stdinOnce: boolean,
  terminationMessagePath: string,
  terminationMessagePolicy: string,
  tty: boolean,
  volumeDevices: listOf(VolumeDeviceSchema, { listType: 'map', mapKeys: ['devicePath'], patch: { mergeKey: 'devicePath' } }),
  volumeMounts: listOf(VolumeMountSchema, { listType: 'map', mapKeys: ['mountPath'], patch: { mergeKey: 'mountPath' } }),
  workingDir: string,
};

export const ContainerSchema = object('io.k8s.api.core.v1.Container', containerFields);
export type Container = TypeOf<typeof ContainerSchema>;

export const EphemeralContainerSchema = object('io.k8s.api.core.v1.EphemeralContainer', {
  ...containerFields,
  targetContainerName: string,
});
export type EphemeralContainer = TypeOf<typeof EphemeralContainerSchema>;
