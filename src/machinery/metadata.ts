/** Rules for `metadata` that hold for every kind, with upstream's messages (apimachinery/pkg/api/validation/objectmeta.go). */
import { limits } from '../lib/limits.ts';
import {
  isDNS1123Label,
  isName,
  validateAnnotations,
  validateFinalizers,
  validateLabels,
  validateQualifiedFinalizer,
} from './names.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './meta.ts';
import type { ResourceDefinition } from './resource.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from './status.ts';

const fieldManagerBytesMax = 128;
const subresourceBytesMax = 256;

/** What a kind says of its finalizers. */
interface FinalizerRule {
  strategy?: Pick<ResourceDefinition['strategy'], 'plainFinalizers'>;
}

/** Everything wrong with the metadata of an object to be created. Its name has been generated already. */
export function validateMetadata(
  metadata: Partial<ObjectMeta>,
  definition: Pick<ResourceDefinition, 'nameRule' | 'namespaced'> & FinalizerRule,
): FieldError[] {
  const { name, generateName, namespace } = metadata;
  const errors: FieldError[] = [];
  if (generateName)
    for (const message of isName(definition.nameRule, generateName, true))
      errors.push(fieldInvalid('metadata.generateName', generateName, message));
  if (!name) errors.push(fieldRequired('metadata.name', 'name or generateName is required'));
  else for (const message of isName(definition.nameRule, name)) errors.push(fieldInvalid('metadata.name', name, message));
  if (!definition.namespaced) {
    if (namespace) errors.push(fieldForbidden('metadata.namespace', 'not allowed on this type'));
  } else if (!namespace) errors.push(fieldRequired('metadata.namespace'));
  else for (const message of isDNS1123Label(namespace)) errors.push(fieldInvalid('metadata.namespace', namespace, message));
  if ((metadata.generation ?? 0) < 0)
    errors.push(fieldInvalid('metadata.generation', metadata.generation, 'must be greater than or equal to 0'));
  errors.push(...validateMaps(metadata));
  errors.push(...validateFinalizerNames(metadata.finalizers, definition));
  errors.push(...validateManagedFields(metadata.managedFields, 'metadata.managedFields'));
  return errors;
}

function validateFinalizerNames(finalizers: readonly string[] | undefined, { strategy }: FinalizerRule): FieldError[] {
  const path = 'metadata.finalizers';
  const errors = validateFinalizers(finalizers, path);
  if (strategy?.plainFinalizers || finalizers === undefined) return errors;
  for (const [i, name] of finalizers.entries()) {
    if (errors.length >= limits.problemsTold) break;
    errors.push(...validateQualifiedFinalizer(name, `${path}[${i}]`));
  }
  return errors;
}

function validateMaps(metadata: Partial<ObjectMeta>): FieldError[] {
  return [
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
    ...validateOwnerReferences(metadata.ownerReferences, 'metadata.ownerReferences'),
  ];
}

/** Checks the owners of an object. At most one of them is its controller. */
export function validateOwnerReferences(references: readonly OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const reference of references ?? []) {
    if (errors.length >= limits.problemsTold) break;
    const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    if (version === '') errors.push(fieldInvalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
    if (kind === '') errors.push(fieldInvalid(`${path}.kind`, kind, 'must not be empty'));
    if (name === '') errors.push(fieldInvalid(`${path}.name`, name, 'must not be empty'));
    if (uid === '') errors.push(fieldInvalid(`${path}.uid`, uid, 'must not be empty'));
    if (apiVersion === 'v1' && kind === 'Event')
      errors.push(fieldInvalid(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
    if (!reference.controller) continue;
    const shown = `${kind}/${name}`;
    if (controller !== undefined)
      errors.push(
        fieldInvalid(
          path,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${shown}`,
        ),
      );
    else controller = shown;
  }
  return errors;
}

/** What managers are called nearly always. */
const plainManager = /^[ -~]*$/;

/** Checks the name of a field manager: 128 bytes at most, printable. */
export function validateFieldManager(manager: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (manager.length <= fieldManagerBytesMax && plainManager.test(manager)) return errors;
  const encoded = new TextEncoder().encode(manager);
  if (encoded.length > fieldManagerBytesMax) errors.push(fieldTooLong(path, fieldManagerBytesMax));
  for (const match of manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)) {
    const character = match[0];
    const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
    const position = new TextEncoder().encode(manager.slice(0, match.index)).length;
    errors.push(fieldInvalid(path, manager, `invalid character ${code} (at position ${position})`));
  }
  return errors;
}

function validateManagedFields(entries: readonly ManagedFieldsEntry[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, entry] of (entries ?? []).entries()) {
    if (errors.length >= limits.problemsTold) break;
    const at = `${path}[${i}]`;
    const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update')
      errors.push(fieldInvalid(`${at}.operation`, operation, 'must be `Apply` or `Update`'));
    if (fieldsType !== '' && fieldsType !== 'FieldsV1')
      errors.push(fieldInvalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
    errors.push(...validateFieldManager(manager, `${at}.manager`));
    if (subresource.length > subresourceBytesMax) errors.push(fieldTooLong(`${at}.subresource`, subresourceBytesMax));
  }
  return errors;
}

const immutable = 'field is immutable';

/** Everything wrong with a change of metadata. */
export function validateMetadataUpdate(
  metadata: Partial<ObjectMeta>,
  old: ObjectMeta,
  definition: FinalizerRule = {},
): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const before = new Set(old.finalizers);
    const added = (metadata.finalizers ?? []).filter((name) => !before.has(name));
    if (added.length > 0) {
      const names = [...new Set(added)].sort().map((name) => JSON.stringify(name));
      errors.push(
        fieldForbidden(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names.join(', ')}}`,
        ),
      );
    }
  }
  if ((metadata.generation ?? 0) < (old.generation ?? 0))
    errors.push(fieldInvalid('metadata.generation', metadata.generation ?? 0, 'must not be decremented'));
  // An absent text is an empty one; an absent time or number is null.
  for (const field of ['name', 'namespace', 'uid'] as const)
    if ((metadata[field] ?? '') !== (old[field] ?? ''))
      errors.push(fieldInvalid(`metadata.${field}`, metadata[field] ?? '', immutable));
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const)
    if (metadata[field] !== old[field]) errors.push(fieldInvalid(`metadata.${field}`, metadata[field], immutable));
  errors.push(...validateMaps(metadata));
  errors.push(...validateFinalizerNames(metadata.finalizers, definition));
  errors.push(...validateManagedFields(metadata.managedFields, 'metadata.managedFields'));
  return errors;
}
