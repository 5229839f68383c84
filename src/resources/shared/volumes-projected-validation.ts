/** Volumes that show API objects as files (`validateProjectionSources` and the like upstream). */
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { validateFieldRef, validateResourceFieldRef, volumeFields } from './environment-validation.ts';
import { validateFileMode, validateFilePath, validateOptionalChoice } from './format-rules.ts';
import type {
  ClusterTrustBundleProjection,
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  PodCertificateProjection,
  ProjectedVolumeSource,
  SecretVolumeSource,
  ServiceAccountTokenProjection,
} from './volumes-projected.ts';

export const validateSecretVolume = (source: SecretVolumeSource, path: string): FieldError[] => [
  ...(source.secretName ? [] : [fieldRequired(`${path}.secretName`)]),
  ...validateFileMode(source.defaultMode, `${path}.defaultMode`),
  ...validateItems(source.items, path),
];

export const validateConfigMapVolume = (source: ConfigMapVolumeSource, path: string): FieldError[] => [
  ...(source.name ? [] : [fieldRequired(`${path}.name`)]),
  ...validateFileMode(source.defaultMode, `${path}.defaultMode`),
  ...validateItems(source.items, path),
];

const validateItems = (items: readonly KeyToPath[] | undefined, path: string): FieldError[] =>
  (items ?? []).flatMap((item, i) => {
    const at = `${path}.items[${i}]`;
    return [
      ...(item.key ? [] : [fieldRequired(`${at}.key`)]),
      ...(item.path ? validateFilePath(item.path, `${at}.path`) : [fieldRequired(`${at}.path`)]),
      ...validateFileMode(item.mode, `${at}.mode`),
    ];
  });

export const validateDownwardVolume = (source: DownwardAPIVolumeSource, path: string): FieldError[] => [
  ...validateFileMode(source.defaultMode, `${path}.defaultMode`),
  ...(source.items ?? []).flatMap((file) => validateFile(file, path)),
];

/** Upstream names the volume here, not the file in it. */
function validateFile(file: DownwardAPIVolumeFile, path: string): FieldError[] {
  const errors = file.path ? validateFilePath(file.path, `${path}.path`) : [fieldRequired(`${path}.path`)];
  if (file.fieldRef) {
    errors.push(...validateFieldRef(file.fieldRef, volumeFields, `${path}.fieldRef`));
    if (file.resourceFieldRef)
      errors.push(fieldInvalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef)
    errors.push(...validateResourceFieldRef(file.resourceFieldRef, `${path}.resourceFieldRef`, true));
  else errors.push(fieldRequired(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateFileMode(file.mode, `${path}.mode`)];
}

export function validateProjectedVolume(volume: ProjectedVolumeSource, path: string): FieldError[] {
  const errors = validateFileMode(volume.defaultMode, `${path}.defaultMode`);
  const taken = new Set<string>();
  /** Two sources may not write the same file. */
  const claim = (file: string | undefined, value: string | undefined) => {
    if (!file) return;
    if (taken.has(file)) errors.push(fieldInvalid(path, value, 'conflicting duplicate paths'));
    taken.add(file);
  };
  for (const [i, source] of (volume.sources ?? []).entries()) {
    const at = `${path}.sources[${i}]`;
    const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
    for (const [name, keyed] of Object.entries({ secret, configMap })) {
      if (!keyed) continue;
      if (!keyed.name) errors.push(fieldRequired(`${at}.${name}.name`));
      errors.push(...validateItems(keyed.items, `${at}.${name}`));
      for (const item of keyed.items ?? []) claim(item.path, keyed.name);
    }
    for (const file of downwardAPI?.items ?? []) {
      errors.push(...validateFile(file, `${at}.downwardAPI`));
      claim(file.path, file.path);
    }
    if (serviceAccountToken) errors.push(...validateToken(serviceAccountToken, path, `${at}.serviceAccountToken`));
    if (clusterTrustBundle) {
      errors.push(...validateTrustBundle(clusterTrustBundle, `${at}.clusterTrustBundle`));
      claim(clusterTrustBundle.path, clusterTrustBundle.path);
    }
    if (podCertificate) {
      errors.push(...validateCertificate(podCertificate, `${at}.podCertificate`));
      for (const file of certificateFiles) claim(podCertificate[file], podCertificate[file]);
    }
    if (Object.values(source).filter((part) => part !== undefined).length > 1)
      errors.push(fieldForbidden(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

function validateToken(token: ServiceAccountTokenProjection, volumePath: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = token.expirationSeconds ?? 0;
  const at = `${path}.expirationSeconds`;
  if (seconds < 600) errors.push(fieldInvalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32) errors.push(fieldInvalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  // Upstream names the volume for the token's path.
  errors.push(...(token.path ? validateFilePath(token.path, `${volumePath}.path`) : [fieldRequired(`${volumePath}.path`)]));
  return errors;
}

function validateTrustBundle(bundle: ClusterTrustBundleProjection, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { name, signerName, labelSelector } = bundle;
  if (name !== undefined && signerName !== undefined)
    errors.push(fieldInvalid(path, bundle, 'only one of name and signerName may be used'));
  else if (name !== undefined) {
    if (!name) errors.push(fieldRequired(`${path}.name`, 'must be a valid object name'));
    if (labelSelector)
      errors.push(fieldInvalid(`${path}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'));
  } else if (signerName !== undefined) {
    if (!signerName) errors.push(fieldRequired(`${path}.signerName`, 'must be a valid signer name'));
    errors.push(...validateLabelSelector(labelSelector, `${path}.labelSelector`));
  } else errors.push(fieldRequired(path, 'either name or signerName must be specified'));
  return [...errors, ...(bundle.path ? validateFilePath(bundle.path, `${path}.path`) : [fieldRequired(`${path}.path`)])];
}

const certificateFiles = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;
const keyTypes = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];

function validateCertificate(certificate: PodCertificateProjection, path: string): FieldError[] {
  const errors = validateOptionalChoice(certificate.keyType ?? '', `${path}.keyType`, keyTypes);
  const seconds = certificate.maxExpirationSeconds;
  if (seconds !== undefined && seconds < 3600)
    errors.push(fieldInvalid(`${path}.maxExpirationSeconds`, seconds, 'if provided, maxExpirationSeconds must be >= 3600'));
  const present = certificateFiles.filter((file) => certificate[file]);
  for (const file of present) errors.push(...validateFilePath(certificate[file]!, `${path}.${file}`));
  if (present.length === 0)
    errors.push(fieldRequired(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'));
  return errors;
}
