/** What a definition may say (apiextensions/validation upstream). */
import { isDNS1035Label, isDNS1123Subdomain } from '../../machinery/names.ts';
import { samePlain } from '../../machinery/plain.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateApproval } from './approval.ts';
import { isTrue } from './conditions.ts';
import { validateConversion } from './conversion-validation.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
} from './customresourcedefinition.ts';
import { validateVersions } from './versions-validation.ts';

/** Everything wrong with a new definition. */
export function validateDefinition(crd: CustomResourceDefinition): FieldError[] {
  const { metadata, spec } = crd;
  const wanted = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`;
  return [
    ...(metadata.name === wanted
      ? []
      : [fieldInvalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...validateSpec(spec),
    ...validateStoredVersions(crd),
    ...validateApproval(crd),
    ...(spec.preserveUnknownFields ? [preservesAll()] : []),
  ];
}

/** Everything wrong with a change of a definition. */
export function validateDefinitionUpdate(crd: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const { spec } = crd;
  // What has been accepted once is not looked at again with every change of a label.
  const errors = samePlain(spec, old.spec) ? [] : validateSpec(spec, old.spec);
  const unchanged = (path: string, value: unknown, before: unknown) => {
    if (!samePlain(value, before)) errors.push(fieldInvalid(path, value, 'field is immutable'));
  };
  if (isTrue(old, 'Established')) {
    unchanged('spec.scope', spec.scope, old.spec.scope);
    unchanged('spec.names.kind', spec.names?.kind, old.spec.names.kind);
  }
  unchanged('spec.group', spec.group, old.spec.group);
  unchanged('spec.names.plural', spec.names?.plural, old.spec.names.plural);
  return [
    ...errors,
    ...validateStoredVersions(crd),
    ...validateApproval(crd, old),
    ...(spec.preserveUnknownFields && !old.spec.preserveUnknownFields ? [preservesAll()] : []),
  ];
}

const preservesAll = () =>
  fieldInvalid(
    'spec.preserveUnknownFields',
    true,
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
  );

/** Everything wrong with a status. */
export const validateStatus = ({ status }: CustomResourceDefinition): FieldError[] =>
  status?.acceptedNames ? validateNames(status.acceptedNames, 'status.acceptedNames') : [];

function validateStoredVersions({ spec, status }: CustomResourceDefinition): FieldError[] {
  const path = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) return [fieldInvalid(path, status?.storedVersions ?? null, 'must have at least one stored version')];
  const versions = spec.versions ?? [];
  const errors = versions
    .filter(({ storage, name }) => storage && !stored.includes(name))
    .map(({ name = '' }) => fieldInvalid(path, stored, `must have the storage version ${name}`));
  for (const [i, name] of stored.entries())
    if (!versions.some((version) => version.name === name))
      errors.push(
        fieldInvalid(
          `${path}[${i}]`,
          name,
          `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
        ),
      );
  return errors;
}

function validateSpec(spec: CustomResourceDefinitionSpec, old?: CustomResourceDefinitionSpec): FieldError[] {
  const { group = '', scope = '', names = {} as CustomResourceDefinitionNames } = spec;
  const errors: FieldError[] = [];
  const wrong = isDNS1123Subdomain(group);
  if (group === '') errors.push(fieldRequired('spec.group'));
  else if (wrong.length > 0) errors.push(fieldInvalid('spec.group', group, wrong.join(',')));
  else if (!group.includes('.')) errors.push(fieldInvalid('spec.group', group, 'should be a domain with at least one dot'));
  if (scope === '') errors.push(fieldRequired('spec.scope'));
  else if (scope !== 'Cluster' && scope !== 'Namespaced')
    errors.push(fieldNotSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  errors.push(...validateVersions(spec, old));
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!names[name]) errors.push(fieldRequired(`spec.names.${name}`));
  return [...errors, ...validateNames(names, 'spec.names'), ...validateConversion(spec, old)];
}

function validateNames(names: CustomResourceDefinitionNames, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const check = (at: string, name: string, anyCase = false) => {
    const messages = isDNS1035Label(anyCase ? name.toLowerCase() : name);
    const prefix = anyCase ? 'may have mixed case, but should otherwise match: ' : '';
    if (messages.length > 0) errors.push(fieldInvalid(`${path}.${at}`, name, prefix + messages.join(',')));
  };
  if (names.plural) check('plural', names.plural);
  if (names.singular) check('singular', names.singular);
  if (names.kind) check('kind', names.kind, true);
  if (names.listKind) check('listKind', names.listKind, true);
  names.shortNames?.forEach((name, i) => check(`shortNames[${i}]`, name));
  if (names.kind && names.kind === names.listKind)
    errors.push(fieldInvalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'));
  names.categories?.forEach((name, i) => check(`categories[${i}]`, name));
  return errors;
}
