import { containersOf, distinct, named, plural, quoted, setters, type AnyContainer, type Checked, type Violation } from './check.ts';

const podAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const containerAnnotation = 'container.seccomp.security.alpha.kubernetes.io/';
const reason = 'seccompProfile';

/** Before 1.19 profiles were named in annotations. */
export function baselineSeccompAnnotations({ annotations, spec }: Checked): Violation | undefined {
  const keys = [podAnnotation, ...containersOf(spec).map(({ name }) => containerAnnotation + name)];
  const bad = distinct(
    keys.flatMap((key) => {
      const value = annotations[key];
      return value === undefined || /^(runtime\/default$|docker\/default$|localhost\/)/.test(value)
        ? []
        : [`${key}=${JSON.stringify(value)}`];
    }),
  );
  if (bad.length === 0) return undefined;
  return { reason, detail: `forbidden ${plural(bad.length, 'annotation')} ${bad.join(', ')}` };
}

const typeOf = (part: { seccompProfile?: { type?: string } } | undefined): string | undefined =>
  part?.seccompProfile && (part.seccompProfile.type ?? '');
const isAllowed = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost';
const isForbidden = (type: string | undefined): boolean => type !== undefined && !isAllowed(type);

/** Nobody turns the profile off. */
export function baselineSeccompProfiles({ spec }: Checked): Violation | undefined {
  const podType = typeOf(spec.securityContext);
  const typeIn = ({ securityContext }: AnyContainer) => typeOf(securityContext);
  const bad = containersOf(spec).filter((container) => isForbidden(typeIn(container)));
  const who = setters(isForbidden(podType), bad);
  if (!who) return undefined;
  const types = [podType, ...bad.map(typeIn)].filter((type) => type !== undefined && !isAllowed(type)) as string[];
  return { reason, detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(distinct(types))}` };
}

/** Every container has one. */
export function restrictedSeccompProfiles(pod: Checked): Violation | undefined {
  const wrong = baselineSeccompProfiles(pod);
  if (wrong || isAllowed(typeOf(pod.spec.securityContext))) return wrong;
  const without = containersOf(pod.spec).filter(({ securityContext }) => !securityContext?.seccompProfile);
  if (without.length === 0) return undefined;
  return {
    reason,
    detail: `pod or ${named(without)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}
