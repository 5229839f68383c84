/** What a pod that names its operating system may not set (`validateOS`, `validateLinux`, `validateWindows` upstream). */
import { fieldForbidden, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodSecurityContext, SecurityContext } from './security.ts';

const notOnWindows = 'cannot be set for a windows pod';
const podFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const satisfies readonly (keyof PodSecurityContext)[];
const containerFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const satisfies readonly (keyof SecurityContext)[];

export function validateOperatingSystem(spec: PodSpec, path: string): FieldError[] {
  if (!spec.os) return [];
  switch (spec.os.name) {
    case 'linux':
      return validateLinux(spec, path);
    case 'windows':
      return validateWindows(spec, path);
    default:
      return [
        spec.os.name ? fieldNotSupported(`${path}.os`, spec.os.name, ['linux', 'windows']) : fieldRequired(`${path}.os.name`),
      ];
  }
}

function contexts(spec: PodSpec, path: string): [SecurityContext, string][] {
  const found: [SecurityContext, string][] = [];
  for (const part of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, { securityContext }] of (spec[part] ?? []).entries())
      if (securityContext) found.push([securityContext, `${path}.${part}[${i}].securityContext`]);
  return found;
}

function validateLinux(spec: PodSpec, path: string): FieldError[] {
  const all: [{ windowsOptions?: unknown }, string][] = [
    [spec.securityContext ?? {}, `${path}.securityContext`],
    ...contexts(spec, path),
  ];
  return all
    .filter(([context]) => context.windowsOptions !== undefined)
    .map(([, at]) => fieldForbidden(`${at}.windowsOptions`, 'windows options cannot be set for a linux pod'));
}

function validateWindows(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const forbid = (isSet: boolean, at: string) => {
    if (isSet) errors.push(fieldForbidden(at, notOnWindows));
  };
  for (const field of podFields) forbid(spec.securityContext?.[field] !== undefined, `${path}.securityContext.${field}`);
  forbid(spec.hostUsers !== undefined, `${path}.hostUsers`);
  forbid(spec.hostPID === true, `${path}.hostPID`);
  forbid(spec.hostIPC === true, `${path}.hostIPC`);
  forbid(spec.shareProcessNamespace !== undefined, `${path}.shareProcessNamespace`);
  for (const [context, at] of contexts(spec, path))
    for (const field of containerFields) forbid(context[field] !== undefined, `${at}.${field}`);
  return errors;
}
