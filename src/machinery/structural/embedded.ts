/** Rules for objects that are embedded in others (`x-kubernetes-embedded-resource`), with upstream's messages. */
import { isDNS1035Label } from '../names.ts';
import type { ObjectMeta } from '../meta.ts';
import { validateMetadata } from '../metadata.ts';
import { isPlain, type Plain } from '../plain.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../status.ts';
import { at, keyed } from './paths.ts';
import { itemsOf, propertyOf, valuesOf, type JSONSchemaProps } from './schema.ts';

/** Everything wrong with the type and metadata of the objects that are embedded in a value. */
export function validateEmbedded(value: unknown, schema: JSONSchemaProps | undefined, path = ''): FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => validateEmbedded(item, itemsOf(schema), `${path}[${i}]`));
  if (!isPlain(value)) return [];
  const errors = schema['x-kubernetes-embedded-resource'] ? validateResource(value, path) : [];
  for (const key in value) {
    const own = propertyOf(schema, key);
    errors.push(...validateEmbedded(value[key], own ?? valuesOf(schema), own ? at(path, key) : keyed(path, key)));
  }
  return errors;
}

function validateResource({ apiVersion, kind, metadata }: Plain, path: string): FieldError[] {
  return [
    ...validateApiVersion(apiVersion, at(path, 'apiVersion')),
    ...validateKind(kind, at(path, 'kind')),
    ...(isPlain(metadata) ? validateEmbeddedMetadata(metadata, at(path, 'metadata')) : []),
  ];
}

function validateApiVersion(value: unknown, path: string): FieldError[] {
  if (value === undefined) return [fieldRequired(path)];
  if (typeof value !== 'string') return [fieldInvalid(path, value, 'must be a string')];
  if (value === '') return [fieldInvalid(path, value, 'must not be empty')];
  return value.split('/').length > 2 ? [fieldInvalid(path, value, `unexpected GroupVersion string: ${value}`)] : [];
}

function validateKind(value: unknown, path: string): FieldError[] {
  if (value === undefined) return [fieldRequired(path)];
  if (typeof value !== 'string') return [fieldInvalid(path, value, 'must be a string')];
  if (value === '') return [fieldInvalid(path, value, 'must not be empty')];
  const wrong = isDNS1035Label(value.toLowerCase());
  return wrong.length > 0
    ? [fieldInvalid(path, value, `may have mixed case, but should otherwise match: ${wrong.join(',')}`)]
    : [];
}

/** Its name may be missing, and be anything that can stand in a path. */
function validateEmbeddedMetadata(metadata: Plain, path: string): FieldError[] {
  // It has been decoded: its fields are of the right types.
  const complete: Partial<ObjectMeta> = { ...metadata, name: (metadata.name as string) || 'fakename' };
  const rules = { namespaced: Boolean(metadata.namespace), nameRule: 'path-segment' as const, strategy: { plainFinalizers: true } };
  return validateMetadata(complete, rules).map((error) => ({ ...error, field: error.field.replace(/^metadata/, () => path) }));
}
