/** Where the environment variables of containers come from. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';

export const ConfigMapKeySelectorSchema = object(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  {
    key: required(string),
    name: string,
    optional: boolean,
  },
  { atomic: true },
);
export type ConfigMapKeySelector = TypeOf<typeof ConfigMapKeySelectorSchema>;

export const ObjectFieldSelectorSchema = object(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  {
    apiVersion: string,
    fieldPath: required(string),
  },
  { atomic: true },
);
export type ObjectFieldSelector = TypeOf<typeof ObjectFieldSelectorSchema>;

export const FileKeySelectorSchema = object(
  'io.k8s.api.core.v1.FileKeySelector',
  {
    key: required(string),
    optional: boolean,
    path: required(string),
    volumeName: required(string),
  },
  { atomic: true },
);
export type FileKeySelector = TypeOf<typeof FileKeySelectorSchema>;

export const ResourceFieldSelectorSchema = object(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  {
    containerName: string,
    divisor: quantity,
    resource: required(string),
  },
  { atomic: true },
);
export type ResourceFieldSelector = TypeOf<typeof ResourceFieldSelectorSchema>;

export const SecretKeySelectorSchema = object(
  'io.k8s.api.core.v1.SecretKeySelector',
  {
    key: required(string),
    name: string,
    optional: boolean,
  },
  { atomic: true },
);
export type SecretKeySelector = TypeOf<typeof SecretKeySelectorSchema>;

export const EnvVarSourceSchema = object('io.k8s.api.core.v1.EnvVarSource', {
  configMapKeyRef: ConfigMapKeySelectorSchema,
  fieldRef: ObjectFieldSelectorSchema,
  fileKeyRef: FileKeySelectorSchema,
  resourceFieldRef: ResourceFieldSelectorSchema,
  secretKeyRef: SecretKeySelectorSchema,
});
export type EnvVarSource = TypeOf<typeof EnvVarSourceSchema>;

export const EnvVarSchema = object('io.k8s.api.core.v1.EnvVar', {
  name: required(string),
  value: string,
  valueFrom: EnvVarSourceSchema,
});
export type EnvVar = TypeOf<typeof EnvVarSchema>;

export const ConfigMapEnvSourceSchema = object('io.k8s.api.core.v1.ConfigMapEnvSource', { name: string, optional: boolean });
export type ConfigMapEnvSource = TypeOf<typeof ConfigMapEnvSourceSchema>;

export const SecretEnvSourceSchema = object('io.k8s.api.core.v1.SecretEnvSource', { name: string, optional: boolean });
export type SecretEnvSource = TypeOf<typeof SecretEnvSourceSchema>;

export const EnvFromSourceSchema = object('io.k8s.api.core.v1.EnvFromSource', {
  configMapRef: ConfigMapEnvSourceSchema,
  prefix: string,
  secretRef: SecretEnvSourceSchema,
});
export type EnvFromSource = TypeOf<typeof EnvFromSourceSchema>;
