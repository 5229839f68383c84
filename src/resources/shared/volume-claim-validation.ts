/** What a volume claim asks for (`ValidatePersistentVolumeClaimSpec` upstream). */
import { isDNS1123Subdomain, validateAnnotations, validateLabels } from '../../machinery/names.ts';
import { signOfQuantity } from '../../machinery/quantity.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateOptionalChoice } from './format-rules.ts';
import { quantityAt } from './resources-validation.ts';
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from './volume-claim.ts';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

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
  for (const mode of modes)
    if (!accessModes.includes(mode)) errors.push(fieldNotSupported(`${path}.accessModes`, mode, accessModes));
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode)))
    errors.push(fieldForbidden(`${path}.accessModes`, 'may not use ReadWriteOncePod with other access modes'));
  errors.push(...validateStorage(spec.resources?.requests?.['storage'], `${path}.resources[storage]`));
  if (spec.storageClassName)
    errors.push(...invalidEach(`${path}.storageClassName`, spec.storageClassName, isDNS1123Subdomain(spec.storageClassName)));
  errors.push(...validateOptionalChoice(spec.volumeMode, `${path}.volumeMode`, ['Block', 'Filesystem']));
  if (spec.dataSource) errors.push(...validateDataSource(spec.dataSource, `${path}.dataSource`));
  if (spec.dataSourceRef) errors.push(...validateDataSource(spec.dataSourceRef, `${path}.dataSourceRef`));
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
