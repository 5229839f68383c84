import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { familyOf } from '../shared/addresses.ts';
import { same } from './service-strategy.ts';
import { headless, isExternalName } from './service-types.ts';
import type { Service } from './service.ts';

/** Clusters have one family of addresses. */
const configured = 'IPv4';

/**
 * Fills in `ipFamilies` and `ipFamilyPolicy`, or says why they cannot be had in this cluster (`initIPFamilyFields`
 * upstream). The fields themselves have been validated.
 */
export function initializeFamilies(service: Service, old: Service | undefined): FieldError[] {
  if (isExternalName(service) || keepsDualStackPreference(service, old)) return [];
  const { spec } = service;
  const isSelectorless = spec.clusterIP === headless && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (isSelectorless ? 'RequireDualStack' : 'SingleStack');
  const errors = reconcilePolicy(service, old);
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    const family = familyOf(ip);
    if (family === undefined || i < (spec.ipFamilies?.length ?? 0)) continue;
    if (family === configured) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else errors.push(fieldInvalid(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${family} is not configured on this cluster`));
  }
  if (errors.length > 0) return errors;

  if (isSelectorless) {
    // Nobody knows the families of endpoints that somebody writes by hand.
    const [first = configured, second] = spec.ipFamilies ?? [];
    const other = first === 'IPv4' ? 'IPv6' : 'IPv4';
    spec.ipFamilies = second !== undefined || spec.ipFamilyPolicy !== 'SingleStack' ? [first, second ?? other] : [first];
    return [];
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    errors.push(
      fieldInvalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'),
    );
  for (const [i, family] of (spec.ipFamilies ?? []).entries())
    if (family !== configured) errors.push(fieldInvalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
  if (errors.length === 0 && !spec.ipFamilies?.length) spec.ipFamilies = [configured];
  return errors;
}

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
