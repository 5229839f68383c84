/** Rules of claims (`ValidatePersistentVolumeClaim`, `…Update`, `…StatusUpdate` upstream). */
import { isQualifiedName } from '../../machinery/names.ts';
import { compareQuantities, parseQuantity, zeroQuantity } from '../../machinery/quantity.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, type FieldError } from '../../machinery/status.ts';
import { changedFields } from '../shared/changed-fields.ts';
import { invalidEach } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { isNative, validateAmount, validateBasicAmount } from '../shared/resources-validation.ts';
import { sameValue } from '../shared/same-value.ts';
import { validateClaimSpec } from '../shared/volume-claim-validation.ts';
import { claimSpecWarnings } from '../shared/volume-claim-warnings.ts';
import type { PersistentVolumeClaimSpec } from '../shared/volume-claim.ts';
import { classAnnotation } from '../shared/volume-modes.ts';
import type { PersistentVolumeClaim } from './persistentvolumeclaim.ts';

export const validateClaim = ({ spec }: PersistentVolumeClaim): FieldError[] => validateClaimSpec(spec, 'spec');

/** Claims do not change, so that nobody gets around quotas; bound ones may grow, and take another attributes class. */
export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const { spec, metadata } = claim;
  const errors: FieldError[] = [];
  const allowed: PersistentVolumeClaimSpec = { ...spec };
  if (!old.spec.volumeName) allowed.volumeName = old.spec.volumeName;

  const annotated = old.metadata.annotations?.[classAnnotation];
  const annotation = metadata.annotations?.[classAnnotation];
  const classGiven = old.spec.storageClassName === undefined && spec.storageClassName !== undefined;
  const asAnnotated = spec.storageClassName === annotated;
  // From the annotation to the field, which may take the annotation away.
  const moved = classGiven && annotated !== undefined && asAnnotated && (annotation === undefined || annotation === annotated);
  if (!moved && (annotation ?? '') !== (annotated ?? ''))
    errors.push(fieldInvalid(`metadata.annotations.${classAnnotation}`, annotation ?? '', 'field is immutable'));
  if (moved || (classGiven && (annotated === undefined || asAnnotated))) allowed.storageClassName = undefined;

  if (claim.status?.phase === 'Bound') {
    const requests = { ...spec.resources?.requests };
    const before = old.spec.resources?.requests?.['storage'];
    if (before !== undefined) requests['storage'] = before;
    allowed.resources = { ...spec.resources, requests };
    allowed.volumeAttributesClassName = old.spec.volumeAttributesClassName;
  }
  if (!sameValue(allowed, old.spec)) {
    const rule = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(fieldForbidden('spec', `${rule}\n${changedFields(allowed, old.spec, 'spec')}`));
  }
  return [
    ...errors,
    ...validateSize(claim, old),
    ...validateImmutable(spec.volumeMode, old.spec.volumeMode, 'volumeMode'),
    ...validateAttributesClass(spec, old),
  ];
}

/** After a failed expansion a claim may ask for less again, but for more than it has. */
function validateSize({ spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const size = amountOf(spec.resources?.requests?.['storage']);
  const shrinks = compareQuantities(size, amountOf(old.spec.resources?.requests?.['storage'])) < 0;
  if (!shrinks || compareQuantities(size, amountOf(old.status?.capacity?.['storage'])) > 0) return [];
  return [fieldForbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')];
}

const amountOf = (text: string | undefined) => (text === undefined ? zeroQuantity : parseQuantity(text));

/** A class that was applied can be replaced, but not taken away. */
function validateAttributesClass(
  { volumeAttributesClassName: name }: PersistentVolumeClaimSpec,
  { spec, status }: PersistentVolumeClaim,
): FieldError[] {
  if (name || name === spec.volumeAttributesClassName || status?.currentVolumeAttributesClassName === undefined) return [];
  const to = name === undefined ? 'nil' : 'empty string';
  return [
    fieldForbidden(
      'spec.volumeAttributesClassName',
      `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`,
    ),
  ];
}

const resizeStatuses = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

export function validateClaimStatus({ status = {} }: PersistentVolumeClaim): FieldError[] {
  const errors = Object.entries(status.capacity ?? {}).flatMap(([name, text]) =>
    validateBasicAmount(text, `status.capacity[${name}]`),
  );
  const statusesPath = 'status.allocatedResourceStatuses';
  for (const [name, resize] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    errors.push(...validateResourceKey(name, statusesPath));
    if (!resizeStatuses.includes(resize)) errors.push(fieldNotSupported(statusesPath, name, resizeStatuses));
  }
  for (const [name, text] of Object.entries(status.allocatedResources ?? {})) {
    const at = `status.allocatedResources[${name}]`;
    const wrong = validateResourceKey(name, 'status.allocatedResources');
    if (wrong.length === 0) wrong.push(...validateBasicAmount(text, at));
    errors.push(...(wrong.length > 0 ? wrong : validateAmount('storage', text, at)));
  }
  return errors;
}

/** Of Kubernetes' own resources a claim only knows storage. */
function validateResourceKey(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  return isNative(name) && name !== 'storage' ? [fieldNotSupported(path, name, ['storage'])] : [];
}

export function warnings({ metadata, spec }: PersistentVolumeClaim): string[] {
  const deprecated =
    metadata.annotations?.[classAnnotation] === undefined
      ? []
      : [`metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`];
  return [...deprecated, ...claimSpecWarnings(spec, 'spec')];
}
