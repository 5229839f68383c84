/** Cluster IPs and families of a Service (`ValidateServiceClusterIPsRelatedFields` and upgrade rules upstream). */
import { fieldDuplicate, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { familyOf, isDualStack, validateIp } from '../shared/addresses.ts';
import { validateOptionalChoice } from '../shared/format-rules.ts';
import { headless, isExternalName, isHeadless } from './service-types.ts';
import type { Service } from './service.ts';

const families = ['IPv4', 'IPv6'];
const clusterIPsPath = 'spec.clusterIPs';

export function validateClusterIpFields(service: Service, old: Service | undefined): FieldError[] {
  if (isExternalName(service)) return [];
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = service.spec;
  const errors: FieldError[] = [];
  if (clusterIP) {
    if (clusterIPs.length === 0) errors.push(fieldRequired(clusterIPsPath));
    else if (clusterIPs[0] !== clusterIP)
      errors.push(fieldInvalid(clusterIPsPath, clusterIPs, 'first value must match `clusterIP`'));
  } else if (clusterIPs.length > 0)
    errors.push(fieldInvalid(clusterIPsPath, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  for (const [i, family] of ipFamilies.entries()) {
    if (!families.includes(family)) errors.push(fieldNotSupported(`spec.ipFamilies[${i}]`, family, families));
    if (ipFamilies.indexOf(family) < i) errors.push(fieldDuplicate(`spec.ipFamilies[${i}]`, family));
  }
  errors.push(
    ...validateOptionalChoice(ipFamilyPolicy, 'spec.ipFamilyPolicy', ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
  );
  const malformed = clusterIPs.flatMap((ip, i) => {
    if (i === 0 && ip === headless)
      return clusterIPs.length > 1 ? [fieldInvalid(clusterIPsPath, clusterIPs, "'None' must be the first and only value")] : [];
    return old?.spec.clusterIPs?.includes(ip) ? [] : validateIp(ip, `${clusterIPsPath}[${i}]`);
  });
  errors.push(...malformed);
  if (clusterIPs.length > 2) errors.push(fieldInvalid(clusterIPsPath, clusterIPs, 'may only hold up to 2 values'));
  if (malformed.length > 0) return errors;
  if (clusterIPs.length > 1 && !isDualStack(clusterIPs))
    errors.push(fieldInvalid(clusterIPsPath, clusterIPs, 'may specify no more than one IP for each IP family'));
  if (isHeadless(service)) return errors;
  for (const [i, ip] of clusterIPs.entries()) {
    const family = ipFamilies[i];
    if (family !== undefined && families.includes(family) && familyOf(ip) !== family)
      errors.push(
        fieldInvalid(`${clusterIPsPath}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``),
      );
  }
  return errors;
}

/** A Service keeps its first address and family for life, but for a while as ExternalName. */
export function validateClusterIpUpdate(service: Service, old: Service): FieldError[] {
  if (isExternalName(service) || isExternalName(old)) return [];
  const wasHeadless = isHeadless(old);
  const nowHeadless = isHeadless(service);
  const errors: FieldError[] = [];
  if (!wasHeadless || !nowHeadless) {
    errors.push(
      ...validateKept(
        service.spec.clusterIPs ?? [],
        old.spec.clusterIPs ?? [],
        'clusterIPs',
        'primary clusterIP can not be unset',
      ),
    );
    errors.push(...validateRelease(service, old, 'clusterIPs', 'clusterIP'));
  }
  if (!wasHeadless && !nowHeadless) {
    errors.push(
      ...validateKept(
        service.spec.ipFamilies ?? [],
        old.spec.ipFamilies ?? [],
        'ipFamilies',
        'primary ipFamily can not be unset',
      ),
    );
    errors.push(...validateRelease(service, old, 'ipFamilies', 'ipFamily'));
  }
  return errors;
}

function validateKept(now: readonly string[], before: readonly string[], field: string, unset: string): FieldError[] {
  const changed = 'may not change once set';
  if (now.length === 0 && before.length > 0) return [fieldInvalid(`spec.${field}[0]`, now, unset)];
  if (now.length === before.length)
    return before.flatMap((value, i) =>
      value === now[i] ? [] : [fieldInvalid(`spec.${field}[${field === 'clusterIPs' ? i : 0}]`, now, changed)],
    );
  return before.length > 0 && now[0] !== before[0] ? [fieldInvalid(`spec.${field}[0]`, now, changed)] : [];
}

function validateRelease({ spec }: Service, old: Service, field: 'clusterIPs' | 'ipFamilies', what: string): FieldError[] {
  const released = (old.spec[field]?.length ?? 0) > 1 && spec[field]?.length === 1;
  if (!released || spec.ipFamilyPolicy === 'SingleStack') return [];
  return [
    fieldInvalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${what}`),
  ];
}
