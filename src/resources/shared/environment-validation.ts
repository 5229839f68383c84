/** Environment variables of containers (`ValidateEnv`, `ValidateEnvFrom` upstream), and references to fields. */
import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import type { EnvFromSource, EnvVar, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector } from './environment.ts';
import {
  invalidEach,
  isConfigKey,
  isEnvironmentName,
  validateLabel,
  validateNoBacksteps,
  validateQualifiedName,
  validateSubdomain,
} from './format-rules.ts';

const environmentFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
/** What `fieldRef` may name at all; each place allows some of them. */
const knownFields = new Set([...environmentFields, ...volumeFields, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']);

const resourceFields = ['cpu', 'ephemeral-storage', 'memory'].flatMap((name) => [`limits.${name}`, `requests.${name}`]).sort();
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function validateEnvironment(variables: readonly EnvVar[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, variable] of variables.entries()) {
    const at = `${path}[${i}]`;
    if (!variable.name) errors.push(fieldRequired(`${at}.name`));
    else errors.push(...invalidEach(`${at}.name`, variable.name, isEnvironmentName(variable.name)));
    errors.push(...validateSource(variable, `${at}.valueFrom`));
  }
  return errors;
}

function validateSource({ value, valueFrom }: EnvVar, path: string): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, environmentFields, `${path}.fieldRef`));
  if (resourceFieldRef) errors.push(...validateResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, false));
  if (configMapKeyRef) errors.push(...validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...validateKeyRef(secretKeyRef, `${path}.secretKeyRef`));
  if (fileKeyRef) errors.push(...validateFileKeyRef(fileKeyRef, `${path}.fileKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (sources === 0)
    errors.push(
      fieldInvalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  else if (value) errors.push(fieldInvalid(path, '', 'may not be specified when `value` is not empty'));
  else if (sources > 1) errors.push(fieldInvalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

/** Checks a reference to a field of the pod itself; `allowed` depends on where the value goes. */
export function validateFieldRef(ref: ObjectFieldSelector, allowed: readonly string[], path: string): FieldError[] {
  if (!ref.apiVersion) return [fieldRequired(`${path}.apiVersion`)];
  if (!ref.fieldPath) return [fieldRequired(`${path}.fieldPath`)];
  const at = `${path}.fieldPath`;
  const unknown = (why: string) => [fieldInvalid(at, ref.fieldPath, `error converting fieldPath: ${why}`)];
  if (ref.apiVersion !== 'v1') return unknown(`unsupported pod version: ${ref.apiVersion}`);
  const subscript = /^(.+)\['(.+)'\]$/.exec(ref.fieldPath);
  if (subscript) {
    const [, field, key = ''] = subscript;
    if (field === 'metadata.annotations') return validateQualifiedName(key.toLowerCase(), path);
    if (field === 'metadata.labels') return validateQualifiedName(key, path);
    return unknown(`field label does not support subscript: ${ref.fieldPath}`);
  }
  const field = ref.fieldPath === 'spec.host' ? 'spec.nodeName' : ref.fieldPath;
  if (!knownFields.has(field)) return unknown(`field label not supported: ${field}`);
  return allowed.includes(field) ? [] : [fieldNotSupported(at, field, allowed)];
}

export function validateResourceFieldRef(ref: ResourceFieldSelector, path: string, inVolume: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { containerName, resource, divisor = '0' } = ref;
  const isHugePages = /^(requests|limits)\.hugepages-/.test(resource ?? '');
  if (inVolume && !containerName) errors.push(fieldRequired(`${path}.containerName`));
  else if (!resource) errors.push(fieldRequired(`${path}.resource`));
  else if (!resourceFields.includes(resource) && !isHugePages)
    errors.push(fieldNotSupported(`${path}.resource`, resource, resourceFields));
  if (divisor === '0' || !resource) return errors;
  const kind = resource.endsWith('.cpu')
    ? 'cpu'
    : isHugePages
      ? 'hugepages'
      : resource.endsWith('.memory')
        ? 'memory'
        : 'local ephemeral storage';
  const divisors = kind === 'cpu' ? ['1m', '1'] : byteDivisors;
  const listed = kind === 'cpu' ? '1m and 1' : byteDivisors.join(', ');
  if (!divisors.includes(divisor))
    errors.push(
      fieldInvalid(`${path}.divisor`, resource, `only divisor's values ${listed} are supported with the ${kind} resource`),
    );
  return errors;
}

function validateKeyRef(ref: { name?: string; key: string }, path: string): FieldError[] {
  const errors = validateSubdomain(ref.name ?? '', `${path}.name`);
  if (!ref.key) errors.push(fieldRequired(`${path}.key`));
  else errors.push(...invalidEach(`${path}.key`, ref.key, isConfigKey(ref.key)));
  return errors;
}

function validateFileKeyRef(ref: FileKeySelector, path: string): FieldError[] {
  return [
    ...(ref.key ? invalidEach(`${path}.key`, ref.key, isEnvironmentName(ref.key)) : [fieldRequired(`${path}.key`)]),
    ...(ref.volumeName ? validateLabel(ref.volumeName, `${path}.volumeName`) : [fieldRequired(`${path}.volumeName`)]),
    ...(ref.path ? validateNoBacksteps(ref.path, `${path}.path`) : [fieldRequired(`${path}.path`)]),
  ];
}

export function validateEnvironmentFrom(sources: readonly EnvFromSource[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const at = `${path}[${i}]`;
    if (prefix) errors.push(...invalidEach(`${at}.prefix`, prefix, isEnvironmentName(prefix)));
    if (configMapRef) errors.push(...validateReferenceName(configMapRef.name, `${at}.configMapRef.name`));
    if (secretRef) errors.push(...validateReferenceName(secretRef.name, `${at}.secretRef.name`));
    // Upstream names the list here, not the item.
    if (!configMapRef && !secretRef) errors.push(fieldInvalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef)
      errors.push(fieldInvalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

/** The name of another object: present, and such a name. */
export const validateReferenceName = (name: string | undefined, path: string): FieldError[] =>
  name ? invalidEach(path, name, isDNS1123Subdomain(name)) : [fieldRequired(path)];
