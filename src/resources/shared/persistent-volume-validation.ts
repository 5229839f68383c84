/** What a persistent volume is (`ValidatePersistentVolumeSpec` upstream). */
import { parseQuantity, signOfQuantity } from '../../machinery/quantity.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateCSIDriverName } from './driver-name.ts';
import { validateLabel, validateNoBacksteps, validateOptionalChoice, validateSubdomain } from './format-rules.ts';
import type { CSIPersistentVolumeSource, SecretReference } from './persistent-volume-sources.ts';
import type { PersistentVolumeSpec } from './persistent-volume-spec.ts';
import { validateBasicAmount } from './resources-validation.ts';
import { validateNodeSelector } from './scheduling-validation.ts';
import { validateAccessModes } from './volume-claim-validation.ts';
import { volumeModes } from './volume-modes.ts';
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

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

/** Everything wrong with the spec of the volume of that name. */
export function validatePersistentVolumeSpec(spec: PersistentVolumeSpec, name: string, path: string): FieldError[] {
  const { accessModes = [], nodeAffinity, storageClassName, persistentVolumeReclaimPolicy: policy } = spec;
  const errors = accessModes.length === 0 ? [fieldRequired(`${path}.accessModes`)] : [];
  errors.push(...validateAccessModes(accessModes, `${path}.accessModes`));
  errors.push(...validateCapacity(spec, `${path}.capacity`));
  const policyPath = `${path}.persistentVolumeReclaimPolicy`;
  if (policy) errors.push(...validateOptionalChoice(policy, policyPath, reclaimPolicies));
  if (nodeAffinity) {
    const at = `${path}.nodeAffinity.required`;
    if (nodeAffinity.required) errors.push(...validateNodeSelector(nodeAffinity.required, at));
    else errors.push(fieldRequired(at, 'must specify required node constraints'));
  }
  errors.push(...validateSource(spec, name, path));
  if (spec.hostPath && policy === 'Recycle' && isRoot(spec.hostPath.path))
    errors.push(fieldForbidden(policyPath, "may not be 'recycle' for a hostPath mount of '/'"));
  if (storageClassName) errors.push(...validateSubdomain(storageClassName, `${path}.storageClassName`));
  errors.push(...validateOptionalChoice(spec.volumeMode, `${path}.volumeMode`, volumeModes));
  return [...errors, ...validateAttributesClass(spec, path)];
}

/** A size, and nothing else. */
function validateCapacity({ capacity = {} }: PersistentVolumeSpec, path: string): FieldError[] {
  const names = Object.keys(capacity);
  const errors = names.length === 0 ? [fieldRequired(path)] : [];
  if (names.length !== 1 || names[0] !== 'storage') errors.push(fieldNotSupported(path, capacity, ['storage']));
  for (const [name, text] of Object.entries(capacity)) {
    errors.push(...validateBasicAmount(text, `${path}[${name}]`));
    if (signOfQuantity(parseQuantity(text)) <= 0)
      errors.push(fieldInvalid(`${path}[${name}]`, text, 'must be greater than zero'));
  }
  return errors;
}

/** `/`, also if it is written `//` or `/.`. */
const isRoot = (path = ''): boolean => path.startsWith('/') && path.split('/').every((part) => part === '' || part === '.');

function validateAttributesClass({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec, path: string): FieldError[] {
  if (name === undefined) return [];
  const at = `${path}.volumeAttributesClassName`;
  const errors = name === '' ? [fieldRequired(at, 'an empty string is disallowed')] : validateSubdomain(name, at);
  return csi ? errors : [...errors, fieldRequired(`${path}.csi`, 'has to be specified when using volumeAttributesClassName')];
}

type Sources = Omit<
  PersistentVolumeSpec,
  | 'accessModes'
  | 'capacity'
  | 'claimRef'
  | 'mountOptions'
  | 'nodeAffinity'
  | 'persistentVolumeReclaimPolicy'
  | 'storageClassName'
  | 'volumeAttributesClassName'
  | 'volumeMode'
>;
interface Context {
  name: string;
  spec: PersistentVolumeSpec;
  specPath: string;
}
type Rule<T> = (source: T, path: string, context: Context) => FieldError[];

/** What is validated about each source, in upstream's order: of several in one volume only the first counts. */
const sources: { [K in keyof Sources]-?: Rule<NonNullable<Sources[K]>> } = {
  hostPath: validateHostPath,
  gcePersistentDisk: (source, path) => validateDisk(source, 'pdName', path),
  awsElasticBlockStore: (source, path) => validateDisk(source, 'volumeID', path),
  glusterfs: (source, path) => {
    const errors = requireFields(source, path, ['endpoints', 'path']);
    const { endpointsNamespace: namespace } = source;
    const at = `${path}.endpointsNamespace`;
    if (namespace === '')
      errors.push(fieldInvalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'));
    else if (namespace !== undefined) errors.push(...validateLabel(namespace, at));
    return errors;
  },
  flocker: validateFlocker,
  nfs: validateNfs,
  rbd: (source, path) => [...requireMonitors(source, path), ...requireFields(source, path, ['image'])],
  quobyte: validateQuobyte,
  cephfs: (source, path) => requireMonitors(source, path),
  iscsi: (source, path, { name }) => {
    const { initiatorName, targetPortal, secretRef } = source;
    const errors = validateIscsi(source, path, false);
    if (initiatorName !== undefined && `${name}:${targetPortal}`.length > 64)
      errors.push(
        fieldInvalid(
          `${path}.targetportal`,
          targetPortal,
          'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
        ),
      );
    if (secretRef) errors.push(...requireFields(secretRef, `${path}.secretRef`, ['name']));
    return errors;
  },
  cinder: (source, path) => [...requireFields(source, path, ['volumeID']), ...requireWholeName(source.secretRef, path)],
  fc: validateFc,
  flexVolume: (source, path) => [
    ...requireFields(source, path, ['driver']),
    ...validateFlexOptions(source.options, `${path}.options`),
  ],
  azureFile: (source, path) => [
    ...requireFields(source, path, ['secretName', 'shareName']),
    ...(source.secretNamespace === '' ? [fieldRequired(`${path}.secretNamespace`)] : []),
  ],
  vsphereVolume: (source, path) => requireFields(source, path, ['volumePath']),
  photonPersistentDisk: (source, path) => requireFields(source, path, ['pdID']),
  portworxVolume: (source, path) => requireFields(source, path, ['volumeID']),
  azureDisk: validateAzureDisk,
  scaleIO: (source, path) => requireFields(source, path, ['gateway', 'system', 'volumeName']),
  local: (source, path, { spec, specPath }) => [
    ...(source.path ? validateNoBacksteps(source.path, `${path}.path`) : [fieldRequired(`${path}.path`)]),
    ...(spec.nodeAffinity ? [] : [fieldRequired(`${specPath}.nodeAffinity`, 'Local volume requires node affinity')]),
  ],
  storageos: (source, path) => [
    ...(source.volumeName ? validateLabel(source.volumeName, `${path}.volumeName`) : [fieldRequired(`${path}.volumeName`)]),
    ...(source.volumeNamespace ? validateLabel(source.volumeNamespace, `${path}.volumeNamespace`) : []),
    ...requireWholeName(source.secretRef, path),
  ],
  csi: validateCsi,
};

/** Where upstream's paths are not those of the field. */
const errorPaths: Partial<Record<keyof Sources, string>> = { gcePersistentDisk: 'persistentDisk' };
const repeatedPaths: Partial<Record<keyof Sources, string>> = { cephfs: 'cephFS' };

function validateSource(spec: PersistentVolumeSpec, name: string, path: string): FieldError[] {
  const present = (Object.keys(sources) as (keyof Sources)[]).filter((source) => spec[source] !== undefined);
  const errors: FieldError[] = [];
  for (const [i, source] of present.entries()) {
    // Upstream does not mind a flex volume beside others.
    if (i > 0 && source !== 'flexVolume')
      errors.push(fieldForbidden(`${path}.${repeatedPaths[source] ?? source}`, 'may not specify more than 1 volume type'));
    else {
      const validate = sources[source] as Rule<unknown>;
      errors.push(...validate(spec[source], `${path}.${errorPaths[source] ?? source}`, { name, spec, specPath: path }));
    }
  }
  return present.length === 0 ? [fieldRequired(path, 'must specify a volume type')] : errors;
}

const requireMonitors = ({ monitors }: { monitors?: readonly string[] }, path: string): FieldError[] =>
  monitors?.length ? [] : [fieldRequired(`${path}.monitors`)];

const requireWholeName = (reference: { name?: string; namespace?: string } | undefined, path: string): FieldError[] =>
  reference ? requireFields(reference, `${path}.secretRef`, ['name', 'namespace']) : [];

function validateCsi(source: CSIPersistentVolumeSource, path: string): FieldError[] {
  const secrets = [
    'controllerPublishSecretRef',
    'controllerExpandSecretRef',
    'nodePublishSecretRef',
    'nodeExpandSecretRef',
  ] as const;
  return [
    ...validateCSIDriverName(source.driver, `${path}.driver`),
    ...requireFields(source, path, ['volumeHandle']),
    ...secrets.flatMap((name) => validateSecretReference(source[name], `${path}.${name}`)),
  ];
}

function validateSecretReference(reference: SecretReference | undefined, path: string): FieldError[] {
  if (!reference) return [];
  const { name, namespace } = reference;
  return [
    ...(name ? validateSubdomain(name, `${path}.name`) : [fieldRequired(`${path}.name`)]),
    ...(namespace ? validateLabel(namespace, `${path}.namespace`) : [fieldRequired(`${path}.namespace`)]),
  ];
}
