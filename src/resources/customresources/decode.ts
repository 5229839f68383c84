import { countKeysInValue } from '../../machinery/decode/json.ts';
import { MalformedValue } from '../../machinery/decode/scalars.ts';
import { TypeMismatch } from '../../machinery/decode/walk.ts';
import { isPlain, type Plain } from '../../machinery/plain.ts';
import { MalformedObject, prune, pruneMetadata } from '../../machinery/structural/prune.ts';
import { asResource, type JSONSchemaProps } from '../../machinery/structural/schema.ts';

/**
 * What is left of an object that a client sent. Only type and metadata must be of the right types here; the rest is for
 * validation. Throws `TypeMismatch`, `MalformedValue`.
 */
export function decodeCustom(value: unknown, schema: JSONSchemaProps | undefined): { value: unknown; keys: number; unknown: string[] } {
  if (!isPlain(value)) throw new TypeMismatch('json: cannot unmarshal into Go value of type map[string]interface {}');
  const keys = countKeysInValue(value);
  for (const field of ['apiVersion', 'kind'] as const)
    if (value[field] !== undefined && typeof value[field] !== 'string')
      throw new TypeMismatch(`.${field} accessor error: ${JSON.stringify(value[field])} is of the type ${typeof value[field]}, expected string`);
  const { metadata, unknown: unknownMetadata } = metadataOf(value);
  const { value: pruned, unknown } = pruneOrThrow({ ...value, ...metadata }, schema);
  return { value: pruned, keys, unknown: [...unknownMetadata, ...unknown] };
}

function metadataOf({ metadata }: Plain): { metadata: Plain; unknown: string[] } {
  if (metadata === undefined) return { metadata: {}, unknown: [] };
  if (metadata === null) return { metadata: { metadata: {} }, unknown: [] };
  const { value, unknown } = pruneMetadata(metadata);
  return { metadata: { metadata: value }, unknown: unknown.map((path) => `metadata.${path}`) };
}

function pruneOrThrow(value: Plain, schema: JSONSchemaProps | undefined) {
  try {
    return prune(value, asResource(schema ?? {}));
  } catch (error) {
    if (error instanceof MalformedObject) throw new MalformedValue(error.message);
    throw error;
  }
}
