/** The rules of custom resources (registry/customresource upstream). */
import type { KubeObject, ObjectMeta } from '../../machinery/meta.ts';
import { isQualifiedName } from '../../machinery/names.ts';
import { isPlain, type Plain } from '../../machinery/plain.ts';
import type { Strategy } from '../../machinery/resource.ts';
import { validateEmbedded } from '../../machinery/structural/embedded.ts';
import { validateLists } from '../../machinery/structural/lists.ts';
import { nowhere } from '../../machinery/structural/paths.ts';
import { propertyOf, type JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { validateValue } from '../../machinery/structural/value.ts';
import { fieldInvalid, forbidden, type FieldError } from '../../machinery/status.ts';
import type { CustomResourceSubresourceScale } from '../apiextensions/customresourcedefinition.ts';
import type { Rules } from './rules.ts';
import { validateScaleSpec, validateScaleStatus } from './scale.ts';
import { fillInDefaults } from './stored-form.ts';

export interface CustomKind {
  readonly group: string;
  readonly plural: string;
  readonly schema: JSONSchemaProps | undefined;
  readonly scale: CustomResourceSubresourceScale | undefined;
  /** Rules in CEL, made ready when they are first needed. */
  rules(): Rules | undefined;
  /** Its definition is being deleted. */
  readonly isTerminating: boolean;
}

/** What a status write leaves alone: all metadata. */
const metadataFields: readonly (keyof ObjectMeta)[] = [
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'labels',
  'name',
  'namespace',
  'ownerReferences',
  'selfLink',
  'uid',
];

export const customStrategy = (kind: CustomKind): Strategy<KubeObject> => ({
  mayLackStatus: true,
  plainFinalizers: true,
  requiresResourceVersion: true,
  defaults: (object) => fillInDefaults(object, kind.schema),
  prepareForCreate: ({ metadata: { name } }) => {
    if (kind.isTerminating)
      throw forbidden(
        { group: kind.group, resource: kind.plural, name },
        'create not allowed while custom resource definition is terminating',
      );
  },
  prepareForStatusUpdate: keepAllMetadata,
  statusKeepsMetadata: metadataFields,
  validateCreate: (object) => validateObject(kind, object),
  validateUpdate: (object, old) => validateObject(kind, object, old),
  validateStatusUpdate: (object, old) => validateStatusChange(kind, object, old),
  warnings: (object, old) => finalizerWarnings(object.metadata.finalizers, old?.metadata.finalizers),
});

function keepAllMetadata(object: KubeObject, old: KubeObject): void {
  const { managedFields, resourceVersion } = object.metadata;
  const { managedFields: _, ...metadata } = old.metadata;
  object.metadata = { ...metadata, resourceVersion, ...(managedFields && { managedFields }) };
}

const plain = (object: KubeObject): Plain => object as unknown as Plain;

function validateObject(kind: CustomKind, object: KubeObject, old?: KubeObject): FieldError[] {
  const { schema, scale } = kind;
  const errors: FieldError[] = [];
  if (schema) errors.push(...validateValue(object, schema, old && { value: old }));
  if (scale) errors.push(...validateScaleSpec(object, scale), ...validateScaleStatus(object, scale));
  if (!schema) return errors;
  errors.push(...validateEmbedded(object, schema));
  if (!old || validateLists(plain(old), schema).length === 0) errors.push(...validateLists(plain(object), schema));
  return withRules(kind, errors, object, old);
}

function validateStatusChange(kind: CustomKind, object: KubeObject, old: KubeObject): FieldError[] {
  const { schema, scale } = kind;
  const { status } = plain(object);
  const statusSchema = schema && propertyOf(schema, 'status');
  const errors: FieldError[] = [];
  if (status !== undefined && statusSchema)
    errors.push(...validateValue(status, statusSchema, { value: plain(old).status }, 'status'));
  if (scale) errors.push(...validateScaleStatus(object, scale));
  if (!schema) return errors;
  if (validateLists(plain(old), schema).length === 0) errors.push(...validateLists(plain(object), schema));
  return withRules(kind, errors, object, old);
}

const blocking: ReadonlySet<FieldError['reason']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** Rules are only asked about an object that has the types that they were checked for. */
function withRules(kind: CustomKind, errors: FieldError[], object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const rules = kind.rules();
  if (!rules || !isPlain(object)) return errors;
  if (errors.some(({ reason }) => blocking.has(reason)))
    return [
      ...errors,
      fieldInvalid(
        nowhere,
        undefined,
        'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      ),
    ];
  return [...errors, ...rules.validate(object, old && { value: old })];
}

const standardFinalizers: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function finalizerWarnings(finalizers: readonly string[] = [], old: readonly string[] = []): string[] {
  const added = [...new Set(finalizers)].filter((name) => !old.includes(name)).sort();
  return added.flatMap((name) => {
    const at = `metadata.finalizers: ${JSON.stringify(name)}`;
    const warnings = isQualifiedName(name).map((message) => `${at}: ${message}`);
    if (name.includes('/') || standardFinalizers.has(name)) return warnings;
    const path = name.includes('.') ? ' including a path (/)' : '';
    return [
      ...warnings,
      `${at}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}
