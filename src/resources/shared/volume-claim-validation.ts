/** What a volume claim asks for (`ValidatePersistentVolumeClaimSpec` upstream). */
import { isDNS1123Subdomain, validateAnnotations, validateLabels } from '../../machinery/names.ts';
import { signOfQuantity } from '../../machinery/quantity.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateLabel, validateOptionalChoice, validateSubdomain } from './format-rules.ts';
import { quantityAt } from './resources-validation.ts';
import { sameValue } from './same-value.ts';
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from './volume-claim.ts';
import { accessModes, volumeModes } from './volume-modes.ts';

export function validateClaimTemplate({ metadata, spec }: PersistentVolumeClaimTemplate, path: string): FieldError[] {
  return [
    ...validateAnnotations(metadata?.annotations, `${path}.metadata.annotations`),
    ...validateLabels(metadata?.labels, `${path}.metadata.labels`),
    ...validateClaimSpec(spec, `${path}.spec`),
  ];
}

export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const modes = spec.accessModes ?? [];
  const errors: FieldError[] = [];
  if (modes.length === 0) errors.push(fieldRequired(`${path}.accessModes`, 'at least 1 access mode is required'));
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  errors.push(...validateAccessModes(modes, `${path}.accessModes`));
  errors.push(...validateStorage(spec.resources?.requests?.['storage'], `${path}.resources[storage]`));
  if (spec.storageClassName)
    errors.push(...invalidEach(`${path}.storageClassName`, spec.storageClassName, isDNS1123Subdomain(spec.storageClassName)));
  errors.push(...validateOptionalChoice(spec.volumeMode, `${path}.volumeMode`, volumeModes));
  errors.push(...validateDataSources(spec, path));
  const attributesClass = spec.volumeAttributesClassName;
  if (attributesClass) errors.push(...validateSubdomain(attributesClass, `${path}.volumeAttributesClassName`));
  return errors;
}

/** Known modes, of which one that is for a single pod stands alone. */
export function validateAccessModes(modes: readonly string[], path: string): FieldError[] {
  const errors = modes.filter((mode) => !accessModes.includes(mode)).map((mode) => fieldNotSupported(path, mode, [...accessModes].sort()));
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode)))
    errors.push(fieldForbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

function validateDataSources({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (dataSource) errors.push(...validateDataSource(dataSource, `${path}.dataSource`));
  if (!dataSourceRef) return errors;
  errors.push(...validateDataSource(dataSourceRef, `${path}.dataSourceRef`));
  const { namespace, ...local } = dataSourceRef;
  if (namespace) errors.push(...validateLabel(namespace, `${path}.dataSourceRef.namespace`));
  if (!dataSource) return errors;
  // Upstream shows the path of the other field as the wrong value.
  const other = `${path}.dataSource`;
  if (namespace) errors.push(fieldInvalid(path, other, 'may not be specified when dataSourceRef.namespace is specified'));
  else if (!sameValue(dataSource, local)) errors.push(fieldInvalid(path, other, 'must match dataSourceRef'));
  return errors;
}

function validateStorage(text: string | undefined, path: string): FieldError[] {
  if (text === undefined) return [fieldRequired(path)];
  const errors: FieldError[] = [];
  const quantity = quantityAt(text, path, errors);
  if (quantity && signOfQuantity(quantity) <= 0) errors.push(fieldInvalid(path, text, 'must be greater than zero'));
  return errors;
}

function validateDataSource(source: { apiGroup?: string; kind: string; name: string }, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!source.name) errors.push(fieldRequired(`${path}.name`));
  if (!source.kind) errors.push(fieldRequired(`${path}.kind`));
  if (!source.apiGroup && source.kind !== 'PersistentVolumeClaim')
    errors.push(fieldInvalid(path, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (source.apiGroup) errors.push(...invalidEach(`${path}.apiGroup`, source.apiGroup, isDNS1123Subdomain(source.apiGroup)));
  return errors;
}
