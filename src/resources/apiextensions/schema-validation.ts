/** What a schema in a definition may say (`ValidateCustomResourceDefinitionOpenAPISchema` upstream). */
import { validateDefaults } from '../../machinery/structural/check-defaults.ts';
import { validateStructural } from '../../machinery/structural/invariants.ts';
import { itemsOf, metaFields, schemasIn, valuesOf, type JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, type FieldError } from '../../machinery/status.ts';
import { validateListType, validateMapType } from './list-types.ts';
import { validateRuleTexts, validateRules, validateDefaultByRules } from './rules-validation.ts';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** Where in a schema the walk is. */
interface Place {
  /** Why there may be no default here. */
  readonly noDefault?: string;
  /** Inside of type or metadata of an object. */
  readonly insideMeta?: boolean;
}

/** The keywords that the root of a schema may have if the status is written separately, in upstream's spelling. */
const besideStatus =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';
const allowedBesideStatus: ReadonlySet<string> = new Set([
  ...besideStatus.split(' ').map((name) => name.charAt(0).toLowerCase() + name.slice(1)),
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
]);

/**
 * Everything wrong with the schema of a version.
 *
 * @param old the schema before, whose rules may stay as expensive as they are
 */
export function validateSchema(schema: JSONSchemaProps, path: string, hasStatus: boolean, old?: JSONSchemaProps): FieldError[] {
  const errors = [...validateRoot(schema, path, hasStatus)];
  if ([...schemasIn(schema)].some((each) => each.$schema)) errors.push(fieldInvalid(path, '', "OpenAPIV3Schema 'schema' is not supported"));
  const structural = isUnsupported(schema) ? [] : validateStructural(schema, path);
  errors.push(...structural);
  const defaults =
    isUnsupported(schema) || structural.length > 0 || errors.length > 0 ? [] : validateDefaults(schema, path, validateDefaultByRules);
  errors.push(...defaults, ...validateKeywords(schema, path, {}, true));
  return errors.length > 0 ? errors : validateRules(schema, path, old);
}

function validateRoot(schema: JSONSchemaProps, path: string, hasStatus: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (hasStatus) {
    if (schema.type !== undefined && schema.type !== 'object')
      errors.push(
        fieldInvalid(
          `${path}.type`,
          schema.type,
          'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
        ),
      );
    else if (Object.keys(schema).some((keyword) => !allowedBesideStatus.has(keyword) && !isZero(schema, keyword)))
      errors.push(
        fieldInvalid(
          path,
          schema,
          `only [${besideStatus}] fields are allowed at the root of the schema if the status subresource is enabled`,
        ),
      );
  }
  if (schema.nullable) errors.push(fieldForbidden(`${path}.nullable`, 'nullable cannot be true at the root'));
  return errors;
}

const isZero = (schema: JSONSchemaProps, keyword: string) =>
  [undefined, false, ''].includes((schema as Record<string, undefined>)[keyword]);

/** Whether a schema has what makes no sense of structure at all: then only that is said. */
const isUnsupported = (schema: JSONSchemaProps): boolean => {
  for (const each of schemasIn(schema)) if (unsupportedIn(each, '').length > 0 || Array.isArray(each.items)) return true;
  return false;
};

function unsupportedIn(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (keyword: string) => errors.push(fieldForbidden(`${path}.${keyword}`, `${keyword} is not supported`));
  if (schema.id) refuse('id');
  if (schema.additionalItems !== undefined) refuse('additionalItems');
  for (const keyword of ['patternProperties', 'definitions', 'dependencies'] as const)
    if (Object.keys(schema[keyword] ?? {}).length > 0) refuse(keyword);
  if (schema.$ref !== undefined) refuse('$ref');
  return errors;
}

/** The keywords of one schema and of those in it. */
function validateKeywords(schema: JSONSchemaProps, path: string, place: Place, isRoot = false): FieldError[] {
  const errors = [...validateOwn(schema, path, place)];
  if (schema.uniqueItems)
    errors.push(fieldForbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  errors.push(...validateMaps(schema, path, place, isRoot));
  if (schema.not) errors.push(...validateKeywords(schema.not, `${path}.not`, place));
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const)
    schema[junctor]?.forEach((part, i) => errors.push(...validateKeywords(part, `${path}.${junctor}[${i}]`, place)));
  const items = itemsOf(schema);
  if (items) errors.push(...validateKeywords(items, `${path}.items`, place));
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(fieldInvalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  return [...errors, ...validateMapType(schema, path), ...validateListType(schema, path), ...validateRuleTexts(schema, path)];
}

function validateMaps(schema: JSONSchemaProps, path: string, place: Place, isRoot: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { properties = {}, additionalProperties } = schema;
  if (additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0)
    errors.push(fieldForbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  const values = valuesOf(schema);
  const inValues = place.insideMeta ? { ...place, noDefault: 'inside additionalProperties applying to object metadata' } : place;
  if (values) errors.push(...validateKeywords(values, `${path}.additionalProperties`, inValues));
  for (const [name, property] of Object.entries(properties)) {
    const isMeta = (isRoot || schema['x-kubernetes-embedded-resource']) && metaFields.has(name);
    const inside = isMeta ? { ...place, insideMeta: true, ...(isRoot && { noDefault: `in top-level ${name}` }) } : place;
    errors.push(...validateKeywords(property, `${path}.properties[${name}]`, inside));
  }
  return errors;
}

function validateOwn(schema: JSONSchemaProps, path: string, { noDefault, insideMeta }: Place): FieldError[] {
  const { type = '' } = schema;
  const errors: FieldError[] = [];
  if (type !== '' && !types.includes(type)) errors.push(fieldNotSupported(`${path}.type`, type, types));
  if (schema.default !== undefined && noDefault !== undefined)
    errors.push(fieldForbidden(`${path}.default`, `must not be set ${noDefault}`));
  errors.push(...unsupportedIn(schema, path));
  if (type === 'null') errors.push(fieldForbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  if (Array.isArray(schema.items)) errors.push(fieldForbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (insideMeta && schema['x-kubernetes-embedded-resource'])
    errors.push(fieldForbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  return errors;
}
