import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { familyOf, type Family } from '../shared/addresses.ts';
import { same } from './service-strategy.ts';
import { headless, isExternalName } from './service-types.ts';
import type { Service } from './service.ts';

/**
 * Fills in `ipFamilies` and `ipFamilyPolicy`, or says why they cannot be had in a cluster with these families, the first
 * being its default (`initIPFamilyFields` upstream). The fields themselves have been validated.
 */
export function initializeFamilies(service: Service, old: Service | undefined, configured: readonly Family[]): FieldError[] {
  if (isExternalName(service) || keepsDualStackPreference(service, old)) return [];
  const { spec } = service;
  const isSelectorless = spec.clusterIP === headless && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (isSelectorless ? 'RequireDualStack' : 'SingleStack');
  const errors = reconcilePolicy(service, old);
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    const family = familyOf(ip);
    if (family === undefined || i < (spec.ipFamilies?.length ?? 0)) continue;
    if (configured.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else errors.push(fieldInvalid(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${family} is not configured on this cluster`));
  }
  if (errors.length > 0) return errors;

  if (isSelectorless) {
    // Nobody knows the families of endpoints that somebody writes by hand.
    const [first = configured[0]!, second] = spec.ipFamilies ?? [];
    spec.ipFamilies =
      second !== undefined || spec.ipFamilyPolicy !== 'SingleStack' ? [first, second ?? otherThan(first)] : [first];
    return [];
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2)
    errors.push(
      fieldInvalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'),
    );
  for (const [i, family] of (spec.ipFamilies ?? []).entries())
    if (!(configured as readonly string[]).includes(family))
      errors.push(fieldInvalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
  if (errors.length > 0) return errors;
  const wanted = spec.ipFamilies?.length ? spec.ipFamilies : [configured[0]!];
  const isCompleted = spec.ipFamilyPolicy !== 'SingleStack' && wanted.length === 1 && configured.length === 2;
  spec.ipFamilies = isCompleted ? [...wanted, otherThan(wanted[0]!)] : wanted;
  return [];
}

const otherThan = (family: string): Family => (family === 'IPv4' ? 'IPv6' : 'IPv4');

/** A Service that prefers two families stays as it is until somebody changes something about that. */
function keepsDualStackPreference({ spec }: Service, old: Service | undefined): boolean {
  return (
    old !== undefined &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (old.spec.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    old.spec.type === spec.type &&
    same(spec.clusterIPs, old.spec.clusterIPs) &&
    same(spec.ipFamilies, old.spec.ipFamilies)
  );
}

/** The policy and the lists must tell the same story. */
function reconcilePolicy({ spec }: Service, old: Service | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (why: string) => errors.push(fieldInvalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, why));
  const isSingle = spec.ipFamilyPolicy === 'SingleStack';
  if (old && isSingle) {
    if (same(spec.clusterIPs, old.spec.clusterIPs) && spec.clusterIPs) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
    if (same(spec.ipFamilies, old.spec.ipFamilies) && spec.ipFamilies) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
  } else if (old) {
    const reduced = (now: readonly string[] = [], before: readonly string[] = []) => now.length > 0 && now.length < before.length;
    if (reduced(spec.clusterIPs, old.spec.clusterIPs)) refuse("must be 'SingleStack' to release the secondary cluster IP");
    if (reduced(spec.ipFamilies, old.spec.ipFamilies)) refuse("must be 'SingleStack' to release the secondary IP family");
  }
  const several = (what: string) => `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  if (isSingle && spec.clusterIPs?.length === 2) refuse(several('cluster IPs'));
  if (isSingle && spec.ipFamilies?.length === 2) refuse(several('IP families'));
  return errors;
}
