/** Whether the defaults in a schema are values that it accepts (`ValidateDefaults` upstream). */
import { copyPlain, isPlain, samePlain } from '../plain.ts';
import { fieldInvalid, type FieldError } from '../status.ts';
import { validateEmbedded } from './embedded.ts';
import { MalformedObject, prune } from './prune.ts';
import { asResource, itemsOf, metaFields, type JSONSchemaProps } from './schema.ts';
import { validateValue } from './value.ts';

/** What else has a say in a default: rules in CEL. */
export type MoreChecks = (value: unknown, schema: JSONSchemaProps, path: string) => FieldError[];

/**
 * Everything wrong with the defaults in the schema of a kind. Defaults inside of metadata only have to fit their own
 * schemas: what metadata looks like has been said before.
 */
export function validateDefaults(schema: JSONSchemaProps, path: string, more: MoreChecks = () => []): FieldError[] {
  return checkSchema(asResource(schema), path, false, more);
}

function checkSchema(schema: JSONSchemaProps, path: string, insideMeta: boolean, more: MoreChecks): FieldError[] {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const inMeta = insideMeta && !embedded;
  const errors = schema.default === undefined ? [] : checkDefault(schema, `${path}.default`, inMeta, more);
  const items = itemsOf(schema);
  if (items) errors.push(...checkSchema(items, `${path}.items`, inMeta, more));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...checkSchema(property, `${path}.properties[${name}]`, inMeta || (embedded && metaFields.has(name)), more));
  return errors;
}

function checkDefault(schema: JSONSchemaProps, path: string, insideMeta: boolean, more: MoreChecks): FieldError[] {
  const value = schema.default;
  const errors: FieldError[] = [];
  if (!insideMeta) {
    try {
      const { value: pruned, unknown } = prune(copyPlain(value), schema);
      if (unknown.length > 0 || !samePlain(pruned, value)) errors.push(fieldInvalid(path, value, 'must not have unknown fields'));
    } catch (error) {
      if (!(error instanceof MalformedObject)) throw error;
      return [fieldInvalid(path, value, error.message)];
    }
    const wrong = isPlain(value) || Array.isArray(value) ? validateEmbedded(value, schema, path) : [];
    if (wrong.length > 0) return [...errors, ...wrong];
  }
  const misfits = validateValue(value, schema, undefined, path);
  return [...errors, ...(misfits.length > 0 ? misfits : more(value, schema, path))];
}
