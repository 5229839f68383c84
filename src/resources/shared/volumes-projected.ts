/** Volume sources that show API objects as files. Facts: OpenAPI of Kubernetes 1.36. */
import { boolean, field, int32, int64, list, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ObjectFieldSelectorSchema, ResourceFieldSelectorSchema } from './environment.ts';
import { LabelSelectorSchema } from './label-selector.ts';

export const KeyToPathSchema = object('io.k8s.api.core.v1.KeyToPath', {
  key: required(string, { doc: 'The key.' }),
  mode: field(int32, { doc: 'The permissions of the file; the default ones of the volume if left out.' }),
  path: required(string, { doc: 'The file, relative to the root of the volume, with no .. in it.' }),
});
export type KeyToPath = TypeOf<typeof KeyToPathSchema>;

export const ConfigMapVolumeSourceSchema = object('io.k8s.api.core.v1.ConfigMapVolumeSource', {
  defaultMode: field(int32, { doc: 'The permissions of the files, in JSON as a decimal number. 0644 if left out.' }),
  items: field(list(KeyToPathSchema), { doc: 'The keys that become files, and their paths; all of them if left out.' }),
  name: field(string, { doc: 'The name of the ConfigMap.' }),
  optional: field(boolean, { doc: 'Whether the ConfigMap or its keys may be missing. The pod waits for them if not.' }),
});
export type ConfigMapVolumeSource = TypeOf<typeof ConfigMapVolumeSourceSchema>;

export const SecretVolumeSourceSchema = object('io.k8s.api.core.v1.SecretVolumeSource', {
  defaultMode: field(int32, { doc: 'The permissions of the files, in JSON as a decimal number. 0644 if left out.' }),
  items: field(list(KeyToPathSchema), { doc: 'The keys that become files, and their paths; all of them if left out.' }),
  optional: field(boolean, { doc: 'Whether the Secret or its keys may be missing. The pod waits for them if not.' }),
  secretName: field(string, { doc: 'The name of the Secret.' }),
});
export type SecretVolumeSource = TypeOf<typeof SecretVolumeSourceSchema>;

export const DownwardAPIVolumeFileSchema = object('io.k8s.api.core.v1.DownwardAPIVolumeFile', {
  fieldRef: field(ObjectFieldSelectorSchema, { doc: 'A field of the pod: its name, namespace, uid, labels or annotations.' }),
  mode: field(int32, { doc: 'The permissions of the file; the default ones of the volume if left out.' }),
  path: required(string, { doc: 'The file, relative to the root of the volume, with no .. in it.' }),
  resourceFieldRef: field(ResourceFieldSelectorSchema, { doc: 'A request or limit of a container.' }),
});
export type DownwardAPIVolumeFile = TypeOf<typeof DownwardAPIVolumeFileSchema>;

export const DownwardAPIVolumeSourceSchema = object('io.k8s.api.core.v1.DownwardAPIVolumeSource', {
  defaultMode: field(int32, { doc: 'The permissions of the files, in JSON as a decimal number. 0644 if left out.' }),
  items: field(list(DownwardAPIVolumeFileSchema), { doc: 'The files.' }),
});
export type DownwardAPIVolumeSource = TypeOf<typeof DownwardAPIVolumeSourceSchema>;

export const ClusterTrustBundleProjectionSchema = object('io.k8s.api.core.v1.ClusterTrustBundleProjection', {
  labelSelector: field(LabelSelectorSchema, { doc: 'Which bundles of the signer are meant; none if left out, all if empty.' }),
  name: field(string, { doc: 'One bundle. Not together with signerName.' }),
  optional: field(boolean, { doc: 'Whether the bundles may be missing. The pod waits for them if not.' }),
  path: required(string, { doc: 'The file, relative to the root of the volume.' }),
  signerName: field(string, { doc: 'The signer whose bundles are put together. Not together with name.' }),
});
export type ClusterTrustBundleProjection = TypeOf<typeof ClusterTrustBundleProjectionSchema>;

export const ConfigMapProjectionSchema = object('io.k8s.api.core.v1.ConfigMapProjection', {
  items: field(list(KeyToPathSchema), { doc: 'The keys that become files, and their paths; all of them if left out.' }),
  name: field(string, { doc: 'The name of the ConfigMap.' }),
  optional: field(boolean, { doc: 'Whether the ConfigMap or its keys may be missing. The pod waits for them if not.' }),
});
export type ConfigMapProjection = TypeOf<typeof ConfigMapProjectionSchema>;

export const DownwardAPIProjectionSchema = object('io.k8s.api.core.v1.DownwardAPIProjection', {
  items: field(list(DownwardAPIVolumeFileSchema), { doc: 'The files.' }),
});
export type DownwardAPIProjection = TypeOf<typeof DownwardAPIProjectionSchema>;

export const PodCertificateProjectionSchema = object('io.k8s.api.core.v1.PodCertificateProjection', {
  certificateChainPath: field(string, { doc: 'The file with the chain of certificates alone.' }),
  credentialBundlePath: field(string, {
    doc: 'The file with the key and the chain of certificates together, which change at once.',
  }),
  keyPath: field(string, { doc: 'The file with the key alone.' }),
  keyType: required(string, { doc: 'The type of the key: ED25519, ECDSAP256, ECDSAP384, ECDSAP521, RSA3072 or RSA4096.' }),
  maxExpirationSeconds: field(int32, {
    doc: 'How many seconds the certificate may be good for. 86400 if left out, 3600 at least.',
  }),
  signerName: required(string, { doc: 'The signer that is asked for the certificate.' }),
  userAnnotations: field(map(string), { doc: 'More for the signer to go by; each signer says what it knows.' }),
});
export type PodCertificateProjection = TypeOf<typeof PodCertificateProjectionSchema>;

export const SecretProjectionSchema = object('io.k8s.api.core.v1.SecretProjection', {
  items: field(list(KeyToPathSchema), { doc: 'The keys that become files, and their paths; all of them if left out.' }),
  name: field(string, { doc: 'The name of the Secret.' }),
  optional: field(boolean, { doc: 'Whether the Secret or its keys may be missing. The pod waits for them if not.' }),
});
export type SecretProjection = TypeOf<typeof SecretProjectionSchema>;

export const ServiceAccountTokenProjectionSchema = object('io.k8s.api.core.v1.ServiceAccountTokenProjection', {
  audience: field(string, { doc: 'Who the token is for, and who refuses it otherwise; the API server if left out.' }),
  expirationSeconds: field(int64, {
    doc: 'How many seconds the token is good for; it is renewed before. 3600 if left out, 600 at least.',
  }),
  path: required(string, { doc: 'The file with the token, relative to the root of the volume.' }),
});
export type ServiceAccountTokenProjection = TypeOf<typeof ServiceAccountTokenProjectionSchema>;

export const VolumeProjectionSchema = object('io.k8s.api.core.v1.VolumeProjection', {
  clusterTrustBundle: field(ClusterTrustBundleProjectionSchema, {
    doc: 'Certificates of trusted authorities from ClusterTrustBundles.',
  }),
  configMap: field(ConfigMapProjectionSchema, { doc: 'Keys of a ConfigMap.' }),
  downwardAPI: field(DownwardAPIProjectionSchema, { doc: 'Fields of the pod.' }),
  podCertificate: field(PodCertificateProjectionSchema, {
    doc: 'A key made for the pod, and a certificate for it that is renewed.',
  }),
  secret: field(SecretProjectionSchema, { doc: 'Keys of a Secret.' }),
  serviceAccountToken: field(ServiceAccountTokenProjectionSchema, {
    doc: 'A token of the ServiceAccount of the pod that is renewed.',
  }),
});
export type VolumeProjection = TypeOf<typeof VolumeProjectionSchema>;

export const ProjectedVolumeSourceSchema = object('io.k8s.api.core.v1.ProjectedVolumeSource', {
  defaultMode: field(int32, { doc: 'The permissions of the files, in JSON as a decimal number. 0644 if left out.' }),
  sources: field(list(VolumeProjectionSchema), { doc: 'What is put into the directory.' }),
});
export type ProjectedVolumeSource = TypeOf<typeof ProjectedVolumeSourceSchema>;
