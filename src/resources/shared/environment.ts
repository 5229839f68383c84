/** Where the environment variables of containers come from. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, object, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';

export const ConfigMapKeySelectorSchema = object(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  {
    key: required(string, { doc: 'The key in the ConfigMap.' }),
    name: field(string, { doc: 'The name of the ConfigMap.' }),
    optional: field(boolean, { doc: 'Whether the ConfigMap or its key may be missing. The container waits for it if not.' }),
  },
  { atomic: true },
);
export type ConfigMapKeySelector = TypeOf<typeof ConfigMapKeySelectorSchema>;

export const ObjectFieldSelectorSchema = object(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  {
    apiVersion: field(string, { doc: 'The version of the Pod that the path is about. v1 if left out.' }),
    fieldPath: required(string, { doc: "The field, as metadata.labels['app']." }),
  },
  { atomic: true },
);
export type ObjectFieldSelector = TypeOf<typeof ObjectFieldSelectorSchema>;

export const FileKeySelectorSchema = object(
  'io.k8s.api.core.v1.FileKeySelector',
  {
    key: required(string, { doc: 'The name of the variable in the file.' }),
    optional: field(boolean, { doc: 'Whether the file or the variable may be missing. false if left out.', default: false }),
    path: required(string, { doc: 'The file, relative to the root of the volume.' }),
    volumeName: required(string, { doc: 'An emptyDir volume of the pod.' }),
  },
  { atomic: true },
);
export type FileKeySelector = TypeOf<typeof FileKeySelectorSchema>;

export const ResourceFieldSelectorSchema = object(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  {
    containerName: field(string, { doc: 'The container; the own one if left out. Volumes must name it.' }),
    divisor: field(quantity, { doc: 'The unit of the value, as 1Mi. 1 if left out, that is whole cores or bytes.' }),
    resource: required(string, { doc: 'limits.cpu, requests.memory and the like.' }),
  },
  { atomic: true },
);
export type ResourceFieldSelector = TypeOf<typeof ResourceFieldSelectorSchema>;

export const SecretKeySelectorSchema = object(
  'io.k8s.api.core.v1.SecretKeySelector',
  {
    key: required(string, { doc: 'The key in the Secret.' }),
    name: field(string, { doc: 'The name of the Secret.' }),
    optional: field(boolean, { doc: 'Whether the Secret or its key may be missing. The container waits for it if not.' }),
  },
  { atomic: true },
);
export type SecretKeySelector = TypeOf<typeof SecretKeySelectorSchema>;

export const EnvVarSourceSchema = object('io.k8s.api.core.v1.EnvVarSource', {
  configMapKeyRef: field(ConfigMapKeySelectorSchema, { doc: 'A key of a ConfigMap in the namespace of the pod.' }),
  fieldRef: field(ObjectFieldSelectorSchema, { doc: 'A field of the pod, such as metadata.name or status.podIP.' }),
  fileKeyRef: field(FileKeySelectorSchema, { doc: 'A variable in a file on a volume.' }),
  resourceFieldRef: field(ResourceFieldSelectorSchema, { doc: 'A request or limit of a container.' }),
  secretKeyRef: field(SecretKeySelectorSchema, { doc: 'A key of a Secret in the namespace of the pod.' }),
});
export type EnvVarSource = TypeOf<typeof EnvVarSourceSchema>;

export const EnvVarSchema = object('io.k8s.api.core.v1.EnvVar', {
  name: required(string, { doc: 'The name of the variable. It may hold any printable character but =.' }),
  value: field(string, { doc: 'The value, in which $(NAME) stands for a variable defined before. Empty if left out.' }),
  valueFrom: field(EnvVarSourceSchema, { doc: 'Where the value comes from. Not together with value.' }),
});
export type EnvVar = TypeOf<typeof EnvVarSchema>;

export const ConfigMapEnvSourceSchema = object('io.k8s.api.core.v1.ConfigMapEnvSource', {
  name: field(string, { doc: 'The name of the ConfigMap.' }),
  optional: field(boolean, { doc: 'Whether the ConfigMap may be missing. The container waits for it if not.' }),
});
export type ConfigMapEnvSource = TypeOf<typeof ConfigMapEnvSourceSchema>;

export const SecretEnvSourceSchema = object('io.k8s.api.core.v1.SecretEnvSource', {
  name: field(string, { doc: 'The name of the Secret.' }),
  optional: field(boolean, { doc: 'Whether the Secret may be missing. The container waits for it if not.' }),
});
export type SecretEnvSource = TypeOf<typeof SecretEnvSourceSchema>;

export const EnvFromSourceSchema = object('io.k8s.api.core.v1.EnvFromSource', {
  configMapRef: field(ConfigMapEnvSourceSchema, { doc: 'A ConfigMap in the namespace of the pod.' }),
  prefix: field(string, { doc: 'What is put before every key.' }),
  secretRef: field(SecretEnvSourceSchema, { doc: 'A Secret in the namespace of the pod.' }),
});
export type EnvFromSource = TypeOf<typeof EnvFromSourceSchema>;
