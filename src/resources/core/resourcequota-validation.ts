/** Rules of ResourceQuotas (`ValidateResourceQuota`, `…Update`, `…StatusUpdate` upstream). */
import { compareQuantities, parseQuantity } from '../../machinery/quantity.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { isQuotaResource, validateAmount, validateResourceName } from '../shared/resources-validation.ts';
import type { ResourceQuota, ResourceQuotaSpec } from './resourcequota.ts';

export const validateQuota = ({ spec }: ResourceQuota): FieldError[] => [
  ...validateAmounts(spec.hard, 'spec.hard'),
  ...validateScopes(spec, 'spec.scopes'),
  ...validateScopeSelector(spec, 'spec.scopeSelector.matchExpressions'),
];

function validateAmounts(amounts: Readonly<Record<string, string>> = {}, path: string): FieldError[] {
  return Object.entries(amounts).flatMap(([name, text]) => {
    const at = `${path}[${name}]`;
    const errors = validateResourceName(name, at);
    if (!name.includes('/') && !isQuotaResource(name))
      errors.push(fieldInvalid(at, name, 'must be a standard resource for quota'));
    return [...errors, ...validateAmount(name, text, at)];
  });
}

const ofPods = ['pods'];
const ofContainers = [...ofPods, ...['', 'limits.', 'requests.'].flatMap((prefix) => [`${prefix}cpu`, `${prefix}memory`])];

/** What can be counted within each scope. */
const scopes: Readonly<Record<string, readonly string[]>> = {
  BestEffort: ofPods,
  CrossNamespacePodAffinity: ofContainers,
  NotBestEffort: ofContainers,
  NotTerminating: ofContainers,
  PriorityClass: ofContainers,
  Terminating: ofContainers,
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
};
const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

const isScope = (name: string): boolean => Object.hasOwn(scopes, name);

/** The known resources of a quota that cannot be counted within the scope. */
const outOfScope = (scope: string, { hard = {} }: ResourceQuotaSpec): string[] =>
  isScope(scope) ? Object.keys(hard).filter((name) => isQuotaResource(name) && !scopes[scope]!.includes(name)) : [];

/** A quota would count nothing. */
const conflicting = (names: readonly string[], { scopes: shown = [] }: ResourceQuotaSpec): FieldError[] =>
  opposites
    .filter((pair) => pair.every((name) => names.includes(name)))
    .map(() => fieldInvalid('spec.scopes', shown, 'conflicting scopes'));

function validateScopes(spec: ResourceQuotaSpec, path: string): FieldError[] {
  const names = spec.scopes ?? [];
  const errors: FieldError[] = [];
  for (const scope of names) {
    if (!isScope(scope)) errors.push(fieldInvalid(path, names, 'unsupported scope'));
    errors.push(...outOfScope(scope, spec).map(() => fieldInvalid(path, names, 'unsupported scope applied to resource')));
  }
  return [...errors, ...conflicting(names, spec)];
}

/** Scopes that an object is in or not, without a value. */
const plainScopes = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];

function validateScopeSelector(spec: ResourceQuotaSpec, path: string): FieldError[] {
  const expressions = spec.scopeSelector?.matchExpressions ?? [];
  const errors: FieldError[] = [];
  const wrong = (field: string, value: unknown, detail: string) => errors.push(fieldInvalid(`${path}${field}`, value, detail));
  for (const { scopeName = '', operator = '', values = [] } of expressions) {
    if (!isScope(scopeName)) wrong('.scopeName', scopeName, 'unsupported scope');
    for (const _ of outOfScope(scopeName, spec)) wrong('', spec.scopeSelector, 'unsupported scope applied to resource');
    if (plainScopes.includes(scopeName) && operator !== 'Exists')
      wrong(
        '.operator',
        operator,
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      );
    switch (operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0)
          errors.push(
            fieldRequired(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
          );
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0)
          wrong('.values', values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
        break;
      default:
        wrong('.operator', operator, 'not a valid selector operator');
    }
  }
  const names = expressions.map(({ scopeName }) => scopeName ?? '');
  return [...errors, ...conflicting(names, spec)];
}

export function validateQuotaUpdate({ spec }: ResourceQuota, { spec: old }: ResourceQuota): FieldError[] {
  const [names, before] = [new Set(spec.scopes), new Set(old.scopes)];
  const same = names.size === before.size && [...names].every((name) => before.has(name));
  return same ? [] : [fieldInvalid('spec.scopes', spec.scopes ?? [], 'field is immutable')];
}

export const validateQuotaStatus = ({ status = {} }: ResourceQuota): FieldError[] => [
  ...validateAmounts(status.hard, 'status.hard'),
  ...validateAmounts(status.used, 'status.used'),
];

/** Requests of more than the limits can never be used up. */
export function warnings({ spec }: ResourceQuota, old: ResourceQuota | undefined): string[] {
  if (old) return [];
  const hard = spec.hard ?? {};
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((name) => {
    const bare = name === 'cpu' || name === 'memory' ? [name] : [];
    const requested = [`requests.${name}`, ...bare].find((each) => hard[each] !== undefined);
    const limited = `limits.${name}`;
    const [request, limit] = [requested && hard[requested], hard[limited]];
    if (!request || !limit || compareQuantities(parseQuantity(request), parseQuantity(limit)) <= 0) return [];
    return [`ResourceQuota ${requested} (${request}) should be less than ${limited} (${limit})`];
  });
}
