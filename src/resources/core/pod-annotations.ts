/** Annotations of pods that once were what fields are now (`ValidateSeccompPodAnnotations`, `ValidateAppArmorPodAnnotations`). */
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { containersOf } from '../shared/container-warnings.ts';
import { validateDescendingPath } from '../shared/format-rules.ts';
import type { Pod } from './pod.ts';

const seccompOfPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompOfContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

export function validateProfileAnnotations({ metadata, spec }: Pod): FieldError[] {
  const path = 'metadata.annotations';
  const containers = new Set(containersOf(spec, '').map(({ container }) => container.name));
  return Object.entries(metadata.annotations ?? {}).flatMap(([name, value]) => {
    if (name === seccompOfPod || name.startsWith(seccompOfContainer)) return validateSeccomp(value, `${path}.${name}`);
    if (!name.startsWith(appArmor)) return [];
    const container = name.slice(appArmor.length);
    const unknown = containers.has(container) ? [] : [fieldInvalid(`${path}[${name}]`, container, 'container not found')];
    return [...unknown, ...validateAppArmor(value, `${path}[${name}]`)];
  });
}

function validateSeccomp(profile: string, path: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  const localhost = 'localhost/';
  if (profile.startsWith(localhost)) return validateDescendingPath(profile.slice(localhost.length), path);
  return [fieldInvalid(path, profile, 'must be a valid seccomp profile')];
}

const validateAppArmor = (profile: string, path: string): FieldError[] =>
  ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith('localhost/')
    ? []
    : [fieldInvalid(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)];
