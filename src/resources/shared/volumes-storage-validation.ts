/** Volume sources of particular storage systems, as pods and PersistentVolumes have them alike. */
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { inclusiveRange, validateNoBacksteps, validateOptionalChoice } from './format-rules.ts';
import type {
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
} from './volumes-storage.ts';
import type { HostPathVolumeSource } from './volumes.ts';

/** Fields that must be there, and not be empty. */
export const requireFields = <T extends object>(source: T, path: string, fields: readonly (keyof T & string)[]): FieldError[] =>
  fields.filter((field) => !source[field]).map((field) => fieldRequired(`${path}.${field}`));

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

export function validateHostPath({ path: text, type }: HostPathVolumeSource, path: string): FieldError[] {
  if (!text) return [fieldRequired(`${path}.path`)];
  return [...validateNoBacksteps(text, `${path}.path`), ...validateOptionalChoice(type, `${path}.type`, hostPathTypes)];
}

const maxByte = 255;

/** A disk of a cloud, by the name of the field that says which; a partition is a number from 1, 0 being none. */
export function validateDisk<T extends { partition?: number }>(source: T, id: keyof T & string, path: string): FieldError[] {
  const { partition = 0 } = source;
  const errors = requireFields(source, path, [id]);
  if (partition < 0 || partition > maxByte) errors.push(fieldInvalid(`${path}.partition`, partition, inclusiveRange(1, maxByte)));
  return errors;
}

export function validateNfs(source: NFSVolumeSource, path: string): FieldError[] {
  const errors = requireFields(source, path, ['server', 'path']);
  if (!source.path?.startsWith('/')) errors.push(fieldInvalid(`${path}.path`, source.path ?? '', 'must be an absolute path'));
  return errors;
}

export function validateFlocker({ datasetName = '', datasetUUID }: FlockerVolumeSource, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!datasetName && !datasetUUID) errors.push(fieldRequired(path, 'one of datasetName and datasetUUID is required'));
  if (datasetName && datasetUUID)
    errors.push(fieldInvalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (datasetName.includes('/')) errors.push(fieldInvalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
}

const tenantLengthMax = 64;
const hostAndPort = /^(?:\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/;

export function validateQuobyte({ registry, tenant = '', volume }: QuobyteVolumeSource, path: string): FieldError[] {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (!registry) errors.push(fieldRequired(`${path}.registry`, pairs));
  else if (tenant.length > tenantLengthMax)
    errors.push(fieldRequired(`${path}.tenant`, `must be a UUID and may not exceed a length of ${tenantLengthMax} characters`));
  else
    for (const pair of registry.split(','))
      if (!hostAndPort.test(pair)) errors.push(fieldInvalid(`${path}.registry`, registry, pairs));
  return volume ? errors : [...errors, fieldRequired(`${path}.volume`)];
}

export function validateFc({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, path: string): FieldError[] {
  const at = `${path}.targetWWNs`;
  if (targetWWNs.length === 0)
    return wwids.length > 0 ? [] : [fieldRequired(at, 'must specify either targetWWNs or wwids, but not both')];
  const errors: FieldError[] = [];
  if (wwids.length > 0) errors.push(fieldInvalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  if (lun === undefined) errors.push(fieldRequired(`${path}.lun`, 'lun is required if targetWWNs is specified'));
  else errors.push(...validateLun(lun, path));
  return errors;
}

const validateLun = (lun: number, path: string): FieldError[] =>
  lun < 0 || lun > maxByte ? [fieldInvalid(`${path}.lun`, lun, inclusiveRange(0, maxByte))] : [];

const diskUris = {
  managed: ['/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'],
  blob: ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'],
};

export function validateAzureDisk(source: AzureDiskVolumeSource, path: string): FieldError[] {
  const { kind, diskURI = '' } = source;
  const errors = [
    ...requireFields(source, path, ['diskName', 'diskURI']),
    ...validateOptionalChoice(source.cachingMode, `${path}.cachingMode`, ['None', 'ReadOnly', 'ReadWrite']),
    ...validateOptionalChoice(kind, `${path}.kind`, ['Dedicated', 'Managed', 'Shared']),
  ];
  if (kind === undefined) return errors;
  const managed = kind === 'Managed';
  if (!diskURI.startsWith(managed ? '/subscriptions/' : 'https://'))
    errors.push(fieldNotSupported(`${path}.diskURI`, diskURI, managed ? diskUris.managed : diskUris.blob));
  return errors;
}

/** How the names of iSCSI targets and initiators look, by their first letters. */
const iscsiNames = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

/** What pods and volumes say of an iSCSI target. In pods, the message tells which names there are. */
export function validateIscsi(
  source: Omit<ISCSIVolumeSource, 'secretRef'> & { secretRef?: object },
  path: string,
  inPod: boolean,
): FieldError[] {
  const { iqn, lun = 0, initiatorName, chapAuthDiscovery, chapAuthSession, secretRef } = source;
  const errors = requireFields(source, path, ['targetPortal', 'iqn']);
  if (iqn) errors.push(...validateIscsiName(iqn, `${path}.iqn`, inPod));
  errors.push(...validateLun(lun, path));
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) errors.push(fieldRequired(`${path}.secretRef`));
  if (initiatorName !== undefined) errors.push(...validateIscsiName(initiatorName, `${path}.initiatorname`, inPod));
  return errors;
}

function validateIscsiName(name: string, path: string, inPod: boolean): FieldError[] {
  const pattern = Object.entries(iscsiNames).find(([start]) => name.startsWith(start))?.[1];
  if (pattern?.test(name)) return [];
  const known = pattern || !inPod;
  return [fieldInvalid(path, name, known ? 'must be valid format' : 'must be valid format starting with iqn, eui, or naa')];
}

/** Options of a flex driver, some of which would be taken for those of Kubernetes itself. */
export const validateFlexOptions = (options: Readonly<Record<string, string>> = {}, path: string): FieldError[] =>
  Object.keys(options)
    .filter((key) => /\.(?:kubernetes|k8s)\.io$/.test(`.${key.split('/')[0]!.toLowerCase()}`))
    .map((key) => fieldInvalid(`${path}[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'));
