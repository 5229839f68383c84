/** The volumes of a pod (`ValidateVolumes` upstream). */
import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { signOfQuantity } from '../../machinery/quantity.ts';
import { fieldDuplicate, fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateCSIDriverName } from './driver-name.ts';
import { invalidEach, validateChoice, validateLabel } from './format-rules.ts';
import { quantityAt } from './resources-validation.ts';
import { validateClaimTemplate } from './volume-claim-validation.ts';
import {
  requireFields,
  validateAzureDisk,
  validateDisk,
  validateFc,
  validateFlexOptions,
  validateFlocker,
  validateHostPath,
  validateIscsi,
  validateNfs,
  validateQuobyte,
} from './volumes-storage-validation.ts';
import {
  validateConfigMapVolume,
  validateDownwardVolume,
  validateProjectedVolume,
  validateSecretVolume,
} from './volumes-projected-validation.ts';
import type { Volume } from './volumes.ts';

/** What is validated about each source, in upstream's order: of several in one volume only the first counts. */
const sources: { [K in Exclude<keyof Volume, 'name'>]-?: (source: NonNullable<Volume[K]>, path: string) => FieldError[] } = {
  emptyDir: (source, path) => {
    const errors: FieldError[] = [];
    const limit = source.sizeLimit === undefined ? undefined : quantityAt(source.sizeLimit, `${path}.sizeLimit`, errors);
    if (limit && signOfQuantity(limit) < 0)
      errors.push(fieldForbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
    return errors;
  },
  hostPath: validateHostPath,
  gitRepo: (source, path) => requireFields(source, path, ['repository']),
  gcePersistentDisk: (source, path) => validateDisk(source, 'pdName', path),
  awsElasticBlockStore: (source, path) => validateDisk(source, 'volumeID', path),
  secret: validateSecretVolume,
  nfs: validateNfs,
  iscsi: (source, path) => validateIscsi(source, path, true),
  glusterfs: (source, path) => requireFields(source, path, ['endpoints', 'path']),
  flocker: validateFlocker,
  persistentVolumeClaim: (source, path) => requireFields(source, path, ['claimName']),
  rbd: (source, path) => {
    const errors = source.monitors?.length ? [] : [fieldRequired(`${path}.monitors`)];
    return [...errors, ...requireFields(source, path, ['image'])];
  },
  cinder: (source, path) => requireFields(source, path, ['volumeID']),
  cephfs: (source, path) => (source.monitors?.length ? [] : [fieldRequired(`${path}.monitors`)]),
  quobyte: validateQuobyte,
  downwardAPI: validateDownwardVolume,
  fc: validateFc,
  flexVolume: (source, path) => [
    ...requireFields(source, path, ['driver']),
    ...validateFlexOptions(source.options, `${path}.options`),
  ],
  configMap: validateConfigMapVolume,
  azureFile: (source, path) => requireFields(source, path, ['secretName', 'shareName']),
  vsphereVolume: (source, path) => requireFields(source, path, ['volumePath']),
  photonPersistentDisk: (source, path) => requireFields(source, path, ['pdID']),
  portworxVolume: (source, path) => requireFields(source, path, ['volumeID']),
  azureDisk: validateAzureDisk,
  storageos: (source, path) => requireFields(source, path, ['volumeName']),
  projected: validateProjectedVolume,
  scaleIO: (source, path) => requireFields(source, path, ['gateway', 'system', 'volumeName']),
  csi: (source, path) => {
    const errors = validateCSIDriverName(source.driver, `${path}.driver`);
    const secret = source.nodePublishSecretRef;
    if (secret && !secret.name) errors.push(fieldRequired(`${path}.nodePublishSecretRef.name`));
    else if (secret?.name) errors.push(...invalidEach(`${path}.name`, secret.name, isDNS1123Subdomain(secret.name)));
    return errors;
  },
  ephemeral: (source, path) =>
    source.volumeClaimTemplate
      ? validateClaimTemplate(source.volumeClaimTemplate, `${path}.volumeClaimTemplate`)
      : [fieldRequired(`${path}.volumeClaimTemplate`)],
  image: (source, path) => validateChoice(source.pullPolicy, `${path}.pullPolicy`, ['Always', 'IfNotPresent', 'Never']),
};

/**
 * Checks the volumes of a pod, or of a template when `podName` is undefined. Returns those that are right, by name: what
 * mounts the others is reported as mounting nothing.
 */
export function validateVolumes(
  volumes: readonly Volume[],
  podName: string | undefined,
  path: string,
): { byName: ReadonlyMap<string, Volume>; errors: FieldError[] } {
  const byName = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const created = new Set(podName ? volumes.filter((v) => v.ephemeral).map((v) => `${podName}-${v.name}`) : []);
  for (const [i, volume] of volumes.entries()) {
    const at = `${path}[${i}]`;
    const own = validateSource(volume, podName, at);
    own.push(...(volume.name ? validateLabel(volume.name, `${at}.name`) : [fieldRequired(`${at}.name`)]));
    if (byName.has(volume.name)) own.push(fieldDuplicate(`${at}.name`, volume.name));
    if (own.length === 0) byName.set(volume.name, volume);
    errors.push(...own);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && created.has(claim))
      errors.push(
        fieldInvalid(
          `${at}.persistentVolumeClaim.claimName`,
          claim,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      );
  }
  return { byName, errors };
}

function validateSource(volume: Volume, podName: string | undefined, path: string): FieldError[] {
  const present = (Object.keys(sources) as (keyof typeof sources)[]).filter((name) => volume[name] !== undefined);
  if (present.length === 0) return [fieldRequired(path, 'must specify a volume type')];
  const [first, ...others] = present as [keyof typeof sources, ...(keyof typeof sources)[]];
  const validate = sources[first] as (source: unknown, path: string) => FieldError[];
  const errors = validate(volume[first], `${path}.${first}`);
  for (const name of others) errors.push(fieldForbidden(`${path}.${name}`, 'may not specify more than 1 volume type'));
  if (first === 'image' && podName !== undefined && !volume.image?.reference)
    errors.push(fieldRequired(`${path}.image.reference`));
  if (first === 'ephemeral' && podName && volume.name) {
    const claim = `${podName}-${volume.name}`;
    for (const message of isDNS1123Subdomain(claim))
      errors.push(fieldInvalid(`${path}.name`, volume.name, `PVC name ${JSON.stringify(claim)}: ${message}`));
  }
  return errors;
}
