/** Volume sources that show API objects as files. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, int32, int64, list, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ObjectFieldSelectorSchema, ResourceFieldSelectorSchema } from './environment.ts';
import { LabelSelectorSchema } from './label-selector.ts';

export const KeyToPathSchema = object('io.k8s.api.core.v1.KeyToPath', {
  key: required(string),
  mode: int32,
  path: required(string),
});
export type KeyToPath = TypeOf<typeof KeyToPathSchema>;

export const ConfigMapVolumeSourceSchema = object('io.k8s.api.core.v1.ConfigMapVolumeSource', {
  defaultMode: int32,
  items: list(KeyToPathSchema),
  name: string,
  optional: boolean,
});
export type ConfigMapVolumeSource = TypeOf<typeof ConfigMapVolumeSourceSchema>;

export const SecretVolumeSourceSchema = object('io.k8s.api.core.v1.SecretVolumeSource', {
  defaultMode: int32,
  items: list(KeyToPathSchema),
  optional: boolean,
  secretName: string,
});
export type SecretVolumeSource = TypeOf<typeof SecretVolumeSourceSchema>;

export const DownwardAPIVolumeFileSchema = object('io.k8s.api.core.v1.DownwardAPIVolumeFile', {
  fieldRef: ObjectFieldSelectorSchema,
  mode: int32,
  path: required(string),
  resourceFieldRef: ResourceFieldSelectorSchema,
});
export type DownwardAPIVolumeFile = TypeOf<typeof DownwardAPIVolumeFileSchema>;

export const DownwardAPIVolumeSourceSchema = object('io.k8s.api.core.v1.DownwardAPIVolumeSource', {
  defaultMode: int32,
  items: list(DownwardAPIVolumeFileSchema),
});
export type DownwardAPIVolumeSource = TypeOf<typeof DownwardAPIVolumeSourceSchema>;

export const ClusterTrustBundleProjectionSchema = object('io.k8s.api.core.v1.ClusterTrustBundleProjection', {
  labelSelector: LabelSelectorSchema,
  name: string,
  optional: boolean,
  path: required(string),
  signerName: string,
});
export type ClusterTrustBundleProjection = TypeOf<typeof ClusterTrustBundleProjectionSchema>;

export const ConfigMapProjectionSchema = object('io.k8s.api.core.v1.ConfigMapProjection', {
  items: list(KeyToPathSchema),
  name: string,
  optional: boolean,
});
export type ConfigMapProjection = TypeOf<typeof ConfigMapProjectionSchema>;

export const DownwardAPIProjectionSchema = object('io.k8s.api.core.v1.DownwardAPIProjection', {
  items: list(DownwardAPIVolumeFileSchema),
});
export type DownwardAPIProjection = TypeOf<typeof DownwardAPIProjectionSchema>;

export const PodCertificateProjectionSchema = object('io.k8s.api.core.v1.PodCertificateProjection', {
  certificateChainPath: string,
  credentialBundlePath: string,
  keyPath: string,
  keyType: required(string),
  maxExpirationSeconds: int32,
  signerName: required(string),
  userAnnotations: map(string),
});
export type PodCertificateProjection = TypeOf<typeof PodCertificateProjectionSchema>;

export const SecretProjectionSchema = object('io.k8s.api.core.v1.SecretProjection', {
  items: list(KeyToPathSchema),
  name: string,
  optional: boolean,
});
export type SecretProjection = TypeOf<typeof SecretProjectionSchema>;

export const ServiceAccountTokenProjectionSchema = object('io.k8s.api.core.v1.ServiceAccountTokenProjection', {
  audience: string,
  expirationSeconds: int64,
  path: required(string),
});
export type ServiceAccountTokenProjection = TypeOf<typeof ServiceAccountTokenProjectionSchema>;

export const VolumeProjectionSchema = object('io.k8s.api.core.v1.VolumeProjection', {
  clusterTrustBundle: ClusterTrustBundleProjectionSchema,
  configMap: ConfigMapProjectionSchema,
  downwardAPI: DownwardAPIProjectionSchema,
  podCertificate: PodCertificateProjectionSchema,
  secret: SecretProjectionSchema,
  serviceAccountToken: ServiceAccountTokenProjectionSchema,
});
export type VolumeProjection = TypeOf<typeof VolumeProjectionSchema>;

export const ProjectedVolumeSourceSchema = object('io.k8s.api.core.v1.ProjectedVolumeSource', {
  defaultMode: int32,
  sources: list(VolumeProjectionSchema),
});
export type ProjectedVolumeSource = TypeOf<typeof ProjectedVolumeSourceSchema>;
