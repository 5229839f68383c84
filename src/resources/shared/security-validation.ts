/** Security contexts of pods and containers (`ValidateSecurityContext`, `validatePodSpecSecurityContext` upstream). */
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldRequired,
  fieldTooLong,
  type FieldError,
} from '../../machinery/status.ts';
import { invalidEach, isUnixId, validateDescendingPath, validateOptionalChoice } from './format-rules.ts';
import type { PodSpec } from './pod-spec.ts';
import type { AppArmorProfile, PodSecurityContext, SeccompProfile, SecurityContext, Sysctl } from './security.ts';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const sysctlPattern = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const sysctlRegex = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';

const validateId = (id: number | undefined, path: string): FieldError[] =>
  id === undefined ? [] : invalidEach(path, id, isUnixId(id));

export function validatePodSecurityContext(context: PodSecurityContext, spec: PodSpec, path: string): FieldError[] {
  const errors = [
    ...validateId(context.fsGroup, `${path}.fsGroup`),
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((id, i) => validateId(id, `${path}.supplementalGroups[${i}]`)),
  ];
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(fieldInvalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'));
  return [
    ...errors,
    ...validateSysctls(context.sysctls ?? [], spec, `${path}.sysctls`),
    ...validateOptionalChoice(context.fsGroupChangePolicy, `${path}.fsGroupChangePolicy`, ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`),
    ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`),
    ...validateOptionalChoice(context.supplementalGroupsPolicy, `${path}.supplementalGroupsPolicy`, ['Merge', 'Strict']),
    ...validateOptionalChoice(context.seLinuxChangePolicy, `${path}.seLinuxChangePolicy`, ['MountOption', 'Recursive']),
  ];
}

function validateSysctls(sysctls: readonly Sysctl[], spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { name = '' }] of sysctls.entries()) {
    const at = `${path}[${i}].name`;
    if (!name) errors.push(fieldRequired(at));
    else if (name.length > 253 || !sysctlPattern.test(name))
      errors.push(fieldInvalid(at, name, `must have at most 253 characters and match regex ${sysctlRegex}`));
    else if (seen.has(name)) errors.push(fieldDuplicate(at, name));
    const dotted = name.replaceAll('/', '.');
    if (spec.hostNetwork && dotted.startsWith('net.'))
      errors.push(fieldInvalid(at, name, "may not be specified when 'hostNetwork' is true"));
    if (spec.hostIPC && /^(kernel\.(sem|shm|msg)|fs\.mqueue\.)/.test(dotted))
      errors.push(fieldInvalid(at, name, "may not be specified when 'hostIPC' is true"));
    seen.add(name);
  }
  return errors;
}

/** Checks the security context of one container; `hostUsers` says whether the pod shares the host's user namespace. */
export function validateSecurityContext(context: SecurityContext, hostUsers: boolean, path: string): FieldError[] {
  const errors = [
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
    ...validateOptionalChoice(context.procMount, `${path}.procMount`, ['Default', 'Unmasked']),
  ];
  if (hostUsers && context.procMount === 'Unmasked')
    errors.push(fieldInvalid(`${path}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`'));
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      errors.push(fieldInvalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN'))
      errors.push(
        fieldInvalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'),
      );
  }
  return [...errors, ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`)];
}

function validateSeccomp(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const errors = profile.type
    ? validateOptionalChoice(profile.type, `${path}.type`, profileTypes)
    : [fieldRequired(`${path}.type`, 'type is required when seccompProfile is set')];
  const at = `${path}.localhostProfile`;
  if (profile.type === 'Localhost') {
    if (profile.localhostProfile === undefined) errors.push(fieldRequired(at, 'must be set when seccomp type is Localhost'));
    else errors.push(...validateDescendingPath(profile.localhostProfile, at));
  } else if (profile.localhostProfile !== undefined)
    errors.push(fieldInvalid(at, profile, 'can only be set when seccomp type is Localhost'));
  return errors;
}

// PATH_MAX - 1
const appArmorProfileBytes = 4095;

export function validateAppArmor(profile: AppArmorProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const at = `${path}.localhostProfile`;
  if (!type) return [fieldRequired(`${path}.type`, 'type is required when appArmorProfile is set')];
  if (type !== 'Localhost') {
    const wrong = validateOptionalChoice(type, `${path}.type`, profileTypes);
    if (wrong.length > 0 || localhostProfile === undefined) return wrong;
    return [fieldInvalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
  }
  if (!localhostProfile) return [fieldRequired(at, 'must be set when AppArmor type is Localhost')];
  const errors: FieldError[] = [];
  if (localhostProfile.trim() !== localhostProfile)
    errors.push(fieldInvalid(at, localhostProfile, 'must not be padded with whitespace'));
  if (localhostProfile.length > appArmorProfileBytes) errors.push(fieldTooLong(at, appArmorProfileBytes));
  return errors;
}

/** Host namespaces may not be shared by a pod with users of its own. */
export function validateUserNamespace(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(fieldForbidden(`${path}.hostNetwork`, 'when `hostUsers` is false'));
  if (spec.hostPID) errors.push(fieldForbidden(`${path}.HostPID`, 'when `hostUsers` is false'));
  if (spec.hostIPC) errors.push(fieldForbidden(`${path}.HostIPC`, 'when `hostUsers` is false'));
  for (const part of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, container] of (spec[part] ?? []).entries())
      if (container.volumeDevices?.length)
        errors.push(fieldForbidden(`${path}.${part}[${i}].volumeDevices`, 'when `hostUsers` is false'));
  return errors;
}
