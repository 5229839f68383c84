/** AppArmor profiles in annotations, from before there was a field. */
import type { AppArmorProfile } from './security.ts';

/** The annotation about one container. */
export const appArmorAnnotation = (container: string): string => `container.apparmor.security.beta.kubernetes.io/${container}`;

const localhost = 'localhost/';

/** The field that an annotation stands for; undefined for a value that means nothing. */
export function appArmorFromAnnotation(value: string): AppArmorProfile | undefined {
  if (value === 'unconfined') return { type: 'Unconfined' };
  if (value === 'runtime/default') return { type: 'RuntimeDefault' };
  const localhostProfile = value.startsWith(localhost) ? value.slice(localhost.length) : '';
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}
