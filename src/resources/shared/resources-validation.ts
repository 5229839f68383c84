/** Requests and limits of containers and pods (`validateResourceRequirements` upstream). */
import { isQualifiedName } from '../../machinery/names.ts';
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  QuantityError,
  quantityValue,
  signOfQuantity,
  zeroQuantity,
  type Quantity,
} from '../../machinery/quantity.ts';
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotFound,
  fieldNotSupported,
  fieldRequired,
  type FieldError,
} from '../../machinery/status.ts';
import type { ResourceRequirements } from './container.ts';
import { invalidEach, validateLabel } from './format-rules.ts';
import { isPodLevelResource } from './pod-resources.ts';

const containerResources = ['cpu', 'memory', 'ephemeral-storage'];
const countedResources = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const standardResources = new Set([
  ...containerResources,
  ...containerResources.map((name) => `requests.${name}`),
  ...containerResources.map((name) => `limits.${name}`),
  ...countedResources,
  'storage',
  'requests.storage',
]);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isStandard = (name: string): boolean =>
  standardResources.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');
/** Whether the resource is one of Kubernetes' own: no prefix, or its own. */
export const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
/** Whether a resource is one that devices offer: of a domain, and not of Kubernetes. */
export const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
/** Whether more may be promised than there is: not for huge pages and devices, whose limit must be the request. */
export const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

/** The name of any resource: a known one, or one with a prefix. */
export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length === 0 && !name.includes('/') && !isStandard(name))
    errors.push(fieldInvalid(path, name, 'must be a standard resource type or fully qualified'));
  return errors;
}

/** Whether a quota can name the resource without a prefix. */
export const isQuotaResource = (name: string): boolean => name !== 'storage' && isStandard(name);

/** The name of a resource that a container may have. */
export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (!containerResources.includes(name) && !isHugePages(name))
      errors.push(fieldInvalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name))
    errors.push(fieldInvalid(path, name, "doesn't follow extended resource name standard"));
  return errors;
}

function validatePodResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length === 0 && !isPodLevelResource(name))
    errors.push(fieldNotSupported(path, name, ['cpu', 'hugepages-', 'memory']));
  return errors;
}

/** Checks an amount: not negative, and whole where the resource is counted. */
export function validateAmount(name: string, text: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const quantity = quantityAt(text, path, errors);
  if (!quantity) return errors;
  if (signOfQuantity(quantity) < 0) errors.push(fieldInvalid(path, text, 'must be greater than or equal to 0'));
  if ((countedResources.includes(name) || isExtended(name)) && quantity.nano % 1_000_000_000n !== 0n)
    errors.push(fieldInvalid(path, text, 'must be an integer'));
  return errors;
}

/** Checks an amount only for being 0 or more (`validateBasicResource` upstream). */
export function validateBasicAmount(text: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const units = quantityValue(quantityAt(text, path, errors) ?? zeroQuantity);
  if (units < 0) errors.push(fieldInvalid(path, units, 'must be a valid resource quantity'));
  return errors;
}

/** The quantity, or undefined after saying what is wrong with it. */
export function quantityAt(text: string, path: string, errors: FieldError[]): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    errors.push(fieldInvalid(path, text, error.message));
    return undefined;
  }
}

export const validateContainerResources = (
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] => validateRequirements(resources, claimNames, path, validateContainerResourceName);

export const validatePodResources = (
  resources: ResourceRequirements,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] => validateRequirements(resources, claimNames, path, validatePodResourceName);

function validateRequirements(
  { limits = {}, requests = {}, claims = [] }: ResourceRequirements = {},
  claimNames: ReadonlySet<string>,
  path: string,
  validateName: (name: string, path: string) => FieldError[],
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [part, list] of [
    ['limits', limits],
    ['requests', requests],
  ] as const)
    for (const [name, text] of Object.entries(list)) {
      const at = `${path}.${part}[${name}]`;
      errors.push(...validateName(name, at), ...validateAmount(name, text, at));
      if (part === 'requests') errors.push(...validateAgainstLimit(name, text, limits[name], path));
      if (isHugePages(name) && !isMultipleOfPage(name, text))
        errors.push(fieldInvalid(at, text, `${text} is not positive integer multiple of ${name}`));
    }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(fieldForbidden(path, 'HugePages require cpu or memory'));
  return [...errors, ...validateClaims(claims, claimNames, `${path}.claims`)];
}

function validateAgainstLimit(name: string, text: string, limitText: string | undefined, path: string): FieldError[] {
  if (limitText === undefined)
    return mayOvercommit(name) ? [] : [fieldRequired(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  const ignored: FieldError[] = [];
  const request = quantityAt(text, path, ignored);
  const limit = quantityAt(limitText, path, ignored);
  if (!request || !limit) return [];
  const difference = compareQuantities(request, limit);
  const shown = formatQuantity(limit);
  if (difference !== 0 && !mayOvercommit(name))
    return [fieldInvalid(`${path}.requests`, text, `must be equal to ${name} limit of ${shown}`)];
  return difference > 0
    ? [fieldInvalid(`${path}.requests`, text, `must be less than or equal to ${name} limit of ${shown}`)]
    : [];
}

function isMultipleOfPage(name: string, text: string): boolean {
  const ignored: FieldError[] = [];
  const page = quantityAt(name.slice('hugepages-'.length), '', ignored);
  const quantity = quantityAt(text, '', ignored);
  return page !== undefined && quantity !== undefined && page.nano > 0n && quantity.nano % page.nano === 0n;
}

function validateClaims(
  claims: NonNullable<ResourceRequirements['claims']>,
  known: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const whole = new Set<string>();
  const parts = new Set<string>();
  for (const [i, { name, request }] of claims.entries()) {
    const at = `${path}[${i}]`;
    if (!name) {
      errors.push(fieldRequired(at));
      continue;
    }
    const key = request ? `${name}/${request}` : name;
    if (request) errors.push(...validateLabel(request, `${at}.request`));
    const overlaps = !request && [...parts].some((part) => part.startsWith(`${name}/`));
    if (whole.has(name) || overlaps) errors.push(fieldDuplicate(at, name));
    else if (parts.has(key)) errors.push(fieldDuplicate(at, key));
    (request ? parts : whole).add(key);
    if (!known.has(name)) {
      const names = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
      errors.push(fieldNotFound(at, name, `must be one of the names in pod.spec.resourceClaims${names}`));
    }
  }
  return errors;
}
